// What servers offer.
import * as z from 'zod';
import { toolListSchema } from '../model/tool.ts';
import { nameInput, procedure } from './base.ts';

export const tools = {
  list: procedure.input(nameInput.extend({ refresh: z.boolean().default(false) })).output(toolListSchema),
};
