// What clients ask about tasks, answered from what is followed: their own methods in either form, and Portolan's tools.
import { PortolanError, toPortolanError } from '../../shared/errors.ts';
import { type JsonObject, objectOf, textOf } from '../base/json-object.ts';
import type { Era } from '../connections/era.ts';
import { type OwnTool, sentence } from './own-tools.ts';
import { isFollowed } from './reduce-task.ts';
import type { TaskDesk } from './task-desk.ts';
import { endWords, extensionForm, legacyForm } from './task-forms.ts';
import type { TaskRecord } from './task-record.ts';
import type { TaskAnswer } from './task-result.ts';
import { RELATED_TASK } from './task-wire.ts';

const INVALID_PARAMS = -32_602;
const METHOD_NOT_FOUND = -32_601;

export const frontAnswers = { method, tool };

/** The result of a `tasks/…` request. @throws PortolanError with data.rpcCode, the number for the client */
async function method(desk: TaskDesk, dialect: Era, name: string, params: JsonObject): Promise<JsonObject> {
  const form = dialect === 'legacy' ? legacyForm : extensionForm;
  const shown = (task: TaskRecord) => form(task, desk.kept(task));
  if (name === 'tasks/list' && dialect === 'legacy') return { tasks: desk.list().map(shown) };
  const task = taskOf(desk, params);
  switch (name) {
    case 'tasks/get':
      return shown(await looked(desk, task));
    case 'tasks/result':
      if (dialect === 'legacy') return resultOf(task, await desk.ended(task));
      break;
    case 'tasks/update': {
      if (dialect === 'legacy') break;
      const responses = objectOf(params['inputResponses']) ?? {};
      await desk.answer(task, responses as Record<string, JsonObject>);
      return {};
    }
    case 'tasks/cancel': {
      if (dialect === 'legacy' && !isFollowed(task)) throw refused(INVALID_PARAMS, 'The task has ended already.');
      const asked = isFollowed(task) ? await desk.cancel(task) : task;
      return dialect === 'legacy' ? shown(asked) : {};
    }
    default:
      break;
  }
  throw refused(METHOD_NOT_FOUND, `There is no ${name} here.`);
}

/** The result of one of Portolan's tools. Never rejects. */
async function tool(desk: TaskDesk, name: OwnTool, handle: string): Promise<JsonObject> {
  const known = desk.byHandle(handle);
  if (known === undefined) return sentence(`No call has the handle "${handle.slice(0, 100)}".`, true);
  try {
    const task =
      name === 'portolan_task_cancel' && isFollowed(known) ? await desk.cancel(known) : await looked(desk, known);
    if (name !== 'portolan_task_result') return sentence(stateWords(task));
    const answer = desk.kept(task);
    if (answer === undefined) {
      const waits = isFollowed(task) || task.result === 'wanted';
      return sentence(waits ? stateWords(task) : endWords(task), !waits);
    }
    if ('error' in answer)
      return sentence(`${task.tool} failed: ${textOf(objectOf(answer.error)?.['message']) ?? 'no reason given'}`, true);
    return objectOf(answer.result) ?? {};
  } catch (error) {
    return sentence(toPortolanError(error).message, true);
  }
}

/** A look of its own, so that the client hears of an end at once; a server that cannot be reached is no failure. */
async function looked(desk: TaskDesk, task: TaskRecord): Promise<TaskRecord> {
  return isFollowed(task) || task.result === 'wanted' ? desk.refresh(task) : task;
}

function resultOf(task: TaskRecord, answer: TaskAnswer): JsonObject {
  if ('error' in answer) {
    const error = objectOf(answer.error);
    throw refused(
      typeof error?.['code'] === 'number' ? error['code'] : -32_603,
      textOf(error?.['message']) ?? 'The task has failed.',
    );
  }
  const result = objectOf(answer.result) ?? {};
  return { ...result, _meta: { ...objectOf(result['_meta']), [RELATED_TASK]: { taskId: task.taskId } } };
}

function stateWords({ status, tool: name, statusMessage, end }: TaskRecord): string {
  const state = end === undefined ? status.replace('_', ' ') : end;
  return `${name}: ${state}${statusMessage === undefined ? '' : ` (${statusMessage})`}.`;
}

function taskOf(desk: TaskDesk, params: JsonObject): TaskRecord {
  const task = desk.find(textOf(params['taskId']) ?? '');
  if (task !== undefined) return task;
  throw refused(INVALID_PARAMS, 'There is no such task.');
}

function refused(rpcCode: number, message: string): PortolanError {
  return new PortolanError('TASK_REFUSED', message, { data: { rpcCode } });
}
