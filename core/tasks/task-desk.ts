// What a client may ask of the tasks of one server, and nobody else's: those of the same credentials.
import type { JsonObject } from '../base/json-object.ts';
import type { ResultWaiters } from './result-waiters.ts';
import type { TaskAnswer } from './task-result.ts';
import type { TaskRecord } from './task-record.ts';
import type { TaskTracker } from './task-tracker.ts';

export interface DeskTracker
  extends Pick<TaskTracker, 'answer' | 'cancel' | 'get' | 'list' | 'refresh' | 'result'>,
    Pick<ResultWaiters, 'wait'> {}

export class TaskDesk {
  readonly #tracker: DeskTracker;
  readonly #server: string;
  readonly #principal: string;

  constructor(tracker: DeskTracker, server: string, principal: string) {
    this.#tracker = tracker;
    this.#server = server;
    this.#principal = principal;
  }

  /** Newest first. */
  list(): readonly TaskRecord[] {
    return this.#tracker
      .list()
      .filter(({ server, principal }) => server === this.#server && principal === this.#principal);
  }

  /** By the server's id. */
  find(taskId: string): TaskRecord | undefined {
    return this.list().find((task) => task.taskId === taskId);
  }

  /** By the handle that was given out: the first part of the local id. */
  byHandle(handle: string): TaskRecord | undefined {
    const start = handle.replace(/^task-/, '');
    return start.length < 8 ? undefined : this.list().find(({ id }) => id.startsWith(start));
  }

  refresh(task: TaskRecord): Promise<TaskRecord> {
    return this.#tracker.refresh(task.id);
  }

  cancel(task: TaskRecord): Promise<TaskRecord> {
    return this.#tracker.cancel(task.id);
  }

  answer(task: TaskRecord, responses: Readonly<Record<string, JsonObject>>): Promise<TaskRecord> {
    return this.#tracker.answer(task.id, responses);
  }

  /** What it came to, where that is kept. */
  kept(task: TaskRecord): TaskAnswer | undefined {
    const stored = task.result === 'stored' ? this.#tracker.result(task.id) : undefined;
    if (stored === undefined || stored.text === '') return undefined;
    const value: unknown = JSON.parse(stored.text);
    return stored.isError ? { error: value } : { result: value };
  }

  /** What it comes to, as soon as that is known. @throws PortolanError TASK_RESULT_LOST */
  async ended(task: TaskRecord): Promise<TaskAnswer> {
    return this.kept(task) ?? this.#tracker.wait(this.#tracker.get(task.id));
  }
}
