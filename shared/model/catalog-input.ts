// What an entry of the catalog asks a person for: `${input:id}`. The definition stands in the catalog, the value never.
import * as z from 'zod';

/** The rule for servers’ names; a keychain name made of it stays valid. */
export const inputIdSchema = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/, {
  error:
    'an input has 1 to 64 letters, digits, dots, dashes or underscores, and starts with a letter, digit or underscore',
});

export const MAX_INPUT_CHARS = 65_536;

export const catalogInputSchema = z.object({
  id: inputIdSchema,
  kind: z.enum(['prompt', 'choice']).default('prompt'),
  /** Its value is kept in the keychain and never shown; it has no default. */
  secret: z.boolean().default(false),
  /** Without a value the servers that ask for it do not start; else it is an empty text. */
  required: z.boolean().default(true),
  default: z.string().max(MAX_INPUT_CHARS).optional(),
  /** For `choice`: the values that it can have. */
  choices: z.array(z.string()).min(1).max(200).optional(),
  description: z.string().max(500).optional(),
});

/** With what is known of its value here. */
export const inputStatusSchema = catalogInputSchema.extend({
  /** False: an entry asks for it and nobody has said what it is; then it counts as a secret. */
  defined: z.boolean(),
  hasValue: z.boolean(),
  /** Of one that is no secret: what was stored. */
  value: z.string().optional(),
  /** Names of the servers that ask for it. */
  usedBy: z.array(z.string()),
});

/** Half a sentence on what contradicts itself in a definition; undefined when nothing does. */
export function inputProblem(input: CatalogInput): string | undefined {
  if (input.secret && input.default !== undefined) return 'a secret has no default: the catalog holds no secret';
  if (input.kind === 'choice' && input.choices === undefined) return 'a choice needs choices';
  if (input.kind === 'prompt' && input.choices !== undefined) return 'only a choice has choices';
  if (input.default !== undefined && input.choices?.includes(input.default) === false)
    return 'its default is none of its choices';
  return undefined;
}

export type CatalogInput = z.infer<typeof catalogInputSchema>;
export type InputStatus = z.infer<typeof inputStatusSchema>;
