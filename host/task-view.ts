// A task as the contract shows it.
import { expiresAt, openInputs } from '../core/tasks/reduce-task.ts';
import type { TaskRecord } from '../core/tasks/task-record.ts';
import type { Task } from '../shared/model/task.ts';

export function taskView(task: TaskRecord): Task {
  const { id, server, tool, client, wire, taskId, status, result } = task;
  const expires = expiresAt(task);
  return {
    id,
    server,
    tool,
    client,
    wire,
    taskId,
    status,
    result,
    ...(task.statusMessage !== undefined && { message: task.statusMessage }),
    ...(task.end !== undefined && { end: task.end }),
    isFrozen: task.frozen === true,
    startedAt: dated(task.receivedAt),
    heardAt: dated(task.heardAt),
    ...(task.settledAt !== undefined && { settledAt: dated(task.settledAt) }),
    ...(expires !== undefined && { expiresAt: dated(expires) }),
    ...(task.cancelAskedAt !== undefined && { cancelAskedAt: dated(task.cancelAskedAt) }),
    inputs: openInputs(task).map(({ key, request }) => ({ key, request })),
    ...(task.trouble !== undefined && {
      trouble: { kind: task.trouble.kind, count: task.trouble.count, since: dated(task.trouble.since) },
    }),
    ...(task.retryOf !== undefined && { retryOf: task.retryOf }),
  };
}

/** RFC 3339; a server may give a time beyond what dates can hold. */
function dated(ms: number): string {
  return new Date(Math.min(ms, 8.64e15)).toISOString();
}
