// Follows every task that passed through Portolan to its end, whoever started it: on disk before anybody hears of it, asked
// for at the server's pace, its result fetched while the server still has it. It never runs a call again.
import { randomUUID } from 'node:crypto';
import { PortolanError, toPortolanError } from '../../shared/errors.ts';
import type { Clock } from '../base/clock.ts';
import type { JsonObject } from '../base/json-object.ts';
import type { Logger } from '../base/logger.ts';
import { fetchResult, lookAt } from './ask-task.ts';
import { nextPollAt } from './poll-pace.ts';
import { createTask, isFollowed, isTerminal, isUnfinished, openInputs, reduceTask } from './reduce-task.ts';
import { TaskAgenda } from './task-agenda.ts';
import type { TaskEvent } from './task-events.ts';
import { ResultWaiters } from './result-waiters.ts';
import type { TaskLink } from './task-link.ts';
import { TaskMap } from './task-map.ts';
import { processOf, tells } from './task-route.ts';
import type { TaskCall, TaskWatcher } from './task-watcher.ts';
import { keptResult, type TaskAnswer } from './task-result.ts';
import type { TaskRecord } from './task-record.ts';
import type { StoredResult, TaskStore } from './task-store.ts';
import type { ToldTask } from './task-wire.ts';

export interface TaskTrackerOptions {
  readonly store: TaskStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** In [0, 1). */
  readonly chance: () => number;
  /** Opens a connection to a remote server, which comes in through `opened`. Rejects when it cannot be reached. */
  reach(server: string): Promise<void>;
  /** Called after every change that is worth showing. */
  onChange(task: TaskRecord, before: TaskRecord | undefined): void;
  /** Bytes of the largest result that is kept. */
  readonly maxResultBytes: number;
}

export class TaskTracker implements TaskWatcher {
  readonly #options: TaskTrackerOptions;
  readonly #tasks = new TaskMap();
  readonly #links = new Set<TaskLink>();
  readonly #agenda: TaskAgenda;
  readonly #waiters = new ResultWaiters();

  constructor(options: TaskTrackerOptions) {
    this.#options = options;
    this.#agenda = new TaskAgenda(options.clock, (id) => this.#look(id));
    for (const task of options.store.list()) this.#tasks.set(task.id, task);
  }

  /** Takes up what an earlier host followed. Processes of that host are gone, and their tasks with them. */
  start(): void {
    const at = this.#options.clock.now();
    for (const task of this.#tasks.values()) {
      if (task.process !== undefined) this.#apply(task.id, { kind: 'process-ended', at, process: task.process });
      this.#plan(task.id);
    }
  }

  /** Every task, newest first. */
  list(): readonly TaskRecord[] {
    return this.#tasks.list();
  }

  /** @throws PortolanError TASK_NOT_FOUND */
  get(id: string): TaskRecord {
    return this.#tasks.known(id);
  }

  /** How many are followed now: while there are any, the host stays. */
  get active(): number {
    return this.#tasks.list().filter(isFollowed).length;
  }

  /** The kept result. @throws PortolanError TASK_NOT_FOUND, TASK_RESULT_LOST */
  result(id: string): StoredResult | undefined {
    const task = this.get(id);
    if (task.result === 'lost') {
      throw new PortolanError(
        'TASK_RESULT_LOST',
        `The server deleted the result of ${task.tool} before it could be had.`,
      );
    }
    return this.#options.store.result(id);
  }

  /**
   * Asks the server to cancel a task. What it says then is what is shown: a task may finish all the same.
   * @throws PortolanError TASK_NOT_FOUND, TASK_ENDED, and what reaching the server throws
   */
  async cancel(id: string): Promise<TaskRecord> {
    const task = this.get(id);
    if (!isFollowed(task)) throw new PortolanError('TASK_ENDED', `${task.tool} has ended already.`);
    this.#apply(id, { kind: 'cancel-asked', at: this.#options.clock.now() });
    const link = await this.#linkFor(task);
    await link?.ask('tasks/cancel', { taskId: task.taskId }).catch((error: unknown) => {
      // -32602: it had ended before; the look below shows how.
      if (toPortolanError(error).code !== 'TASK_REFUSED') throw error;
    });
    await this.#look(id);
    return this.get(id);
  }

