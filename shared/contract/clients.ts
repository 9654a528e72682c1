// Other MCP clients on this machine: what they hold, what an import or export would do, and doing it.
import * as z from 'zod';
import {
  clientInfoSchema,
  exportDoneSchema,
  exportPlanSchema,
  importDoneSchema,
  importPlanSchema,
  textExportSchema,
} from '../model/import-result.ts';
import { exportModeSchema } from '../model/client-sync.ts';
import { procedure } from './base.ts';
import { clientSync } from './client-sync.ts';

export const clients = {
  /** With `projectDir` (absolute) also the files of that project. */
  list: procedure
    .input(z.object({ projectDir: z.string().max(4096).optional() }).optional())
    .output(z.array(clientInfoSchema)),
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
        /** A link by which another client installs a server, such as `cursor://…` or `vscode:mcp/install?…`. */
        link: z
          .string()
          .max(1024 * 1024)
          .optional(),
        /** Absolute project folder, whose files are read too. */
        projectDir: z.string().max(4096).optional(),
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
        /** `user`, `project` or another scope of the client's files that Portolan writes. */
        scope: z.string().max(40).default('user'),
        /** Absolute project folder for the scopes of a project. */
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
  /** The text of an export and links for a client; nothing is written. */
  exportText: procedure
    .input(
      z.object({
        client: z.string(),
        mode: z.enum(['connect', 'direct']).default('connect'),
        /** Catalog names; all enabled servers when absent. */
        servers: z.array(z.string()).optional(),
        /** One entry for this profile instead of entries for servers; mode `connect` only. */
        profile: z.string().optional(),
      }),
    )
    .output(textExportSchema),
  /** Restores the bytes from before the last set that changed a client's file (or this one), in all files of the set. */
  undoExport: procedure
    .input(z.object({ client: z.string(), path: z.string().optional(), force: z.boolean().default(false) }))
    .output(exportDoneSchema),
  ...clientSync,
};
