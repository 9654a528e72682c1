// A task: a tool call that its server goes on working on after it has answered. Two wire forms exist, of 2025-11-25
// (`legacy`) and of the extension io.modelcontextprotocol/tasks (`extension`); this is what both come to.
import * as z from 'zod';

/** What a server says of a task. Terminal: the last three; no task leaves those. (SEP-1686, SEP-2663) */
export const TASK_STATUSES = ['working', 'input_required', 'completed', 'failed', 'cancelled'] as const;

const taskWireSchema = z.enum(['legacy', 'extension']);

/** Why a task is no longer followed although no terminal status was seen. */
const taskEndSchema = z.enum([
  /** Its server no longer knows it, and its time was over. */
  'expired',
  /** Its server does not know it although its time is not over. */
  'unknown',
  /** The process that worked on it has ended. */
  'restarted',
  /** Its server no longer speaks of tasks. */
  'unsupported',
]);

/** Where the result of a finished task is. `lost`: the server has deleted it before it could be had. */
const taskResultStateSchema = z.enum(['none', 'wanted', 'stored', 'too-large', 'lost']);

/** One task as a person sees it. Times are RFC 3339. */
export const taskSchema = z.object({
  id: z.string(),
  server: z.string(),
  tool: z.string(),
  /** Name of the client that made the call. */
  client: z.string(),
  wire: taskWireSchema,
  /** The server's own id. */
  taskId: z.string(),
  /** As the server said it last; another word than the known five is possible. */
  status: z.string(),
  /** The server's own words, to be shown as plain text. */
  message: z.string().optional(),
  end: taskEndSchema.optional(),
  /** Another person is signed in at the server now. */
  isFrozen: z.boolean(),
  startedAt: z.string(),
  heardAt: z.string(),
  /** When it ended as far as this host has seen it, whatever the end. */
  settledAt: z.string().optional(),
  /** When the server may delete it; absent: never, or not told. */
  expiresAt: z.string().optional(),
  cancelAskedAt: z.string().optional(),
  result: taskResultStateSchema,
  /** Questions that wait for an answer. */
  inputs: z.array(
    z.object({
      key: z.string(),
      request: z.unknown(),
      at: z.string(),
      /** Names of fields that look like credentials; a form must not ask for those. */
      suspicious: z.array(z.string()).default([]),
    }),
  ),
  /** Why the last looks failed. */
  trouble: z.object({ kind: z.enum(['transport', 'busy', 'server']), count: z.int(), since: z.string() }).optional(),
  retryOf: z.string().optional(),
});

/** One task with what was seen of it since. */
export const taskDetailSchema = taskSchema.extend({
  /** Oldest first, capped: the first step and the newest. `what`: a status, a kind of end, or where the result is. */
  history: z.array(
    z.object({
      at: z.string(),
      kind: z.enum(['status', 'end', 'result']),
      what: z.string(),
      message: z.string().optional(),
    }),
  ),
  /** Every question that was seen, oldest first. */
  asked: z.array(
    z.object({
      key: z.string(),
      at: z.string(),
      answeredAt: z.string().optional(),
      /** The server's words, cut. */
      message: z.string().optional(),
    }),
  ),
});

/** What a finished task gave. */
export const taskResultSchema = z.object({
  /** The result of the call, or the JSON-RPC error in its place. */
  isError: z.boolean(),
  value: z.unknown(),
  /** `sha256:<hex>` of the JSON text, also where the text itself was too large to keep. */
  digest: z.string(),
});

export type TaskStatus = (typeof TASK_STATUSES)[number];
export type TaskWire = z.infer<typeof taskWireSchema>;
export type TaskEnd = z.infer<typeof taskEndSchema>;
export type TaskResultState = z.infer<typeof taskResultStateSchema>;
export type Task = z.infer<typeof taskSchema>;
export type TaskDetail = z.infer<typeof taskDetailSchema>;
