// The place on a connection where tasks are seen: between a session (or a bridge) and one server, in the server's own generation.
// It notes a task before its creation goes on, asks for tasks, and stays open after its session, as long as one goes on.
import { PortolanError } from '../../shared/errors.ts';
import type { TaskWire } from '../../shared/model/task.ts';
import { digest } from '../audit/digest.ts';
import { type JsonObject, objectOf, textOf } from '../base/json-object.ts';
import { memberSource } from '../base/json-splice.ts';
import type { Clock } from '../base/clock.ts';
import { DISCOVER, type Era, metaOf } from '../connections/era.ts';
import { errorFrame, exactIdKey, type Frame } from '../connections/frame.ts';
import type { Upstream, UpstreamEvents } from '../connections/upstream.ts';
import type { CallPairs } from './call-pairs.ts';
import { AbsorbedCalls, asTask } from './absorbed-calls.ts';
import { OwnQuestions } from './own-questions.ts';
import { invalidTask, isTask, mayCreate, mustBeTask, type Passing, UNWANTED, wantsTask } from './passing.ts';
import { StandIn } from './stand-in.ts';
import type { TaskWatcher } from './task-watcher.ts';
import { createdTask, inlineResult, offersTasks, statusMethod, toldTask } from './task-wire.ts';

const INTERNAL_ERROR = -32_603;
const METHOD_NOT_FOUND = -32_601;
const CALL = 'tools/call';
const ANSWER_MS = 30_000;
/** A longer answer is no creation of a task, and is not looked into. */
const MAX_CREATION_BYTES = 256 * 1024;
const NO_ARGUMENTS = Buffer.from('{}');

export interface TaskLinkOptions {
  readonly server: string;
  readonly principal: string;
  /** The server's own generation. */
  readonly era: Era;
  /** The caller speaks the other generation: tasks are allowed on its behalf, and it gets their results as if there were none. */
  readonly isBridged?: boolean;
  readonly client: () => string;
  /** The caller is Portolan itself, which asks for no results. */
  readonly isOwn?: () => boolean;
  readonly events: UpstreamEvents;
  readonly watcher: TaskWatcher;
  readonly clock: Clock;
  /** Told of every task that a call became, and whether the server has tasks. */
  readonly pairs: CallPairs;
  open(events: UpstreamEvents): Promise<Upstream>;
}

export class TaskLink implements Upstream {
  readonly server: string;
  readonly principal: string;
  readonly wire: TaskWire;
  readonly #options: TaskLinkOptions;
  readonly #questions: OwnQuestions;
  readonly #passing = new Map<string, Passing>();
  readonly #absorbed: AbsorbedCalls;
  /** Tasks that its session follows itself. */
  readonly #ownTasks = new Set<string>();
  readonly stand: StandIn;
  #upstream: Upstream | undefined;
  #hasSession = true;
  #isClosed = false;

