// A task: a tool call that its server goes on working on after it has answered. Two wire forms exist, of 2025-11-25
// (`legacy`) and of the extension io.modelcontextprotocol/tasks (`extension`); this is what both come to.
import * as z from 'zod';

/** What a server says of a task. Terminal: the last three; no task leaves those. (SEP-1686, SEP-2663) */
export const TASK_STATUSES = ['working', 'input_required', 'completed', 'failed', 'cancelled'] as const;

export const taskWireSchema = z.enum(['legacy', 'extension']);

/** Why a task is no longer followed although no terminal status was seen. */
export const taskEndSchema = z.enum([
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
export const taskResultStateSchema = z.enum(['none', 'wanted', 'stored', 'too-large', 'lost']);

export type TaskStatus = (typeof TASK_STATUSES)[number];
export type TaskWire = z.infer<typeof taskWireSchema>;
export type TaskEnd = z.infer<typeof taskEndSchema>;
export type TaskResultState = z.infer<typeof taskResultStateSchema>;
