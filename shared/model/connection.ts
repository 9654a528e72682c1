// Who reaches what: the matrix of clients and servers, the processes behind it, and the last messages of one session.
import * as z from 'zod';

const connectionCellSchema = z.object({
  server: z.string(),
  /** Name of the client as it gives it. */
  client: z.string(),
  state: z.enum(['live', 'used', 'never']),
  sessions: z.int(),
  inFlight: z.int(),
  lastUseAt: z.string().optional(),
  /** Milliseconds, of the last hundred calls. */
  medianMs: z.number().optional(),
  calls24h: z.int(),
  /** What the client speaks: `2025-11-25`, `2026-07-28`; absent before its first message. */
  protocolVersion: z.string().optional(),
});

export const connectionMatrixSchema = z.object({
  /** Clients with a live session or a call within the last 30 days, most recent first. */
  clients: z.array(z.object({ name: z.string(), live: z.int(), lastUseAt: z.string().optional() })),
  /** Every server of the catalog, and its own era and median over all clients. */
  servers: z.array(
    z.object({
      name: z.string(),
      era: z.enum(['legacy', 'modern', 'unknown']),
      protocolVersion: z.string().optional(),
      medianMs: z.number().optional(),
      calls24h: z.int(),
    }),
  ),
  cells: z.array(connectionCellSchema),
});

export const serverProcessSchema = z.object({
  server: z.string(),
  pid: z.int(),
  parentPid: z.int(),
  /** The program's name; arguments may hold secrets and are left out. */
  command: z.string(),
  startedAt: z.string(),
  /** Resident memory. */
  rssBytes: z.int(),
  /** Sessions that use the process: client names. */
  usedBy: z.array(z.string()),
});

export const traceFrameSchema = z.object({
  seq: z.int(),
  at: z.string(),
  direction: z.enum(['from-client', 'to-client']),
  kind: z.enum(['request', 'notification', 'response']),
  method: z.string().optional(),
  id: z.string().optional(),
  bytes: z.int(),
  /** JSON text with secrets and payload values masked, cut at 4,000 characters. */
  text: z.string(),
});

export type ConnectionCell = z.infer<typeof connectionCellSchema>;
export type ConnectionMatrix = z.infer<typeof connectionMatrixSchema>;
export type ServerProcess = z.infer<typeof serverProcessSchema>;
export type TraceFrame = z.infer<typeof traceFrameSchema>;
