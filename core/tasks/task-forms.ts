// A followed task in the form that a client's generation has, whatever its server's is. (SEP-1686 and SEP-2663; a tool that
// reports an error is a failed task in 2025-11-25 and a completed one in the extension)
import { type JsonObject, objectOf } from '../base/json-object.ts';
import { openInputs } from './reduce-task.ts';
import type { TaskRecord } from './task-record.ts';
import type { TaskAnswer } from './task-result.ts';

/** As 2025-11-25 has it. `answer`: what the task came to, where that is known. */
export function legacyForm(task: TaskRecord, answer: TaskAnswer | undefined): JsonObject {
  const isToolError = answer !== undefined && 'result' in answer && objectOf(answer.result)?.['isError'] === true;
  // Asked to cancel is cancelled there, and stays so.
  const status = task.cancelAskedAt !== undefined ? 'cancelled' : toldStatus(task);
  return {
    ...commonForm(task),
    status: status === 'completed' && isToolError ? 'failed' : status,
    ttl: task.ttlMs,
    ...(task.pollMs !== undefined && { pollInterval: task.pollMs }),
  };
}

/** As the extension has it, with questions, result or error. */
export function extensionForm(task: TaskRecord, answer: TaskAnswer | undefined): JsonObject {
  const status = toldStatus(task);
  const isToolError = answer !== undefined && 'result' in answer && status === 'failed';
  const inputs = openInputs(task).map(({ key, request }) => [key, request] as const);
  return {
    ...commonForm(task),
    status: isToolError ? 'completed' : status,
    ttlMs: task.ttlMs,
    ...(task.pollMs !== undefined && { pollIntervalMs: task.pollMs }),
    ...(status === 'input_required' && { inputRequests: Object.fromEntries(inputs) }),
    ...(answer ?? (status === 'failed' ? { error: { code: -32_603, message: endWords(task) } } : {})),
  };
}

/** Why a task has no result, in one sentence. */
export function endWords({ tool, end, result }: TaskRecord): string {
  if (end === 'expired') return `The task of ${tool} has expired at its server.`;
  if (end === 'restarted') return `The process that worked on ${tool} has ended.`;
  if (end !== undefined) return `The server no longer knows the task of ${tool}.`;
  return result === 'lost' ? `The server deleted the result of ${tool}.` : `The task of ${tool} has failed.`;
}

/** A task that can never end any more is a failed one to a client. */
function toldStatus({ status, end }: TaskRecord): string {
  return end === undefined ? status : 'failed';
}

function commonForm(task: TaskRecord): JsonObject {
  const { taskId, createdAt, lastUpdatedAt, statusMessage, receivedAt, heardAt } = task;
  return {
    taskId,
    createdAt: createdAt ?? new Date(receivedAt).toISOString(),
    lastUpdatedAt: lastUpdatedAt ?? new Date(heardAt).toISOString(),
    ...(statusMessage !== undefined && { statusMessage }),
  };
}
