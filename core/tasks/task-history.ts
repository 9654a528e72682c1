// What was seen of a task, step by step, for the timeline of its page: capped, so that no server can make a record grow.
import type { TaskRecord } from './task-record.ts';

/** One step. `what`: the status as the server wrote it, the kind of end, or where the result is. */
export interface TaskStep {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly kind: 'status' | 'end' | 'result';
  readonly what: string;
  /** The server's words, cut. */
  readonly message?: string;
}

const MAX_STEPS = 40;
const MAX_CHARS = 200;

/** `after` with the step that led to it from `before`; the very same object when there is none. The first step always stays. */
export function withStep(before: TaskRecord | undefined, after: TaskRecord, at: number): TaskRecord {
  const step = stepOf(before, after, at);
  if (step === undefined) return after;
  const steps = [...(after.history ?? []), step];
  return { ...after, history: steps.length > MAX_STEPS ? steps.toSpliced(1, 1) : steps };
}

function stepOf(before: TaskRecord | undefined, after: TaskRecord, at: number): TaskStep | undefined {
  const { end, result, status, statusMessage } = after;
  if (end !== undefined && end !== before?.end) return { at, kind: 'end', what: end };
  if (before === undefined || status !== before.status || statusMessage !== before.statusMessage) {
    const message = statusMessage === undefined ? {} : { message: statusMessage.slice(0, MAX_CHARS) };
    return { at, kind: 'status', what: status.slice(0, MAX_CHARS), ...message };
  }
  return result !== before.result && result !== 'wanted' ? { at, kind: 'result', what: result } : undefined;
}
