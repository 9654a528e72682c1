// Other MCP clients on this machine: what they hold, what an import or export would do, and doing it.
import * as z from 'zod';
import {
  clientInfoSchema,
  exportDoneSchema,
  exportPlanSchema,
  importDoneSchema,
  importPlanSchema,
} from '../model/import-result.ts';
import { exportModeSchema } from '../model/client-sync.ts';
import { procedure } from './base.ts';
import { clientSync } from './client-sync.ts';

export const clients = {
  list: procedure.output(z.array(clientInfoSchema)),
  /** Reads files only; starts nothing and writes nothing. Without input: every known client's user files. */
  planImport: procedure
    .input(
      z.object({
        client: z.string().optional(),
        /** Absolute path; the client decides how it is read (default: any client's shape). */
        path: z.string().max(4096).optional(),
        /** Pasted text instead of a file. */
        text: z
          .string()
          .max(16 * 1024 * 1024)
          .optional(),
      }),
    )
    .output(importPlanSchema),
  applyImport: procedure
    .input(z.object({ planId: z.string(), keys: z.array(z.string()).optional() }))
    .output(importDoneSchema),
  planExport: procedure
    .input(
      z.object({
        client: z.string(),
        scope: z.enum(['user', 'project']).default('user'),
        /** Absolute project folder for scope `project`. */
        projectDir: z.string().optional(),
        /** Absolute file to write instead of the client's own place. */
        path: z.string().optional(),
        mode: exportModeSchema.default('connect'),
        /** Catalog names; all enabled servers when absent. */
        servers: z.array(z.string()).optional(),
        /** One entry for this profile instead of entries for servers; not in mode `direct`. */
        profile: z.string().optional(),
      }),
    )
    .output(exportPlanSchema),
  applyExport: procedure
    .input(z.object({ planId: z.string(), force: z.boolean().default(false) }))
    .output(exportDoneSchema),
  /** Restores the bytes from before the last set that changed a client's file (or this one), in all files of the set. */
  undoExport: procedure
    .input(z.object({ client: z.string(), path: z.string().optional(), force: z.boolean().default(false) }))
    .output(exportDoneSchema),
  ...clientSync,
};
