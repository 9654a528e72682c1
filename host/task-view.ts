// A task as the contract shows it.
import { objectOf, textOf } from '../core/base/json-object.ts';
import { suspiciousFields } from '../core/gateway/form-answer.ts';
import { expiresAt, openInputs } from '../core/tasks/reduce-task.ts';
import type { TaskInput, TaskRecord } from '../core/tasks/task-record.ts';
import type { Task, TaskDetail } from '../shared/model/task.ts';

/** Characters of a question's text in a timeline. */
const MAX_CHARS = 200;

export function taskView(task: TaskRecord): Task {
  const { id, server, tool, client, wire, taskId, status, result } = task;
  const expires = expiresAt(task);
  const ended = settledAt(task);
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
    ...(ended !== undefined && { settledAt: dated(ended) }),
    ...(expires !== undefined && { expiresAt: dated(expires) }),
    ...(task.cancelAskedAt !== undefined && { cancelAskedAt: dated(task.cancelAskedAt) }),
    inputs: openInputs(task).map(inputView),
    ...(task.trouble !== undefined && {
      trouble: { kind: task.trouble.kind, count: task.trouble.count, since: dated(task.trouble.since) },
    }),
    ...(task.retryOf !== undefined && { retryOf: task.retryOf }),
  };
}

/** With all that was seen of it. */
export function taskDetail(task: TaskRecord): TaskDetail {
  return {
    ...taskView(task),
    history: (task.history ?? []).map(({ at, ...step }) => ({ at: dated(at), ...step })),
    asked: task.inputs.map(askedView),
  };
}

function inputView({ key, request, seenAt }: TaskInput): Task['inputs'][number] {
  const schema = objectOf(objectOf(objectOf(request)?.['params'])?.['requestedSchema']);
  return { key, request, at: dated(seenAt), suspicious: schema === undefined ? [] : suspiciousFields(schema) };
}

function askedView({ answeredAt, key, request, seenAt }: TaskInput): TaskDetail['asked'][number] {
  const message = textOf(objectOf(objectOf(request)?.['params'])?.['message'])?.slice(0, MAX_CHARS);
  return {
    key,
    at: dated(seenAt),
    ...(answeredAt !== undefined && { answeredAt: dated(answeredAt) }),
    ...(message !== undefined && { message }),
  };
}

/** Of an end without a status its history knows the time. */
function settledAt({ end, history, settledAt: settled }: TaskRecord): number | undefined {
  return end === undefined ? settled : history?.findLast(({ kind }) => kind === 'end')?.at;
}

/** RFC 3339; a server may give a time beyond what dates can hold. */
function dated(ms: number): string {
  return new Date(Math.min(ms, 8.64e15)).toISOString();
}
