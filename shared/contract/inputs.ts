// Inputs: what servers of the catalog ask a person for. Secret values go in, never out.
import * as z from 'zod';
import { inputIdSchema, inputStatusSchema, MAX_INPUT_CHARS } from '../model/catalog-input.ts';
import { emptyOutput, procedure } from './base.ts';

export const inputs = {
  list: procedure.output(z.array(inputStatusSchema)),
  /** Keeps a value and ends what runs with the old one. */
  set: procedure.input(z.object({ id: inputIdSchema, value: z.string().max(MAX_INPUT_CHARS) })).output(emptyOutput),
  /** Forgets the value; the definition in the catalog stays. */
  remove: procedure.input(z.object({ id: inputIdSchema })).output(emptyOutput),
};