  /**
   * Answers questions of a task, some or all of them: by key, each as the result of its request. The server is asked once.
   * @throws PortolanError TASK_NOT_FOUND, TASK_ENDED, INPUT_INVALID for a key that is not open, and what reaching the server throws
   */
  async answer(id: string, responses: Readonly<Record<string, JsonObject>>): Promise<TaskRecord> {
    const task = this.get(id);
    if (!isFollowed(task)) throw new PortolanError('TASK_ENDED', `${task.tool} has ended already.`);
    const open = new Set(openInputs(task).map(({ key }) => key));
    const strange = Object.keys(responses).find((key) => !open.has(key));
    if (strange !== undefined) {
      throw new PortolanError('INPUT_INVALID', `The task does not ask ${JSON.stringify(strange)}.`, {
        hint: `It asks: ${[...open].join(', ') || 'nothing now'}.`,
      });
    }
    const link = await this.#linkFor(task);
    if (link === undefined) throw new PortolanError('TASK_ENDED', `${task.tool} has ended with its process.`);
    if (task.wire === 'legacy') link.respond(responses);
    else await link.ask('tasks/update', { taskId: task.taskId, inputResponses: responses });
    this.#apply(id, { kind: 'answered', at: this.#options.clock.now(), keys: Object.keys(responses) });
    await this.#look(id);
    return this.get(id);
  }

  /** What a task comes to. @throws PortolanError TASK_RESULT_LOST when it comes to nothing */
  wait(task: TaskRecord): Promise<TaskAnswer> {
    return this.#waiters.wait(task);
  }

  /** Asks for a task now. Failures are noted in the task. */
  async refresh(id: string): Promise<TaskRecord> {
    this.get(id);
    await this.#look(id);
    return this.get(id);
  }

