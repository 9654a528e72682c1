// A portable catalog file: what would be merged from one, and what one holds.
import * as z from 'zod';
import { catalogInputSchema } from './catalog-input.ts';
import { endpointSchema } from './server-entry.ts';

const lossSchema = z.object({ server: z.string(), field: z.string(), reason: z.string() });

export const portableTextSchema = z.object({
  text: z.string(),
  servers: z.array(z.string()),
  /** Ids of the inputs in it, secrets among them: the receiver fills them in. */
  inputs: z.array(z.string()),
  /** What its form cannot hold. */
  losses: z.array(lossSchema),
  refused: z.array(z.object({ server: z.string(), reason: z.string() })),
});

export const mergeChoiceSchema = z.enum(['keep', 'replace', 'rename']);

const mergeRowSchema = z.object({
  /** `server:NAME`, `profile:NAME`, `identity:NAME` or `input:ID`. */
  key: z.string(),
  kind: z.enum(['server', 'profile', 'identity', 'input']),
  name: z.string(),
  /** `change`: the same server with other settings. `clash`: another thing has this name. `refuse`: it cannot be taken. */
  action: z.enum(['add', 'change', 'same', 'clash', 'refuse']),
  /** What can be chosen; the first is what happens without a choice. Empty where there is nothing to choose. */
  choices: z.array(mergeChoiceSchema),
  /** The name that `rename` would give. */
  renamed: z.string().optional(),
  /** Field by field: what the catalog has and what the file has, as JSON. All fields of something new. */
  fields: z.array(z.object({ field: z.string(), before: z.string().optional(), after: z.string().optional() })),
  /** Of a server that is not refused: all that it would run or contact. */
  endpoint: endpointSchema.optional(),
  /** Why it is refused. */
  reason: z.string().optional(),
});

export const mergePlanSchema = z.object({
  /** Hand this back to apply exactly this plan; it ends when the catalog changes, or after ten minutes. */
  planId: z.string(),
  rows: z.array(mergeRowSchema),
  /** What its servers ask for and the catalog has no value for. */
  inputs: z.array(catalogInputSchema),
});

export const mergeDoneSchema = z.object({
  added: z.array(z.string()),
  changed: z.array(z.string()),
  /** Keys of rows that stay as they were. */
  kept: z.array(z.string()),
  /** Ids of inputs that need a value before their servers start. */
  inputs: z.array(z.string()),
  /** Names of added and changed servers that start once they are approved one by one. */
  held: z.array(z.string()).default([]),
});

export type PortableText = z.infer<typeof portableTextSchema>;
export type MergeChoice = z.infer<typeof mergeChoiceSchema>;
export type MergeRow = z.infer<typeof mergeRowSchema>;
export type MergePlan = z.infer<typeof mergePlanSchema>;
export type MergeDone = z.infer<typeof mergeDoneSchema>;
