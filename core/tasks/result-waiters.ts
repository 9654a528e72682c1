// Those who wait for what a task comes to.
import { PortolanError } from '../../shared/errors.ts';
import { isUnfinished } from './reduce-task.ts';
import type { TaskRecord } from './task-record.ts';
import type { TaskAnswer } from './task-result.ts';

export class ResultWaiters {
  readonly #waiting = new Map<string, PromiseWithResolvers<TaskAnswer>[]>();

  /** What the task comes to. @throws PortolanError TASK_RESULT_LOST when it comes to nothing */
  wait(task: TaskRecord): Promise<TaskAnswer> {
    const waiting = Promise.withResolvers<TaskAnswer>();
    this.#waiting.set(task.id, [...(this.#waiting.get(task.id) ?? []), waiting]);
    if (!isUnfinished(task)) this.ended(task);
    return waiting.promise;
  }

  /** The answer of a task has come in. */
  answered(id: string, answer: TaskAnswer): void {
    for (const waiting of this.#take(id)) waiting.resolve(answer);
  }

  /** The task has ended; who still waits will have no answer, unless one has just been kept. */
  ended(task: TaskRecord): void {
    if (task.result === 'stored' || task.result === 'too-large') return;
    const why = task.status === 'cancelled' ? 'was cancelled' : `ended without a result (${task.end ?? task.result})`;
    const error = new PortolanError('TASK_RESULT_LOST', `The task of ${task.tool} ${why}.`);
    for (const waiting of this.#take(task.id)) waiting.reject(error);
  }

  #take(id: string): PromiseWithResolvers<TaskAnswer>[] {
    const waiting = this.#waiting.get(id) ?? [];
    this.#waiting.delete(id);
    return waiting;
  }
}