  /** Who reaches a server now has changed: tasks of others rest. */
  principalChanged(server: string, principal: string): void {
    const at = this.#options.clock.now();
    for (const task of this.#tasks.of(server)) this.#apply(task.id, { kind: 'principal', at, principal });
  }

  created(link: TaskLink, call: TaskCall, { taskId, report }: ToldTask): ReturnType<TaskWatcher['created']> {
    const { store, clock } = this.#options;
    const process = processOf(link);
    const task = createTask(
      {
        id: randomUUID(),
        server: link.server,
        principal: link.principal,
        wire: link.wire,
        taskId,
        tool: call.tool,
        argsDigest: call.argsDigest,
        client: link.client,
        receivedAt: clock.now(),
        ...(process !== undefined && { process }),
      },
      report,
    );
    store.put(task);
    this.#tasks.set(task.id, task);
    this.#options.onChange(task, undefined);
    this.#plan(task.id);
    return { task, ended: () => this.wait(this.get(task.id)) };
  }

  told(link: TaskLink, { taskId, report }: ToldTask): void {
    const task = this.#tasks.toldBy(link, taskId);
    if (task !== undefined) this.#apply(task.id, { kind: 'reported', at: this.#options.clock.now(), report });
  }

  resultSeen(link: TaskLink, taskId: string, answer: TaskAnswer): void {
    const task = this.#tasks.toldBy(link, taskId);
    if (task !== undefined) this.#keep(task.id, answer);
  }

  opened(link: TaskLink): void {
    this.#links.add(link);
  }

  abandoned(link: TaskLink): boolean {
    return this.#needing(link).length > 0;
  }

  closed(link: TaskLink): void {
    this.#links.delete(link);
    const process = processOf(link);
    if (process === undefined) return;
    const at = this.#options.clock.now();
    for (const { id } of this.#tasks.of(link.server)) this.#apply(id, { kind: 'process-ended', at, process });
  }

  /** Stops asking; tasks stay on disk for the next host. */
  async close(): Promise<void> {
    this.#agenda.close();
    await Promise.allSettled([...this.#links].filter((link) => link.isAbandoned).map((link) => link.end()));
  }

  /** Tasks for which this connection has to stay: those of its process, or those that no other connection can tell of. */
  #needing(link: TaskLink): TaskRecord[] {
    return this.#tasks.of(link.server).filter((task) => {
      if (!isUnfinished(task) || task.wire !== link.wire) return false;
      if (task.process !== undefined) return task.process === processOf(link);
      return (
        task.principal === link.principal && ![...this.#links].some((other) => other !== link && tells(other, task))
      );
    });
  }

  /** The connection over which the server is asked about a task; undefined when its process is gone. */
  async #linkFor(task: TaskRecord): Promise<TaskLink | undefined> {
    const find = () => [...this.#links].find((link) => tells(link, task));
    const found = find();
    if (found !== undefined || task.process !== undefined) return found;
    await this.#options.reach(task.server);
    const opened = find();
    if (opened !== undefined) return opened;
    throw new PortolanError('CONNECTION_LOST', `${task.server} is not reached as before.`);
  }

  async #look(id: string): Promise<void> {
    const { clock, logger } = this.#options;
    const task = this.#tasks.get(id);
    if (task === undefined || !isUnfinished(task)) return;
    this.#apply(id, { kind: 'asked', at: clock.now() });
    try {
      const link = await this.#linkFor(task);
      if (link === undefined) {
        this.#apply(id, { kind: 'process-ended', at: clock.now(), process: task.process ?? '' });
        return;
      }
      if (isFollowed(task)) {
        const { event, answer } = await lookAt(link, task, clock);
        this.#apply(id, event);
        if (answer !== undefined) this.#keep(id, answer);
        if (this.#tasks.get(id)?.status === 'input_required') link.standIn(task.taskId);
      }
      const now = this.#tasks.get(id);
      if (now?.result === 'wanted') await this.#fetch(link, now);
    } catch (error) {
      const { message } = toPortolanError(error);
      logger.info('a task could not be asked for', { task: id, server: task.server, message });
      this.#apply(id, { kind: 'failed-to-ask', at: clock.now(), trouble: 'transport' });
    } finally {
      this.#plan(id);
    }
  }

  async #fetch(link: TaskLink, task: TaskRecord): Promise<void> {
    const found = await fetchResult(link, task, this.#options.clock);
    if ('answer' in found) this.#keep(task.id, found.answer);
    else this.#apply(task.id, found.event);
  }

  #keep(id: string, answer: TaskAnswer): void {
    const { store, clock, maxResultBytes } = this.#options;
    const task = this.#tasks.get(id);
    if (task === undefined || !isTerminal(task) || task.result !== 'wanted') return;
    const at = clock.now();
    const kept = keptResult(answer, at, maxResultBytes);
    store.putResult(id, kept);
    this.#apply(id, { kind: 'result', at, outcome: kept.text === '' ? 'too-large' : 'stored' });
    this.#waiters.answered(id, answer);
  }

  #apply(id: string, event: TaskEvent): void {
    const before = this.#tasks.get(id);
    if (before === undefined) return;
    const task = reduceTask(before, event);
    if (task === before) return;
    this.#tasks.set(id, task);
    const isWeighty = task.status !== before.status || task.end !== before.end || task.result !== before.result;
    if (isWeighty || task.inputs !== before.inputs || task.cancelAskedAt !== before.cancelAskedAt) {
      this.#options.store.put(task);
    } else this.#options.store.note(task);
    if (event.kind !== 'asked') this.#options.onChange(task, before);
    if (!isUnfinished(task)) this.#waiters.ended(task);
    if (!isUnfinished(task)) this.#release(task);
  }

  /** A connection that was kept for its tasks alone goes with the last of them. */
  #release(task: TaskRecord): void {
    for (const link of this.#links) {
      if (link.server === task.server && link.isAbandoned && this.#needing(link).length === 0) void link.end();
    }
  }

  #plan(id: string): void {
    const task = this.#tasks.get(id);
    if (task === undefined) return;
    this.#agenda.set(id, nextPollAt(task, { chance: this.#options.chance() }));
  }
}
