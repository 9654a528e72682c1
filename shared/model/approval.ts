// What a server runs or contacts, whole, and the files its command comes down to, against what the person approved.
import * as z from 'zod';
import { endpointSchema } from './server-entry.ts';

const programFileStateSchema = z.object({
  /** Absolute, without links. */
  path: z.string(),
  /** `new`: not pinned yet. `changed`: its server does not start until it is approved. */
  state: z.enum(['new', 'same', 'changed']),
  /** What was approved; another path when the command now finds another file. */
  pinnedPath: z.string().optional(),
  /** SHA-256 in hex of what was approved; absent for a program of the system, which is not pinned. */
  pinned: z.string().optional(),
  /** SHA-256 in hex of what is there now. */
  now: z.string().optional(),
});

/** Something in a command that a person should know before it runs. */
export const commandRiskSchema = z.object({
  code: z.enum([
    'SHELL_TEXT',
    'INLINE_CODE',
    'RUNS_ANOTHER',
    'LOADS_CODE',
    'OTHER_SOURCE',
    'HOST_ACCESS',
    'MORE_PACKAGES',
    'HIDDEN_TEXT',
    'NOT_ENCRYPTED',
    'UNPINNED',
  ]),
  /** Where it stands: `command`, `args[1]`, `env.NODE_OPTIONS`, `url`. */
  at: z.string(),
  /** One plain sentence. */
  text: z.string(),
  /** An exact version can be written into this argument: `before`, the version, `after`. */
  pin: z.object({ argument: z.int(), before: z.string(), after: z.string() }).optional(),
});

const entryApprovalSchema = z.object({
  /** `new`: never approved under this name. `changed`: approved was something else. */
  state: z.enum(['new', 'same', 'changed']),
  /** SHA-256 in hex of the endpoint as it is now; the approval is bound to it. */
  hash: z.string(),
  /** As the catalog has it: references stay references. */
  endpoint: endpointSchema,
  /** The hash that was approved. */
  approved: z.string().optional(),
  /** What was approved. */
  before: endpointSchema.optional(),
});

export const approvalSchema = z.object({
  name: z.string(),
  /** True while a start is refused. */
  needed: z.boolean(),
  /** Names this entry and these files as they are; handed back with the approval. */
  digest: z.string(),
  entry: entryApprovalSchema,
  risks: z.array(commandRiskSchema),
  files: z.array(programFileStateSchema),
});

export type ProgramFileState = z.infer<typeof programFileStateSchema>;
export type CommandRisk = z.infer<typeof commandRiskSchema>;
export type EntryApproval = z.infer<typeof entryApprovalSchema>;
export type Approval = z.infer<typeof approvalSchema>;
