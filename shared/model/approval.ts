// What a local server runs, file by file, against what the person approved.
import * as z from 'zod';

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

export const approvalSchema = z.object({
  name: z.string(),
  /** True while a start is refused. */
  needed: z.boolean(),
  /** Names these files as they are; handed back with the approval. */
  digest: z.string(),
  files: z.array(programFileStateSchema),
});

export type ProgramFileState = z.infer<typeof programFileStateSchema>;
export type Approval = z.infer<typeof approvalSchema>;
