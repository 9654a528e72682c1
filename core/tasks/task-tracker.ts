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
import { OnceEach } from './once-each.ts';
import { ResultWaiters } from './result-waiters.ts';
import type { TaskLink } from './task-link.ts';
import { TaskMap } from './task-map.ts';
import { TaskLinks } from './task-links.ts';
import { processOf } from './task-route.ts';
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
  readonly #links: TaskLinks;
  readonly #agenda: TaskAgenda;
  readonly #waiters = new ResultWaiters();
  /** Looks under way: a task is asked for once at a time. */
  readonly #looks = new OnceEach();
  /** Answers under way, as `ID KEY`. */
  readonly #answering = new Set<string>();

  constructor(options: TaskTrackerOptions) {
    this.#options = options;
    this.#links = new TaskLinks(this.#tasks, (server) => options.reach(server));
    this.#agenda = new TaskAgenda(options.clock, (id) => this.#look(id));
    for (const task of options.store.list()) this.#tasks.set(task.id, task);
  }

  /** Takes up what an earlier host followed. Processes of that host are gone, and their tasks with them. */
  start(): void {
    const at = this.#options.clock.now();
    for (const task of this.#tasks.values()) {
      if (task.process !== undefined) this.#apply(task.id, { kind: 'process-ended', at, process: task.process });
      this.#apply(task.id, { kind: 'interrupted', at });
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
    return [...this.#tasks.values()].filter(isFollowed).length;
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
    const link = await this.#links.reach(task);
    await link?.ask('tasks/cancel', { taskId: task.taskId }).catch((error: unknown) => {
      // -32602: it had ended before; the look below shows how.
      if (toPortolanError(error).code !== 'TASK_REFUSED') throw error;
    });
    await this.#lookAfter(id);
    return this.get(id);
  }

  /**
   * Answers questions of a task, some or all of them: by key, each as the result of its request. The server is asked once.
   * @throws PortolanError TASK_NOT_FOUND, TASK_ENDED, INPUT_INVALID for a key that is not open, and what reaching the server throws
   */
  async answer(id: string, responses: Readonly<Record<string, JsonObject>>): Promise<TaskRecord> {
    const task = this.get(id);
    if (!isFollowed(task)) throw new PortolanError('TASK_ENDED', `${task.tool} has ended already.`);
    const keys = Object.keys(responses);
    const open = new Set(openInputs(task).flatMap(({ key }) => (this.#answering.has(`${id} ${key}`) ? [] : [key])));
    const strange = keys.find((key) => !open.has(key));
    if (strange !== undefined) {
      throw new PortolanError('INPUT_INVALID', `The task does not ask ${JSON.stringify(strange)}.`, {
        hint: `It asks: ${[...open].join(', ') || 'nothing now'}.`,
      });
    }
    for (const key of keys) this.#answering.add(`${id} ${key}`);
    try {
      const link = await this.#links.reach(task);
      if (link === undefined) throw new PortolanError('TASK_ENDED', `${task.tool} has ended with its process.`);
      if (task.wire === 'legacy') link.stand.respond(responses);
      else await link.ask('tasks/update', { taskId: task.taskId, inputResponses: responses });
      this.#apply(id, { kind: 'answered', at: this.#options.clock.now(), keys });
    } finally {
      for (const key of keys) this.#answering.delete(`${id} ${key}`);
    }
    await this.#lookAfter(id);
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

  /** Who reaches a server now; undefined: nobody that is known. Tasks of others rest, and are never asked for as somebody else. */
  principalChanged(server: string, principal: string | undefined): void {
    const at = this.#options.clock.now();
    for (const task of this.#tasks.of(server).filter(({ process }) => process === undefined)) {
      this.#apply(task.id, { kind: 'principal', at, principal: principal ?? '' });
      if (this.#tasks.get(task.id) !== task) this.#plan(task.id);
    }
    this.#links.release(server);
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
    if (task === undefined) return;
    this.#apply(task.id, { kind: 'reported', at: this.#options.clock.now(), report });
    if (this.#tasks.get(task.id)?.result === 'wanted') this.#plan(task.id);
  }

  resultSeen(link: TaskLink, taskId: string, answer: TaskAnswer): void {
    const task = this.#tasks.toldBy(link, taskId);
    if (task !== undefined) this.#keep(task.id, answer);
  }

  opened(link: TaskLink): void {
    this.#links.add(link);
    if (processOf(link) === undefined) this.principalChanged(link.server, link.principal);
  }

  abandoned(link: TaskLink): boolean {
    return this.#links.isNeeded(link);
  }

  closed(link: TaskLink): void {
    this.#links.delete(link);
    const process = processOf(link);
    const at = this.#options.clock.now();
    for (const { id, taskId } of this.#tasks.of(link.server)) {
      if (process !== undefined) this.#apply(id, { kind: 'process-ended', at, process });
      else if (link.stand.holds(taskId)) this.#apply(id, { kind: 'interrupted', at });
    }
  }

  /** Stops asking; tasks stay on disk for the next host. */
  async close(): Promise<void> {
    this.#agenda.close();
    await this.#links.endAbandoned();
  }

  #look(id: string): Promise<void> {
    return this.#looks.run(id, () => this.#lookNow(id));
  }

  /** A look that begins now: one that is under way may not see what has just been done. */
  #lookAfter(id: string): Promise<void> {
    return this.#looks.after(id, () => this.#lookNow(id));
  }

  async #lookNow(id: string): Promise<void> {
    const { clock, logger } = this.#options;
    const task = this.#tasks.get(id);
    if (task === undefined || !isUnfinished(task) || task.frozen === true) return;
    this.#apply(id, { kind: 'asked', at: clock.now() });
    try {
      const link = await this.#links.reach(task);
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
    this.#options.store.changed(task, before);
    if (event.kind !== 'asked') this.#options.onChange(task, before);
    if (isUnfinished(task)) return;
    this.#waiters.ended(task);
    this.#links.release(task.server);
  }

  #plan(id: string): void {
    const task = this.#tasks.get(id);
    if (task === undefined) return;
    this.#agenda.set(id, nextPollAt(task, { chance: this.#options.chance(), now: this.#options.clock.now() }));
  }
}
