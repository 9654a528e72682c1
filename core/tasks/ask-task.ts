// One look at a task: the question in its wire form, and what the answer, or the lack of one, means.
import { toPortolanError } from '../../shared/errors.ts';
import type { Clock } from '../base/clock.ts';
import type { TaskEvent } from './task-events.ts';
import type { TaskLink } from './task-link.ts';
import type { TaskRecord } from './task-record.ts';
import type { TaskAnswer } from './task-result.ts';
import { inlineResult, toldTask } from './task-wire.ts';

const METHOD_NOT_FOUND = -32_601;
const INVALID_PARAMS = -32_602;

export interface Look {
  readonly event: TaskEvent;
  /** The result that came with it (extension). */
  readonly answer?: TaskAnswer;
}

/** Asks how a task stands. Never rejects. */
export async function lookAt(link: TaskLink, task: TaskRecord, clock: Clock): Promise<Look> {
  try {
    const result = await link.ask('tasks/get', { taskId: task.taskId });
    const told = toldTask(task.wire, result);
    if (told?.taskId !== task.taskId) return { event: { kind: 'failed-to-ask', at: clock.now(), trouble: 'server' } };
    const answer = task.wire === 'extension' ? inlineResult(result) : undefined;
    return {
      event: { kind: 'reported', at: clock.now(), report: told.report },
      ...(answer !== undefined && { answer }),
    };
  } catch (error) {
    return { event: troubleOf(error, clock.now()) };
  }
}

/** The result of a finished task: by a question of its own in 2025-11-25, with the task itself in the extension. */
export async function fetchResult(
  link: TaskLink,
  task: TaskRecord,
  clock: Clock,
): Promise<{ answer: TaskAnswer } | { event: TaskEvent }> {
  const lost = (): { event: TaskEvent } => ({ event: { kind: 'result', at: clock.now(), outcome: 'lost' } });
  try {
    if (task.wire === 'legacy') return { answer: { result: await link.ask('tasks/result', { taskId: task.taskId }) } };
    const answer = inlineResult(await link.ask('tasks/get', { taskId: task.taskId }));
    return answer === undefined ? lost() : { answer };
  } catch (error) {
    const { code, data, cause } = toPortolanError(error);
    if (code !== 'TASK_REFUSED') return { event: troubleOf(error, clock.now()) };
    const isGone = data['rpcCode'] === INVALID_PARAMS || data['rpcCode'] === METHOD_NOT_FOUND;
    // A failed task gives the error that the call itself has come to (2025-11-25, tasks/result). When it might as well say
    // that the task is not there, the task itself is asked for.
    if (task.wire === 'legacy' && task.status === 'failed' && (!isGone || (await isThere(link, task)))) {
      return { answer: { error: cause } };
    }
    return isGone ? lost() : { event: troubleOf(error, clock.now()) };
  }
}

async function isThere(link: TaskLink, task: TaskRecord): Promise<boolean> {
  const told = await link.ask('tasks/get', { taskId: task.taskId }).catch(() => undefined);
  return toldTask(task.wire, told)?.taskId === task.taskId;
}

function troubleOf(error: unknown, at: number): TaskEvent {
  const { code, data } = toPortolanError(error);
  const retryAfterMs = data['retryAfterMs'];
  const patience = typeof retryAfterMs === 'number' ? { retryAfterMs } : {};
  if (code === 'TASK_REFUSED') {
    if (data['rpcCode'] === INVALID_PARAMS) return { kind: 'missed', at };
    if (data['rpcCode'] === METHOD_NOT_FOUND) return { kind: 'unsupported', at };
    return { kind: 'failed-to-ask', at, trouble: 'server', ...patience };
  }
  const isBusy = code === 'SERVER_BUSY' || data['status'] === 429 || data['status'] === 503;
  return { kind: 'failed-to-ask', at, trouble: isBusy ? 'busy' : 'transport', ...patience };
}
