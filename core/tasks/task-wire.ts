// The two wire forms of a task, read into one report and written as requests. Nothing here knows connections.
// (MCP 2025-11-25, Tasks; extension io.modelcontextprotocol/tasks of 2026-07-28)
import type { TaskWire } from '../../shared/model/task.ts';
import { type JsonObject, objectOf, textOf } from '../base/json-object.ts';
import type { TaskReport } from './task-events.ts';

export const TASKS_EXTENSION = 'io.modelcontextprotocol/tasks';
/** Key of `_meta` by which messages of 2025-11-25 say which task they belong to. */
export const RELATED_TASK = 'io.modelcontextprotocol/related-task';

/** A task as a message told of it. */
export interface ToldTask {
  readonly taskId: string;
  readonly report: TaskReport;
}

/** Longer ids are no ids; they would be kept and sent again and again. */
const MAX_ID_CHARS = 1024;
const MAX_MESSAGE_CHARS = 4096;

/**
 * What the result of a `tools/call` says of a task that it created: `undefined` for an ordinary result, which is always allowed;
 * `invalid` for one that says it is a task and is none.
 */
export function createdTask(wire: TaskWire, result: JsonObject | undefined): ToldTask | 'invalid' | undefined {
  if (result === undefined) return undefined;
  if (wire === 'extension') {
    if (result['resultType'] !== 'task') return undefined;
    return toldTask(wire, result) ?? 'invalid';
  }
  // A tool's own result may have a member of that name beside its content.
  if (!Object.hasOwn(result, 'task') || Object.hasOwn(result, 'content')) return undefined;
  return toldTask(wire, objectOf(result['task'])) ?? 'invalid';
}

/** The task in the answer to `tasks/get` or (2025-11-25) `tasks/cancel`, or in the params of a notification. */
export function toldTask(wire: TaskWire, value: JsonObject | undefined): ToldTask | undefined {
  const taskId = textOf(value?.['taskId']);
  const status = textOf(value?.['status']);
  if (value === undefined || taskId === undefined || status === undefined) return undefined;
  if (taskId === '' || taskId.length > MAX_ID_CHARS || status === '') return undefined;
  const [ttl, poll] = wire === 'legacy' ? ['ttl', 'pollInterval'] : ['ttlMs', 'pollIntervalMs'];
  const [message, createdAt, lastUpdatedAt] = ['statusMessage', 'createdAt', 'lastUpdatedAt'].map((key) =>
    textOf(value[key])?.slice(0, MAX_MESSAGE_CHARS),
  );
  const [ttlMs, pollMs] = [value[ttl] === null ? null : milliseconds(value[ttl]), milliseconds(value[poll])];
  const inputs = wire === 'extension' ? objectOf(value['inputRequests']) : undefined;
  const hasResult = wire === 'extension' && (Object.hasOwn(value, 'result') || Object.hasOwn(value, 'error'));
  return {
    taskId,
    report: {
      status,
      ...(message !== undefined && { statusMessage: message }),
      ...(createdAt !== undefined && { createdAt }),
      ...(lastUpdatedAt !== undefined && { lastUpdatedAt }),
      ...(ttlMs !== undefined && { ttlMs }),
      ...(pollMs !== undefined && { pollMs }),
      ...(inputs !== undefined && { inputs }),
      ...(hasResult && { hasResult: true as const }),
    },
  };
}

/** True when a server's capabilities say that tool calls may become tasks. */
export function offersTasks(wire: TaskWire, capabilities: JsonObject | undefined): boolean {
  if (wire === 'extension') return objectOf(capabilities?.['extensions'])?.[TASKS_EXTENSION] !== undefined;
  const requests = objectOf(objectOf(capabilities?.['tasks'])?.['requests']);
  return objectOf(requests?.['tools'])?.['call'] !== undefined;
}

/** `capabilities` of a server with tasks as the other generation has them; `wire`: the form that its client speaks. */
export function withTasks(wire: TaskWire, capabilities: JsonObject): JsonObject {
  if (wire === 'legacy') {
    return { ...capabilities, tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } } };
  }
  return { ...capabilities, extensions: { ...objectOf(capabilities['extensions']), [TASKS_EXTENSION]: {} } };
}

/** The method of the notification by which a server tells of a task. */
export function statusMethod(wire: TaskWire): string {
  return wire === 'legacy' ? 'notifications/tasks/status' : 'notifications/tasks';
}

/**
 * What a finished task of the extension carries: its result, or the error in its place. A result that says `isError` is a
 * completed task there, and a failed one in 2025-11-25.
 */
export function inlineResult(
  value: JsonObject,
): { readonly result: unknown } | { readonly error: unknown } | undefined {
  if (Object.hasOwn(value, 'result')) return { result: value['result'] };
  return Object.hasOwn(value, 'error') ? { error: value['error'] } : undefined;
}

/** The id of the task that a message of 2025-11-25 belongs to. */
export function relatedTask(params: JsonObject | undefined): string | undefined {
  return textOf(objectOf(objectOf(params?.['_meta'])?.[RELATED_TASK])?.['taskId']);
}

/** A duration; negative, fractional below a millisecond or absurd values are as if absent. */
function milliseconds(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER ? Math.round(value) : undefined;
}