  private constructor(options: TaskLinkOptions) {
    this.stand = new StandIn(this, options.watcher, (frame) => this.#opened.send(frame));
    this.#options = options;
    this.server = options.server;
    this.principal = options.principal;
    this.wire = options.era === 'legacy' ? 'legacy' : 'extension';
    this.#absorbed = new AbsorbedCalls(options.clock, (frame) => this.#events?.onFrame(frame));
    this.#questions = new OwnQuestions(this.wire, (frame) => this.#opened.send(frame), options.clock);
  }

  /** Opens the connection. @throws PortolanError whatever opening it throws */
  static async open(options: TaskLinkOptions): Promise<TaskLink> {
    const link = new TaskLink(options);
    link.#upstream = await options.open({
      onFrame: (frame, relatedTo) => link.#receive(frame, relatedTo),
      onRequestFailed: (id, error) => link.#failed(id, error),
      onClosed: (error) => link.#closed(error),
      onDrain: () => link.#events?.onDrain?.(),
      onLog: (source, text) => link.#events?.onLog(source, text),
      onPersonAsked: (id, isAsked) => link.#events?.onPersonAsked?.(id, isAsked),
    });
    options.watcher.opened(link);
    return link;
  }

  get client(): string {
    return this.#options.client();
  }

  get transport(): Upstream['transport'] {
    return this.#opened.transport;
  }

  get pid(): number | undefined {
    return this.#opened.pid;
  }

  /** True when its session has left and only tasks keep it. */
  get isAbandoned(): boolean {
    return !this.#hasSession;
  }

  /** True after the connection has ended. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  send(frame: Frame): void {
    if (frame.kind === 'request' && frame.id !== undefined) this.#request(frame, frame.id);
    else if (frame.method === 'notifications/cancelled' && this.#absorbed.cancelled(frame)) return;
    else this.#opened.send(frame);
  }

  pause(): void {
    this.#opened.pause();
  }

  resume(): void {
    this.#opened.resume();
  }

  /** Ends the session's use of the connection, and the connection itself unless a task of it goes on. */
  async close(): Promise<void> {
    if (!this.#hasSession) return;
    this.#hasSession = false;
    this.#passing.clear();
    this.#absorbed.close();
    if (this.#isClosed || !this.#options.watcher.abandoned(this)) return this.end();
    this.#upstream?.resume();
  }

  /** Ends the connection, whatever goes on. Idempotent. */
  async end(): Promise<void> {
    await this.#upstream?.close();
  }

  /**
   * Asks the server about a task under an id of our own. Resolves with the answer's `result`.
   * @throws PortolanError TASK_REFUSED (data.rpcCode) when the server answers with an error, REQUEST_TIMEOUT, else what the
   * connection throws
   */
  ask(method: string, params: JsonObject, timeoutMs = ANSWER_MS): Promise<JsonObject> {
    if (this.#isClosed) return Promise.reject(new PortolanError('SESSION_LOST', 'The connection has been closed.'));
    return this.#questions.ask(method, params, timeoutMs);
  }

  /** Asks for a task's result in the place of a client that does not; its questions then come in through the watcher. */
  standIn(taskId: string): void {
    const isAlone = !this.owns(taskId) || this.#options.isOwn?.() === true;
    if (isAlone) this.stand.begin(taskId);
  }

  /** True when its session started the task and is there to follow it. */
  owns(taskId: string): boolean {
    return this.#hasSession && this.#ownTasks.has(taskId);
  }

  get #events(): UpstreamEvents | undefined {
    return this.#hasSession ? this.#options.events : undefined;
  }

  get #opened(): Upstream {
    if (this.#upstream === undefined) throw new PortolanError('SESSION_LOST', 'The connection is not open yet.');
    return this.#upstream;
  }

  #request(frame: Frame, id: string): void {
    const params = objectOf(frame.message['params']);
    const { method = '' } = frame;
    if (method === CALL) return this.#call(frame, id, params);
    const taskId = method.startsWith('tasks/') ? textOf(params?.['taskId']) : undefined;
    if (taskId !== undefined) this.#passing.set(exactIdKey(id), { kind: 'task', method, taskId });
    else if (method === 'initialize' || method === DISCOVER) this.#passing.set(exactIdKey(id), { kind: 'handshake' });
    this.#opened.send(frame);
  }

  #call(frame: Frame, id: string, params: JsonObject | undefined): void {
    const progressToken = metaOf(frame)?.['progressToken'];
    const isWanted = wantsTask(this.wire, frame, params);
    const mayAbsorb =
      !isWanted && this.#options.pairs.hasTasks && (this.wire === 'legacy' || this.#options.isBridged === true);
    if (!isWanted && !mayAbsorb) {
      this.#opened.send(frame);
      return;
    }
    const key = exactIdKey(id);
    const call = {
      tool: textOf(params?.['name']) ?? '',
      argsDigest: digest(memberSource(frame.bytes, ['params', 'arguments']) ?? NO_ARGUMENTS),
      ...(progressToken !== undefined && { progressToken }),
    };
    if (mayAbsorb && this.wire === 'extension') {
      this.#passing.set(key, { kind: 'absorbed', call });
      this.#opened.send(asTask(frame, this.wire));
      return;
    }
    this.#passing.set(key, { kind: 'call', call, isWanted, ...(mayAbsorb && { request: frame }) });
    this.#opened.send(frame);
  }

  #receive(frame: Frame, relatedTo?: string): void {
    if (frame.kind === 'response' && frame.id !== undefined && frame.id !== 'null') {
      const isExpected = this.#passing.size > 0 || this.#questions.size > 0;
      const key = isExpected ? exactIdKey(frame.id) : '';
      if (isExpected && this.#questions.answered(key, frame)) return;
      const passing = this.#passing.get(key);
      if (passing !== undefined) this.#passing.delete(key);
      const answer = this.#answered(frame, passing);
      if (answer !== undefined) this.#events?.onFrame(answer, relatedTo);
      return;
    }
    if (frame.kind === 'notification' && frame.method === statusMethod(this.wire)) {
      const told = toldTask(this.wire, objectOf(frame.message['params']));
      if (told !== undefined) this.#options.watcher.told(this, told);
    }
    if (frame.kind === 'request' && this.stand.captured(frame)) return;
    if (this.#events !== undefined) this.#events.onFrame(frame, relatedTo);
    else if (frame.kind === 'request' && frame.id !== undefined) {
      this.#opened.send(errorFrame(frame.id, METHOD_NOT_FOUND, 'Nobody is there to answer.'));
    }
  }

  /** The answer that goes on: the same, unless it tells of a task that may not be; undefined: later. */
  #answered(frame: Frame, passing: Passing | undefined): Frame | undefined {
    if (frame.bytes.length > MAX_CREATION_BYTES && passing?.kind !== 'task') return frame;
    const id = frame.id ?? 'null';
    const result = objectOf(frame.message['result']);
    if (!mayCreate(passing) && this.wire === 'extension' && isTask(result)) return invalidTask(id, UNWANTED);
    if (passing === undefined) return frame;
    if (passing.kind === 'task') {
      this.#passedBy(passing, frame, result);
      return frame;
    }
    if (passing.kind === 'handshake') {
      this.#options.pairs.hasTasks = offersTasks(this.wire, objectOf(result?.['capabilities']));
      return frame;
    }
    if (passing.kind === 'call' && passing.request !== undefined && mustBeTask(frame)) {
      // Nothing was run: the tool can only be a task. (MCP 2025-11-25, Tasks, Tool-level negotiation)
      this.#passing.set(exactIdKey(id), { kind: 'absorbed', call: passing.call });
      this.#opened.send(asTask(passing.request, this.wire));
      return undefined;
    }
    const created = createdTask(this.wire, result);
    if (created === undefined) return frame;
    if (created === 'invalid') return invalidTask(id, 'The server made a task of the call without naming it.');
    if (passing.kind === 'call' && !passing.isWanted) return invalidTask(id, UNWANTED);
    try {
      const { task, ended } = this.#options.watcher.created(this, passing.call, created);
      if (passing.kind === 'call') {
        this.#ownTasks.add(created.taskId);
        return frame;
      }
      this.#absorbed.wait(id, passing.call.progressToken, ended());
      this.#options.pairs.created(passing.call, task);
      return undefined;
    } catch {
      return errorFrame(id, INTERNAL_ERROR, 'Portolan could not keep the task, so it is not followed.', {
        code: 'TASK_NOT_KEPT',
      });
    }
  }

  #passedBy(
    { method, taskId }: Extract<Passing, { kind: 'task' }>,
    frame: Frame,
    result: JsonObject | undefined,
  ): void {
    const { watcher } = this.#options;
    if (method === 'tasks/result') {
      const error = frame.message['error'];
      watcher.resultSeen(this, taskId, error === undefined ? { result } : { error });
      return;
    }
    const told = toldTask(this.wire, result);
    if (told?.taskId !== taskId) return;
    watcher.told(this, told);
    if (result !== undefined && told.report.hasResult === true) {
      watcher.resultSeen(this, taskId, inlineResult(result) ?? { result: undefined });
    }
  }

  #failed(id: string, error: PortolanError): void {
    const key = exactIdKey(id);
    this.#passing.delete(key);
    if (!this.#questions.failed(key, error)) this.#events?.onRequestFailed(id, error);
  }

  #closed(error: PortolanError): void {
    this.#isClosed = true;
    this.#questions.failAll(error);
    this.#absorbed.close();
    this.#passing.clear();
    const events = this.#events;
    this.#options.watcher.closed(this);
    events?.onClosed(error);
  }
}
