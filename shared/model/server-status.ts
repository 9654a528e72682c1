// What one server is doing now: the union that every list, badge and probe shows.
import * as z from 'zod';

const serverStateSchema = z.enum([
  'stopped',
  'starting',
  'ready',
  'needs-sign-in',
  'needs-approval',
  'degraded',
  'failed',
]);

export const reasonSchema = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
});

export const serverStatusSchema = z.object({
  name: z.string(),
  state: serverStateSchema,
  enabled: z.boolean(),
  /** RFC 3339 time of the last change of state. */
  since: z.string(),
  reason: reasonSchema.optional(),
  /** Process ids of running children, one per connection. */
  pids: z.array(z.int()).default([]),
  /** Live downstream sessions that use this server. */
  sessions: z.int().default(0),
  protocolVersion: z.string().optional(),
  serverInfo: z.object({ name: z.string(), version: z.string(), title: z.string().optional() }).optional(),
  toolCount: z.int().optional(),
  lastCallAt: z.string().optional(),
  callsToday: z.int().default(0),
});

export const sessionSchema = z.object({
  id: z.string(),
  server: z.string(),
  client: z.object({
    name: z.string(),
    version: z.string().optional(),
    title: z.string().optional(),
    pid: z.int().optional(),
    /** Executable of the program that started the session, as the system tells it; not proof of identity. */
    executable: z.string().optional(),
  }),
  since: z.string(),
  inFlight: z.int(),
  calls: z.int(),
  /** What the client speaks; absent before its first message was answered. */
  protocolVersion: z.string().optional(),
});

export const logLineSchema = z.object({
  /** Position in the server's ring, growing by one per line. */
  seq: z.int(),
  at: z.string(),
  source: z.enum(['stderr', 'stdout-noise', 'portolan', 'server']),
  text: z.string(),
});

/** One step of `doctor` or "Run checks": steps come in order, later ones are `skipped` after a failure. */
export const checkResultSchema = z.object({
  id: z.string(),
  title: z.string(),
  outcome: z.enum(['ok', 'warning', 'failed', 'skipped']),
  detail: z.string().optional(),
  code: z.string().optional(),
  hint: z.string().optional(),
  tookMs: z.number().optional(),
});

export type ServerState = z.infer<typeof serverStateSchema>;
export type Reason = z.infer<typeof reasonSchema>;
export type ServerStatus = z.infer<typeof serverStatusSchema>;
export type Session = z.infer<typeof sessionSchema>;
export type LogLine = z.infer<typeof logLineSchema>;
export type CheckResult = z.infer<typeof checkResultSchema>;
