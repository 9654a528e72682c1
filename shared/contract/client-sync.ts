// Portolan's entries in the files of many clients: who has what, sets of changes, history, undo and drift.
import * as z from 'zod';
import {
  changeInputSchema,
  driftSchema,
  historyEntrySchema,
  setDoneSchema,
  setPlanSchema,
  syncMatrixSchema,
} from '../model/client-sync.ts';
import { emptyOutput, procedure } from './base.ts';

const driftIds = z.array(z.string().max(10_000)).max(10_000);

export const clientSync = {
  /** Which server is in which client that is on this computer. */
  matrix: procedure.output(syncMatrixSchema),
  /** One preview for any number of files; secrets are masked. */
  planSync: procedure.input(z.object({ changes: z.array(changeInputSchema).min(1).max(200) })).output(setPlanSchema),
  /** Writes all files of a plan or none. */
  applySync: procedure.input(z.object({ planId: z.string(), force: z.boolean().default(false) })).output(setDoneSchema),
  /** Every applied set, newest first. */
  history: procedure.output(z.array(historyEntrySchema)),
  /** Puts back all files of a set: that of the id, else the last one that changed a file of the client (or its file `path`), else the last. */
  undo: procedure
    .input(
      z.object({
        id: z.string().optional(),
        client: z.string().optional(),
        path: z.string().optional(),
        force: z.boolean().default(false),
      }),
    )
    .output(setDoneSchema),
  /** Looks for drift now. */
  checkDrift: procedure.output(z.array(driftSchema)),
  /** A plan that repairs what drifted; without ids all of it. */
  planRepair: procedure.input(z.object({ ids: driftIds.optional() })).output(setPlanSchema),
  /** Leaves what drifted as it is and does not watch those entries any more. */
  forgetDrift: procedure.input(z.object({ ids: driftIds.min(1) })).output(emptyOutput),
};
