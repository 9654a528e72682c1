// The host's own state, the snapshot that fills a window, and the events that keep it true.
import * as z from 'zod';
import { auditSummarySchema, auditVerdictSchema } from './audit-record.ts';
import { driftSchema } from './client-sync.ts';
import { noticeSettingsSchema } from './notice.ts';
import { questionSchema } from './question.ts';
import { taskSchema } from './task.ts';
import { identityStatusSchema, serverSignInSchema, signInSchema } from './identity.ts';
import { profileSchema } from './profile.ts';
import { gatewayStatusSchema } from './gateway.ts';
import { registrySettingsSchema } from './registry.ts';
import { reasonSchema, serverStatusSchema, sessionSchema } from './server-status.ts';
import { telemetrySettingsSchema } from './telemetry.ts';

export const hostStatusSchema = z.object({
  pid: z.int(),
  version: z.string(),
  startedAt: z.string(),
  dataDir: z.string(),
  socket: z.string(),
  draining: z.boolean(),
  sessions: z.int(),
  inFlight: z.int(),
  /** Base address of the loopback web host, when it is on. */
  web: z.string().optional(),
  rssBytes: z.int(),
});

export const catalogStateSchema = z.object({
  /** Grows with every change that this host has seen. */
  revision: z.int(),
  path: z.string(),
  servers: z.int(),
  /** Set while the file on disk cannot be used; the last good version stays in force. */
  problem: reasonSchema.extend({ line: z.int().optional(), column: z.int().optional() }).optional(),
  canUndo: z.boolean(),
});

const auditStateSchema = z.object({
  records: z.int(),
  writable: z.boolean(),
  reason: reasonSchema.optional(),
  lastVerdict: auditVerdictSchema.optional(),
});

export const vaultStateSchema = z.object({
  state: z.enum(['unlocked', 'locked', 'no-service', 'no-bus', 'changed', 'failed', 'not-probed']),
  backend: z.string(),
  /** What kind of place that is. `memory`: gone when the host ends. */
  kind: z.enum(['keychain', 'file', 'memory']),
  reason: reasonSchema.optional(),
});

export const secretInfoSchema = z.object({
  name: z.string(),
  changedAt: z.string(),
  usedBy: z.array(z.string()),
});

/** For clients that know no tasks: a call that lasts long is answered with a handle, and three tools come back for its result. */
const taskHandlesSchema = z.object({
  /** Names of the clients, as they call themselves. */
  clients: z.array(z.string().max(200)).max(100).default([]),
  /** When such a call is answered with a handle; most clients give up after 60 seconds. */
  afterSeconds: z.number().min(0.1).max(3_600).default(50),
});

export const settingsSchema = z.object({
  /** Minutes without client, task or window after which the host leaves. */
  idleExitMinutes: z.number().min(0.01).max(1440).default(10),
  auditDurability: z.enum(['default', 'strict']).default('default'),
  /** The first-run page was finished or skipped. */
  firstRunDone: z.boolean().default(false),
  singleKeyShortcuts: z.boolean().default(true),
  /** The HTTP gateway for other clients listens. */
  gatewayEnabled: z.boolean().default(false),
  /** Its port on 127.0.0.1; 0: any free one. */
  gatewayPort: z.int().min(0).max(65_535).default(7425),
  /** The origin under which a reverse proxy offers it; null: none does. */
  gatewayPublicOrigin: z.string().nullable().default(null),
  /** Milliseconds that a call waits for a person to sign in to its server; 0: it fails at once. */
  signInWaitMs: z.int().min(0).max(600_000).default(45_000),
  taskHandles: taskHandlesSchema.prefault({}),
  notices: noticeSettingsSchema.prefault({}),
  telemetry: telemetrySettingsSchema.prefault({}),
  /** Values of inputs that are no secrets, by id; they change by procedures of their own. */
  inputs: z.record(z.string(), z.string()).default({}),
  /** Registries beside the official one. */
  registries: registrySettingsSchema.default([]),
});

