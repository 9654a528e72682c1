// What an importer found in another client's file. docs/client-import.md lists the codes.
import * as z from 'zod';

const importWarningSchema = z.object({
  code: z.string(),
  server: z.string().optional(),
  /** JSON pointer inside the original entry. */
  path: z.string().optional(),
});

const variableRefSchema = z.object({
  path: z.string(),
  syntax: z.string(),
  kind: z.enum(['env', 'input', 'builtin', 'server-env', 'secret', 'file', 'client-keychain', 'command']),
  name: z.string(),
  default: z.string().optional(),
  /** Where the client takes the value from, when not from its own environment. */
  source: z.string().optional(),
});

const importedServerSchema = z.object({
  name: z.string(),
  transport: z.enum(['stdio', 'streamable-http', 'sse', 'http-auto', 'ws']),
  enabled: z.boolean(),
  command: z.string().optional(),
  args: z.array(z.string()).optional(),
  env: z.record(z.string(), z.string().nullable()).optional(),
  cwd: z.string().optional(),
  envFile: z.string().optional(),
  url: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  /** All values in milliseconds. */
  timeouts: z.record(z.string(), z.number()).optional(),
  tools: z
    .object({
      allow: z.array(z.string()).optional(),
      deny: z.array(z.string()).optional(),
      autoApprove: z.array(z.string()).optional(),
    })
    .optional(),
  oauth: z.record(z.string(), z.unknown()).optional(),
  refs: z.array(variableRefSchema).optional(),
  /** JSON pointers to literals that belong in the keychain. */
  secretCandidates: z.array(z.string()).optional(),
  /** Keys without a portable meaning, verbatim. */
  extras: z.record(z.string(), z.unknown()).optional(),
  /** JSON pointer to the entry in the file. */
  origin: z.string().optional(),
  projectPath: z.string().optional(),
  /** A stdio bridge entry lifted to a remote server; the original is kept for an exact restore. */
  bridge: z.record(z.string(), z.unknown()).optional(),
  clientWouldReject: z.boolean().optional(),
  displayName: z.string().optional(),
  description: z.string().optional(),
});

export const importResultSchema = z.object({
  client: z.string(),
  file: z.string().optional(),
  scope: z.string(),
  /** `json`, or `jsonc` when the text has comments or trailing commas or its client allows them. */
  format: z.string().optional(),
  outcome: z.enum(['ok', 'ok-with-warnings', 'error']),
  servers: z.array(importedServerSchema),
  inputs: z.array(z.record(z.string(), z.unknown())).optional(),
  preserveRootKeys: z.array(z.string()).optional(),
  warnings: z.array(importWarningSchema),
  error: z
    .object({ code: z.string(), line: z.int().optional(), column: z.int().optional(), message: z.string().optional() })
    .nullable(),
});

/** A client program found on this machine (or known and absent) with the files Portolan may read or write. */
export const clientInfoSchema = z.object({
  id: z.string(),
  displayName: z.string(),
  /** Two letters for lists; vendor logos are never shown. */
  monogram: z.string(),
  found: z.boolean(),
  running: z.boolean(),
  files: z.array(
    z.object({
      scope: z.string(),
      path: z.string(),
      exists: z.boolean(),
      entries: z.int().optional(),
      /** Portolan reads it and never writes it. */
      readOnly: z.boolean().optional(),
    }),
  ),
  /** What a person does so that the client reads a changed file. */
  reload: z.string(),
  /** For a client without a file: what a person does with the text of an export. */
  paste: z.string().optional(),
});

/** What an import would do to the catalog, one row per distinct server. */
export const importPlanSchema = z.object({
  /** Hand this back to apply exactly this plan; it ends when a file or the catalog changes, or after ten minutes. */
  planId: z.string(),
  rows: z.array(
    z.object({
      /** Key of the row inside the plan. */
      key: z.string(),
      name: z.string(),
      transport: z.string(),
      /** Command line or URL with secrets masked. */
      where: z.string(),
      foundIn: z.array(z.object({ client: z.string(), scope: z.string(), path: z.string().optional() })),
      action: z.enum(['add', 'add-renamed', 'same', 'clash', 'skip']),
      /** Names of the secrets that move to the keychain. */
      secrets: z.array(z.string()),
      warnings: z.array(importWarningSchema),
      note: z.string().optional(),
    }),
  ),
  results: z.array(importResultSchema),
});

export const importDoneSchema = z.object({
  added: z.array(z.string()),
  skipped: z.array(z.object({ name: z.string(), code: z.string(), message: z.string() })),
  secrets: z.array(z.string()),
  /** Of `added`: those that came with a project. They start once they are approved one by one. */
  foreign: z.array(z.string()).default([]),
});

const fileDiffSchema = z.object({
  client: z.string(),
  path: z.string(),
  exists: z.boolean(),
  /** Unified rows; `old` and `new` are line numbers. Secrets are masked with ten dots. */
  lines: z.array(
    z.object({
      kind: z.enum(['same', 'add', 'del', 'gap']),
      old: z.int().optional(),
      new: z.int().optional(),
      text: z.string(),
    }),
  ),
  changed: z.boolean(),
});

const exportLossSchema = z.object({
  /** Field of the catalog entry. */
  field: z.string(),
  reason: z.string(),
});

export const exportPlanSchema = z.object({
  planId: z.string(),
  diff: fileDiffSchema,
  servers: z.array(
    z.object({
      name: z.string(),
      clientName: z.string(),
      action: z.enum(['add', 'replace', 'remove', 'same', 'refuse']),
      reason: z.string().optional(),
      /** What the native form of this client cannot say; absent when nothing is lost. */
      losses: z.array(exportLossSchema).optional(),
    }),
  ),
  /** Codes that stop the write unless forced, such as CLIENT_RUNNING. */
  blockers: z.array(z.object({ code: z.string(), message: z.string(), hint: z.string().optional() })),
  reload: z.string(),
  /** Set for a client without a file to write: what a person puts into it by hand. */
  paste: z.object({ text: z.string(), note: z.string(), link: z.string().optional() }).optional(),
});

export const exportDoneSchema = z.object({
  path: z.string(),
  changed: z.boolean(),
  /** Empty when nothing was written. */
  undoId: z.string().optional(),
  reload: z.string(),
});

/** An export that a person takes to the client himself. */
export const textExportSchema = z.object({
  client: z.string(),
  /** What to paste; empty when the client can hold none of the servers. */
  text: z.string(),
  /** What to do with the text, for a client without a file. */
  steps: z.string().optional(),
  servers: z.array(
    z.object({
      name: z.string(),
      clientName: z.string(),
      action: z.enum(['add', 'refuse']),
      reason: z.string().optional(),
      /** Opened on this computer, it has the client ask whether to take this entry. It holds no secret. */
      link: z.string().optional(),
    }),
  ),
  reload: z.string(),
});

export type ImportWarning = z.infer<typeof importWarningSchema>;
export type VariableRef = z.infer<typeof variableRefSchema>;
export type ImportedServer = z.infer<typeof importedServerSchema>;
export type ImportResult = z.infer<typeof importResultSchema>;
export type ClientInfo = z.infer<typeof clientInfoSchema>;
export type ImportPlan = z.infer<typeof importPlanSchema>;
export type ImportDone = z.infer<typeof importDoneSchema>;
export type FileDiff = z.infer<typeof fileDiffSchema>;
export type ExportLoss = z.infer<typeof exportLossSchema>;
export type ExportPlan = z.infer<typeof exportPlanSchema>;
export type ExportDone = z.infer<typeof exportDoneSchema>;
export type TextExport = z.infer<typeof textExportSchema>;
