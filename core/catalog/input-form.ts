// Between one input of the file and the model, and the edits of inputs.
import {
  type CatalogInput,
  catalogInputSchema,
  inputIdSchema,
  inputProblem,
} from '../../shared/model/catalog-input.ts';
import { PortolanError } from '../../shared/errors.ts';
import { looksSecret } from '../base/secret-shape.ts';
import { removeIn, setIn } from '../base/json-edit.ts';
import type { CatalogEdit } from './catalog-edits.ts';
import { inputFormSchema } from './catalog-schema.ts';

/** Where inputs stand in the file. */
export const INPUTS = ['portolan', 'inputs'] as const;

const DEFAULTS = catalogInputSchema.pick({ kind: true, secret: true, required: true }).parse({});

/** The input that a value of the file means, or half a sentence on what is wrong with it. */
export function readInput(id: string, value: unknown): { value: CatalogInput } | { problem: string } {
  if (!inputIdSchema.safeParse(id).success) return { problem: 'its id is not valid' };
  const form = inputFormSchema.safeParse(value);
  if (!form.success) {
    const issue = form.error.issues[0];
    const where = issue?.path.join('.') ?? '';
    return { problem: where === '' ? 'it is not an object' : `${where}: ${issue?.message}` };
  }
  const input = catalogInputSchema.parse({ ...form.data, id });
  const problem = inputProblem(input);
  return problem === undefined ? { value: input } : { problem };
}

/** The value that an input is written as: everything that is not a default. */
export function writeInput({ kind, secret, required, default: fallback, choices, description }: CatalogInput): object {
  return {
    ...(kind !== DEFAULTS.kind && { kind }),
    ...(secret !== DEFAULTS.secret && { secret }),
    ...(required !== DEFAULTS.required && { required }),
    ...(fallback !== undefined && { default: fallback }),
    ...(choices !== undefined && { choices }),
    ...(description !== undefined && { description }),
  };
}

/** Defines the input, whether there was one of this id or not. Throws INPUT_INVALID. */
export function setInput(input: CatalogInput): CatalogEdit {
  const problem =
    inputProblem(input) ?? (inputIdSchema.safeParse(input.id).success ? undefined : 'its id is not valid');
  if (problem !== undefined) throw invalid(input.id, problem);
  if (looksSecret(input.id, input.default ?? '')) throw invalid(input.id, 'its default looks like a secret');
  return ({ text }) => setIn(text, [...INPUTS, input.id], writeInput(input));
}

/** Takes the definition away, also one that cannot be used. */
export function removeInput(id: string): CatalogEdit {
  return ({ text }) => removeIn(text, [...INPUTS, id]);
}

function invalid(id: string, problem: string): PortolanError {
  return new PortolanError('INPUT_INVALID', `the input ${JSON.stringify(id)} cannot be defined so: ${problem}`, {
    hint: 'Correct its definition.',
  });
}