/** A change to some settings; those of the HTTP gateway change by its own procedures. Not `settingsSchema.partial()`: that would fill in the defaults of the absent ones. */
export const settingsPatchSchema = z.object({
  idleExitMinutes: settingsSchema.shape.idleExitMinutes.unwrap().optional(),
  auditDurability: settingsSchema.shape.auditDurability.unwrap().optional(),
  firstRunDone: settingsSchema.shape.firstRunDone.unwrap().optional(),
  singleKeyShortcuts: settingsSchema.shape.singleKeyShortcuts.unwrap().optional(),
  signInWaitMs: settingsSchema.shape.signInWaitMs.unwrap().optional(),
  /** Changes as a whole. */
  taskHandles: taskHandlesSchema.optional(),
  /** Changes as a whole. */
  notices: noticeSettingsSchema.optional(),
  /** Changes as a whole. */
  telemetry: telemetrySettingsSchema.optional(),
  registries: registrySettingsSchema.optional(),
});

export const snapshotSchema = z.object({
  host: hostStatusSchema,
  catalog: catalogStateSchema,
  servers: z.array(serverStatusSchema),
  sessions: z.array(sessionSchema),
  audit: auditStateSchema,
  vault: vaultStateSchema,
  settings: settingsSchema,
  /** Questions of servers that wait for a person, oldest first. */
  questions: z.array(questionSchema),
  /** Newest first: all that go on, and of the others the newest. */
  tasks: z.array(taskSchema),
  profiles: z.array(profileSchema),
  gateway: gatewayStatusSchema,
  /** What waits for a person to sign in, and what is under way, oldest first. */
  signIns: z.array(signInSchema),
  identities: z.array(identityStatusSchema),
  serverSignIns: z.array(serverSignInSchema),
  /** What is not as Portolan left it in other clients' files. */
  drift: z.array(driftSchema),
  /** Id of the last event that this snapshot already contains. */
  lastEventId: z.string(),
});

export const hostEventSchema = z.discriminatedUnion('type', [
  /** The asked-for events are no longer held: fetch a new snapshot. */
  z.object({ type: z.literal('reset') }),
  z.object({ type: z.literal('host'), host: hostStatusSchema }),
  z.object({ type: z.literal('catalog'), catalog: catalogStateSchema }),
  /** What changed within one moment: new states, and names that are gone. No name is in both. */
  z.object({ type: z.literal('servers'), servers: z.array(serverStatusSchema), removed: z.array(z.string()) }),
  z.object({ type: z.literal('sessions'), sessions: z.array(sessionSchema) }),
  z.object({ type: z.literal('audit'), state: auditStateSchema, records: z.array(auditSummarySchema) }),
  z.object({ type: z.literal('vault'), vault: vaultStateSchema }),
  z.object({ type: z.literal('tools-changed'), server: z.string() }),
  z.object({ type: z.literal('settings'), settings: settingsSchema }),
  z.object({ type: z.literal('questions'), questions: z.array(questionSchema) }),
  /** A task is new or has changed. */
  z.object({ type: z.literal('task'), task: taskSchema }),
  /** All profiles, after any of them changed. */
  z.object({ type: z.literal('profiles'), profiles: z.array(profileSchema) }),
  z.object({ type: z.literal('gateway'), gateway: gatewayStatusSchema }),
  /** All of them, after any of them changed. */
  z.object({ type: z.literal('sign-ins'), signIns: z.array(signInSchema) }),
  z.object({ type: z.literal('identities'), identities: z.array(identityStatusSchema) }),
  z.object({ type: z.literal('server-sign-in'), serverSignIn: serverSignInSchema }),
  /** All of it, after any of it changed. */
  z.object({ type: z.literal('drift'), drift: z.array(driftSchema) }),
]);

export type HostStatus = z.infer<typeof hostStatusSchema>;
export type CatalogState = z.infer<typeof catalogStateSchema>;
export type AuditState = z.infer<typeof auditStateSchema>;
export type VaultState = z.infer<typeof vaultStateSchema>;
export type SecretInfo = z.infer<typeof secretInfoSchema>;
export type Settings = z.infer<typeof settingsSchema>;
export type Snapshot = z.infer<typeof snapshotSchema>;
export type HostEvent = z.infer<typeof hostEventSchema>;
