// Requests on their way to a server whose answers may tell of a task, and what such an answer may be.
import type { TaskWire } from '../../shared/model/task.ts';
import { type JsonObject, objectOf, textOf } from '../base/json-object.ts';
import { META, metaOf } from '../connections/era.ts';
import { errorFrame, type Frame } from '../connections/frame.ts';
import type { TaskCall } from './task-watcher.ts';
import { TASKS_EXTENSION } from './task-wire.ts';

const INTERNAL_ERROR = -32_603;
const METHOD_NOT_FOUND = -32_601;

/** A request of the client whose answer may tell of a task. */
export type Passing =
  | { readonly kind: 'call'; readonly call: TaskCall; readonly isWanted: boolean; readonly request?: Frame }
  | { readonly kind: 'absorbed'; readonly call: TaskCall }
  | { readonly kind: 'handshake' }
  | { readonly kind: 'task'; readonly method: string; readonly taskId: string };

/** True when the caller asks for a task (2025-11-25) or can take one (extension): only then may it be given one. */
export function wantsTask(wire: TaskWire, frame: Frame, params: JsonObject | undefined): boolean {
  if (wire === 'legacy') return objectOf(params?.['task']) !== undefined;
  const capabilities = objectOf(metaOf(frame)?.[META.clientCapabilities]);
  return objectOf(capabilities?.['extensions'])?.[TASKS_EXTENSION] !== undefined;
}

export const UNWANTED = 'The server made a task of a request whose sender cannot follow one.';

/** Calls alone can become tasks. (extension, "Task creation") */
export function mayCreate(passing: Passing | undefined): boolean {
  return passing?.kind === 'call' || passing?.kind === 'absorbed';
}

/** True for what a server of the extension says is a task. */
export function isTask(result: JsonObject | undefined): boolean {
  return result?.['resultType'] === 'task';
}

/** What the SDK's servers answer instead of the error that the revision has, as the result of the tool. */
const SDK_REFUSAL = /^MCP error -32601: .* requires task augmentation/;

/** The refusal of a plain call to a tool that can only be a task. */
export function mustBeTask(frame: Frame): boolean {
  if (objectOf(frame.message['error'])?.['code'] === METHOD_NOT_FOUND) return true;
  const result = objectOf(frame.message['result']);
  const content = result?.['isError'] === true ? result['content'] : undefined;
  const [first] = Array.isArray(content) ? (content as unknown[]) : [];
  return SDK_REFUSAL.test(textOf(objectOf(first)?.['text']) ?? '');
}

export function invalidTask(id: string, cause: string): Frame {
  return errorFrame(id, INTERNAL_ERROR, cause, { code: 'TASK_INVALID' });
}
