// Change sets over the files of several clients: what is asked, what would happen, what was done, and what others changed.
import * as z from 'zod';
import { exportPlanSchema } from './import-result.ts';

export const exportModeSchema = z.enum(['connect', 'http', 'direct']);

/** What is to change in one file of one client. */
export const changeInputSchema = z.object({
  client: z.string(),
  scope: z.string().max(100).default('user'),
  /** Absolute project folder for scope `project`. */
  projectDir: z.string().optional(),
  /** Absolute file to write instead of the client's own place. */
  path: z.string().optional(),
  mode: exportModeSchema.default('connect'),
  /** Catalog names to add or replace; all enabled servers when nothing at all is named. */
  servers: z.array(z.string()).optional(),
  /** Profiles to add or replace, one entry each. */
  profiles: z.array(z.string()).optional(),
  /** Servers and profiles (`profile:NAME`) whose entries of Portolan's go. */
  remove: z.array(z.string()).optional(),
  /** Names in the file whose entries go, if they are Portolan's. */
  removeNames: z.array(z.string()).optional(),
});

const blockersSchema = exportPlanSchema.shape.blockers;

const filePlanSchema = exportPlanSchema.omit({ planId: true }).extend({
  client: z.string(),
  /** CLIENT_RUNNING can be forced; any other code stops the whole set. */
  blockers: blockersSchema,
});

export const setPlanSchema = z.object({
  planId: z.string(),
  files: z.array(filePlanSchema),
  /** Files that would change. */
  changed: z.int(),
});

const fileDoneSchema = z.object({
  client: z.string(),
  path: z.string(),
  changed: z.boolean(),
  /** What a person does so that the client reads it. */
  reload: z.string(),
});

export const setDoneSchema = z.object({
  /** For undo; absent when nothing was written. */
  id: z.string().optional(),
  files: z.array(fileDoneSchema),
});

/** One applied set, newest first in a list. */
export const historyEntrySchema = z.object({
  id: z.string(),
  at: z.string(),
  /** `cli` or `window`; empty for sets from before that was kept. */
  by: z.string(),
  files: z.array(z.object({ client: z.string(), path: z.string(), servers: z.array(z.string()) })),
  state: z.enum(['written', 'undone']),
  /** Why it cannot be undone; absent when it can. */
  notUndoable: z.object({ code: z.string(), message: z.string() }).optional(),
});

/** Something that is not as Portolan left it in a client's file. */
export const driftSchema = z.object({
  /** Stays the same while the trouble does. */
  id: z.string(),
  kind: z.enum(['gone', 'changed', 'duplicated', 'stale', 'moved', 'unreadable']),
  client: z.string(),
  displayName: z.string(),
  path: z.string(),
  /** In the file. */
  name: z.string(),
  /** A server, or `profile:NAME`. */
  target: z.string(),
  /** One sentence of what was found. */
  message: z.string(),
  /** False when a person has to do something first. */
  repairable: z.boolean(),
});

/** How one server stands in one client. */
const presenceSchema = z.object({
  client: z.string(),
  /** A server, or `profile:NAME`. */
  target: z.string(),
  /** `ours`: through Portolan; `changed`: Portolan's, not as it would be written now; `native`: the client's own entry of the same server. */
  state: z.enum(['ours', 'changed', 'native']),
  /** In the file. */
  name: z.string(),
  mode: exportModeSchema.optional(),
});

export const syncMatrixSchema = z.object({
  /** Clients that were found and have a file of their own. */
  clients: z.array(
    z.object({
      id: z.string(),
      displayName: z.string(),
      monogram: z.string(),
      path: z.string(),
      running: z.boolean(),
      /** Why the file cannot be changed. */
      problem: z.object({ code: z.string(), message: z.string() }).optional(),
    }),
  ),
  /** Pairs without one are absent. */
  cells: z.array(presenceSchema),
});

export type ChangeInput = z.infer<typeof changeInputSchema>;
export type FilePlan = z.infer<typeof filePlanSchema>;
export type SetPlan = z.infer<typeof setPlanSchema>;
export type SetDone = z.infer<typeof setDoneSchema>;
export type HistoryEntry = z.infer<typeof historyEntrySchema>;
export type Drift = z.infer<typeof driftSchema>;
export type SyncMatrix = z.infer<typeof syncMatrixSchema>;
