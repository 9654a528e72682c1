// A tracker of tasks over memory and a clock by hand, and scripted servers behind real links.
import { objectOf, type JsonObject } from '../../core/base/json-object.ts';
import { silentLogger } from '../../core/base/logger.ts';
import { StateDb } from '../../core/base/state-db.ts';
import { META } from '../../core/connections/era.ts';
import { type Frame, frameOf, parseFrame } from '../../core/connections/frame.ts';
import type { Upstream, UpstreamEvents } from '../../core/connections/upstream.ts';
import { CallPairs } from '../../core/tasks/call-pairs.ts';
import { TaskLink, type TaskLinkOptions } from '../../core/tasks/task-link.ts';
import type { TaskRecord } from '../../core/tasks/task-record.ts';
import { TaskStore } from '../../core/tasks/task-store.ts';
import { TaskTracker } from '../../core/tasks/task-tracker.ts';
import { TASKS_EXTENSION } from '../../core/tasks/task-wire.ts';
import { PortolanError } from '../../shared/errors.ts';
import { ManualClock } from './manual-clock.ts';

/** What a scripted server does with a request: its result, an error, or (undefined) nothing. */
export type Answer = { readonly result: JsonObject } | { readonly error: JsonObject } | undefined;

/** A connection to a scripted server: what came over it, and what the server says. */
export class ScriptedLine implements Upstream {
  readonly transport: Upstream['transport'];
  readonly pid: number | undefined;
  readonly events: UpstreamEvents;
  readonly frames: Frame[] = [];
  readonly #answer: (method: string, params: JsonObject, line: ScriptedLine) => Answer;
  isClosed = false;

  constructor(
    events: UpstreamEvents,
    pid: number | undefined,
    answer: (method: string, params: JsonObject, line: ScriptedLine) => Answer,
  ) {
    this.transport = pid === undefined ? 'streamable-http' : 'stdio';
    this.pid = pid;
    this.events = events;
    this.#answer = answer;
  }

  send(frame: Frame): void {
    this.frames.push(frame);
    if (frame.kind !== 'request') return;
    const answer = this.#answer(frame.method ?? '', objectOf(frame.message['params']) ?? {}, this);
    if (answer !== undefined) queueMicrotask(() => this.say({ id: frame.message['id'], ...answer }));
  }

  /** A message of the server. */
  say(message: object): void {
    if (!this.isClosed) this.events.onFrame(parseFrame(frameOf({ jsonrpc: '2.0', ...message }).bytes, 'server'));
  }

  lose(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.events.onClosed(new PortolanError('SESSION_LOST', 'The connection is gone.'));
  }

  pause(): void {}
  resume(): void {}

  close(): Promise<void> {
    this.lose();
    return Promise.resolve();
  }
}

export class TaskRig {
  readonly clock = new ManualClock();
  readonly db = StateDb.inMemory();
  readonly lines: ScriptedLine[] = [];
  readonly changes: TaskRecord[] = [];
  tracker: TaskTracker;
  principal = 'ada';
  era: TaskLinkOptions['era'] = 'modern';
  pid: number | undefined;
  /** Asked for every request that comes in; throws when the server cannot be reached at all. */
  answer: (method: string, params: JsonObject, line: ScriptedLine) => Answer = () => undefined;
  isReachable = true;

  constructor() {
    this.tracker = this.#host();
  }

  #host(): TaskTracker {
    return new TaskTracker({
      store: new TaskStore(this.db),
      clock: this.clock,
      logger: silentLogger,
      chance: () => 0,
      reach: async () => {
        if (!this.isReachable) throw new PortolanError('CONNECTION_LOST', 'nobody answers');
        await this.open({ client: () => 'portolan tasks' });
      },
      onChange: (task) => void this.changes.push(task),
      maxResultBytes: 1024,
    });
  }

  /** A connection of a client; what it receives is in `received`. */
  async open(more: Partial<TaskLinkOptions> = {}): Promise<{ link: TaskLink; line: ScriptedLine; received: Frame[] }> {
    const received: Frame[] = [];
    const pairs = new CallPairs();
    pairs.hasTasks = true;
    const link = await TaskLink.open({
      server: 'remote',
      principal: this.principal,
      era: this.era,
      client: () => 'test',
      watcher: this.tracker,
      clock: this.clock,
      pairs,
      events: {
        onFrame: (frame) => void received.push(frame),
        onRequestFailed: () => undefined,
        onClosed: () => undefined,
        onLog: () => undefined,
      },
      open: async (events) => {
        const line = new ScriptedLine(events, this.pid, (method, params, self) => this.answer(method, params, self));
        this.lines.push(line);
        return line;
      },
      ...more,
    });
    const line = this.lines.at(-1);
    if (line === undefined) throw new Error('no connection was opened');
    return { link, line, received };
  }

  /** A client calls `slow` and may be given a task; the server's answer is that of `answer`. */
  async call(link: TaskLink, id = 1): Promise<void> {
    const declared = { [META.clientCapabilities]: { extensions: { [TASKS_EXTENSION]: {} } } };
    const params = { name: 'slow', arguments: {}, ...(link.wire === 'legacy' ? { task: {} } : { _meta: declared }) };
    link.send(frameOf({ jsonrpc: '2.0', id, method: 'tools/call', params }));
    await this.settle();
  }

  /** Lets everything happen that needs no time. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
  }

  /** Time passes in steps, so that what answers take part. */
  async pass(ms: number, step = 500): Promise<void> {
    for (let gone = 0; gone < ms; gone += step) {
      this.clock.advance(Math.min(step, ms - gone));
      await this.settle();
    }
  }

  /** The host dies with its connections, and another one begins over the same disk. */
  async restart(): Promise<void> {
    const dead = this.tracker;
    void dead.close();
    for (const line of this.lines.splice(0)) line.isClosed = true;
    this.tracker = this.#host();
    this.tracker.start();
    await this.settle();
  }

  /** How often the server was asked `method`, over every connection that is still known. */
  asked(method: string): number {
    return this.lines.flatMap(({ frames }) => frames).filter((frame) => frame.method === method).length;
  }

  get task(): TaskRecord {
    const [task] = this.tracker.list();
    if (task === undefined) throw new Error('no task is followed');
    return task;
  }
}

/** The report of a task in its wire form. */
export function toldAs(wire: 'legacy' | 'extension', status: string, more: JsonObject = {}): JsonObject {
  const at = '2026-01-01T12:00:00Z';
  const common = { taskId: 't1', status, createdAt: at, lastUpdatedAt: at };
  return wire === 'legacy' ? { ...common, ttl: null, ...more } : { ...common, ttlMs: null, ...more };
}
