// An audit record as lists and details show it. The stored, hashed form is docs/audit-format.md.
import * as z from 'zod';

const auditKindSchema = z.enum([
  'call.intent',
  'call.outcome',
  'session.opened',
  'session.closed',
  'server.started',
  'server.stopped',
  'server.held',
  'server.approved',
  'catalog.changed',
  'secret.changed',
  'signin.started',
  'signin.finished',
  'signin.failed',
  'signin.ended',
  'token.issued',
  'token.refreshed',
  'token.exchanged',
  'token.refused',
  'token.revoked',
  'oauth.client.registered',
  'identity.changed',
  'client.exported',
  'client.imported',
  'gateway.enabled',
  'gateway.disabled',
  'gateway.client.added',
  'gateway.client.allowed',
  'gateway.client.revoked',
  'notice.shown',
  'notice.failed',
  'host.started',
  'host.stopped',
  'log.verified',
  'log.damaged',
  'integrity.rollback',
]);

const auditOutcomeSchema = z.enum(['allowed', 'denied', 'deferred', 'error', 'unknown', 'cancelled']);

export const auditSummarySchema = z.object({
  /** Position in the log, from 1. */
  seq: z.int(),
  id: z.string(),
  /** RFC 3339, UTC, milliseconds. */
  at: z.string(),
  kind: auditKindSchema,
  outcome: auditOutcomeSchema,
  client: z.string().optional(),
  server: z.string().optional(),
  tool: z.string().optional(),
  session: z.string().optional(),
  /** What happened in a few words: the tool's or method's name, or the changed thing. */
  what: z.string(),
  tookMs: z.number().optional(),
  /** The other half of a pair: the intent of an outcome, the outcome of an intent. */
  related: z.string().optional(),
});

export const auditDetailSchema = z.object({
  summary: auditSummarySchema,
  /** Every stored field, flat, as text. */
  fields: z.record(z.string(), z.string()),
  /** The exact canonical line that was hashed. */
  canonical: z.string(),
  hash: z.string(),
  previousHash: z.string(),
  hashOk: z.boolean(),
  chainOk: z.boolean(),
  related: z.array(auditSummarySchema),
});

export const auditFilterSchema = z.object({
  /** Words to be found anywhere; `field:value` words narrow to a field (server, client, kind, outcome, tool, since, until). */
  text: z.string().max(500).optional(),
  kinds: z.array(auditKindSchema).optional(),
  outcomes: z.array(auditOutcomeSchema).optional(),
  server: z.string().optional(),
  client: z.string().optional(),
  session: z.string().optional(),
  since: z.string().optional(),
  until: z.string().optional(),
});

export const auditPageSchema = z.object({
  records: z.array(auditSummarySchema),
  /** Matching records in all. */
  matching: z.int(),
  /** Records in the log. */
  total: z.int(),
  /** Pass as `beforeSeq` for the next, older page; absent at the end. */
  nextBeforeSeq: z.int().optional(),
});

export const auditVerdictSchema = z.object({
  ok: z.boolean(),
  /** Records proven, counted from the first. */
  verified: z.int(),
  total: z.int(),
  at: z.string(),
  tookMs: z.number(),
  headHash: z.string(),
  /** What the keychain remembers of the log's end; absent when it was not asked, as for a copy. */
  keptHead: z.enum(['matches', 'differs', 'unavailable']).optional(),
  fault: z
    .object({
      /** Number of the first bad record. */
      seq: z.int(),
      id: z.string().optional(),
      file: z.string(),
      kind: z.enum(['edited', 'deleted', 'inserted', 'reordered', 'truncated', 'unreadable', 'rolled-back', 'index']),
      message: z.string(),
    })
    .optional(),
});

export const verifyEventSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), verified: z.int(), total: z.int() }),
  z.object({ kind: z.literal('done'), verdict: auditVerdictSchema }),
]);

export type AuditKind = z.infer<typeof auditKindSchema>;
export type AuditOutcome = z.infer<typeof auditOutcomeSchema>;
export type AuditSummary = z.infer<typeof auditSummarySchema>;
export type AuditDetail = z.infer<typeof auditDetailSchema>;
export type AuditFilter = z.infer<typeof auditFilterSchema>;
export type AuditPage = z.infer<typeof auditPageSchema>;
export type AuditVerdict = z.infer<typeof auditVerdictSchema>;
export type VerifyEvent = z.infer<typeof verifyEventSchema>;
