// The client's side of tasks: a client of another generation than the server gets tasks in its own form, and one that knows none
// gets a handle for a call that outlasts its patience, and tools to come back for the result. What this does not answer goes on.
import { toPortolanError } from '../../shared/errors.ts';
import { digest } from '../audit/digest.ts';
import type { Clock, Timer } from '../base/clock.ts';
import { type JsonObject, objectOf, textOf } from '../base/json-object.ts';
import { memberSource } from '../base/json-splice.ts';
import { DISCOVER, type Era, LEGACY_VERSIONS } from '../connections/era.ts';
import { errorFrame, exactIdKey, type Frame, frameOf } from '../connections/frame.ts';
import type { Upstream, UpstreamEvents } from '../connections/upstream.ts';
import type { Opener } from '../eras/task-layer.ts';
import type { CallPairs } from './call-pairs.ts';
import { frontAnswers } from './front-answers.ts';
import { handleOf, handleResult, isOwnTool, OWN_TOOL_LIST } from './own-tools.ts';
import { wantsTask } from './passing.ts';
import type { TaskDesk } from './task-desk.ts';
import { extensionForm, legacyForm } from './task-forms.ts';
import type { TaskRecord } from './task-record.ts';
import { TASKS_EXTENSION, withTasks } from './task-wire.ts';

const CALL = 'tools/call';
const LIST = 'tools/list';
const MISSING_CAPABILITY = -32_021;
/** What the extension lets a client ask about tasks. */
const EXTENSION_METHODS: ReadonlySet<string> = new Set(['tasks/get', 'tasks/update', 'tasks/cancel']);
const NO_ARGUMENTS = Buffer.from('{}');

export interface TaskFrontOptions {
  /** What the session speaks. */
  readonly dialect: Era;
  /** The server speaks the other generation. */
  readonly isBridged: boolean;
  readonly desk: TaskDesk;
  readonly pairs: CallPairs;
  readonly clock: Clock;
  /** Milliseconds after which a call of a client without tasks is answered with a handle; undefined: never. */
  readonly patienceMs: () => number | undefined;
}

/** A call that may have become a task. */
interface Pending {
  readonly id: string;
  readonly tool: string;
  /** The client can take a task in its own form. */
  readonly isWanted: boolean;
  task: TaskRecord | undefined;
  readonly forget: () => void;
  timer: Timer | undefined;
}

/** Puts the front before what `open` opens. */
export function withTaskFront(options: TaskFrontOptions, open: Opener): Opener {
  return async (events) => {
    const front = new TaskFront(options, events);
    return front.over(await open(front.fromServer));
  };
}

class TaskFront {
  readonly fromServer: UpstreamEvents;
  readonly #options: TaskFrontOptions;
  readonly #events: UpstreamEvents;
  readonly #pending = new Map<string, Pending>();
  /** Ids of lists of tools that are under way. */
  readonly #lists = new Set<string>();
  readonly #handshakes = new Set<string>();
  /** Calls that were answered already: their late answers go nowhere. */
  readonly #answered = new Set<string>();

  constructor(options: TaskFrontOptions, events: UpstreamEvents) {
    this.#options = options;
    this.#events = events;
    this.fromServer = {
      ...events,
      onFrame: (frame, relatedTo) => this.#fromServer(frame, relatedTo),
      onRequestFailed: (id, error) => {
        if (this.#end(exactIdKey(id))) events.onRequestFailed(id, error);
      },
    };
  }

  over(upstream: Upstream): Upstream {
    return {
      transport: upstream.transport,
      get pid() {
        return upstream.pid;
      },
      send: (frame) => this.#fromClient(frame, upstream),
      pause: () => upstream.pause(),
      resume: () => upstream.resume(),
      close: async () => {
        for (const key of this.#pending.keys()) this.#end(key);
        await upstream.close();
      },
    };
  }

  #fromClient(frame: Frame, upstream: Upstream): void {
    const { id, method = '' } = frame;
    const { isBridged } = this.#options;
    if (frame.kind === 'request' && id !== undefined) {
      if (method === CALL && this.#ownTool(frame, id)) return;
      if (method.startsWith('tasks/') && this.#onTask(frame, id)) return;
      if (method === CALL) this.#note(frame, id);
      else if (isBridged && (method === 'initialize' || method === DISCOVER)) this.#handshakes.add(exactIdKey(id));
      else if (method === LIST && (this.#offersTools || this.#saysOptional)) this.#lists.add(exactIdKey(id));
    }
    upstream.send(frame);
  }

  get #offersTools(): boolean {
    return this.#options.patienceMs() !== undefined;
  }

  /** A legacy client is told that each tool may be a task, where the server may make one of it. */
  get #saysOptional(): boolean {
    const { dialect, isBridged, pairs } = this.#options;
    return isBridged && dialect === 'legacy' && pairs.hasTasks;
  }

  #note(frame: Frame, id: string): void {
    const { clock, dialect, isBridged, pairs, patienceMs } = this.#options;
    const params = objectOf(frame.message['params']);
    const isWanted = isBridged && wantsTask(dialect === 'legacy' ? 'legacy' : 'extension', frame, params);
    const patience = isWanted ? undefined : patienceMs();
    if (!isWanted && patience === undefined) return;
    const tool = textOf(params?.['name']) ?? '';
    const argsDigest = digest(memberSource(frame.bytes, ['params', 'arguments']) ?? NO_ARGUMENTS);
    const key = exactIdKey(id);
    const forget = pairs.expect({ tool, argsDigest }, (task) => this.#became(key, task));
    const timer = patience === undefined ? undefined : clock.setTimeout(() => this.#giveHandle(key), patience);
    this.#pending.set(key, { id, tool, isWanted, task: undefined, forget, timer });
  }

  #became(key: string, task: TaskRecord): void {
    const pending = this.#pending.get(key);
    if (pending === undefined) return;
    pending.task = task;
    if (!pending.isWanted) return;
    const result =
      this.#options.dialect === 'legacy'
        ? { task: legacyForm(task, undefined) }
        : { resultType: 'task', ...extensionForm(task, undefined) };
    this.#answerEarly(key, result);
  }

  /** The client's patience is at its end. What has not become a task cannot be come back to, and is waited for. */
  #giveHandle(key: string): void {
    const pending = this.#pending.get(key);
    if (pending?.task === undefined) return;
    this.#answerEarly(key, handleResult(pending.tool, handleOf(pending.task.id)));
  }

  #answerEarly(key: string, result: JsonObject): void {
    const pending = this.#pending.get(key);
    if (pending === undefined || !this.#end(key)) return;
    this.#answered.add(key);
    this.#deliver(pending.id, result);
  }

  #fromServer(frame: Frame, relatedTo: string | undefined): void {
    if (frame.kind === 'response' && frame.id !== undefined && frame.id !== 'null') {
      const waiting = this.#pending.size + this.#lists.size + this.#handshakes.size + this.#answered.size;
      const key = waiting > 0 ? exactIdKey(frame.id) : '';
      if (this.#answered.delete(key)) return;
      if (this.#lists.delete(key)) {
        this.#events.onFrame(this.#withTools(frame), relatedTo);
        return;
      }
      if (this.#handshakes.delete(key)) {
        this.#events.onFrame(this.#withTasks(frame), relatedTo);
        return;
      }
      this.#end(key);
    }
    this.#events.onFrame(frame, relatedTo);
  }

  /** Forgets a call; true when it was not answered before. */
  #end(key: string): boolean {
    const pending = this.#pending.get(key);
    pending?.timer?.cancel();
    pending?.forget();
    this.#pending.delete(key);
    return !this.#answered.has(key);
  }

  /** A server with tasks has them in the client's form too. (2025-11-25 is the one legacy version with tasks) */
  #withTasks(frame: Frame): Frame {
    const { dialect, pairs } = this.#options;
    const result = objectOf(frame.message['result']);
    if (!pairs.hasTasks || result === undefined) return frame;
    if (dialect === 'legacy' && result['protocolVersion'] !== LEGACY_VERSIONS[0]) return frame;
    const capabilities = withTasks(
      dialect === 'legacy' ? 'legacy' : 'extension',
      objectOf(result['capabilities']) ?? {},
    );
    return frameOf({ ...frame.message, result: { ...result, capabilities } });
  }

  #withTools(frame: Frame): Frame {
    const result = objectOf(frame.message['result']);
    const tools = result?.['tools'];
    if (result === undefined || !Array.isArray(tools)) return frame;
    const told = this.#saysOptional ? tools.map((tool) => withTaskSupport(tool)) : tools;
    const isLast = result['nextCursor'] === undefined;
    const added = this.#offersTools && isLast ? OWN_TOOL_LIST : [];
    return frameOf({ ...frame.message, result: { ...result, tools: [...told, ...added] } });
  }

  #ownTool(frame: Frame, id: string): boolean {
    const params = objectOf(frame.message['params']);
    const name = textOf(params?.['name']) ?? '';
    if (!this.#offersTools || !isOwnTool(name)) return false;
    const handle = textOf(objectOf(params?.['arguments'])?.['handle']) ?? '';
    void frontAnswers.tool(this.#options.desk, name, handle).then((result) => this.#deliver(id, result));
    return true;
  }

  /** A question about a task that is answered here: in a bridged session all of them are. */
  #onTask(frame: Frame, id: string): boolean {
    const { desk, dialect, isBridged } = this.#options;
    if (!isBridged) return false;
    const params = objectOf(frame.message['params']) ?? {};
    const method = frame.method ?? '';
    if (dialect === 'modern' && EXTENSION_METHODS.has(method) && !wantsTask('extension', frame, params)) {
      const data = { requiredCapabilities: { extensions: { [TASKS_EXTENSION]: {} } } };
      this.#events.onFrame(
        errorFrame(id, MISSING_CAPABILITY, 'The request does not declare that it knows tasks.', data),
      );
      return true;
    }
    void frontAnswers.method(desk, dialect, method, params).then(
      (result) => this.#deliver(id, result),
      (error: unknown) => {
        const { code, message, data } = toPortolanError(error);
        const rpcCode = typeof data['rpcCode'] === 'number' ? data['rpcCode'] : -32_603;
        this.#events.onFrame(errorFrame(id, rpcCode, message, { code }));
      },
    );
    return true;
  }

  #deliver(id: string, result: JsonObject): void {
    const dressed = this.#options.dialect === 'modern' ? { resultType: 'complete', ...result } : result;
    this.#events.onFrame(frameOf({ jsonrpc: '2.0', id: JSON.parse(id) as string | number, result: dressed }));
  }
}

function withTaskSupport(tool: unknown): unknown {
  const known = objectOf(tool);
  if (known === undefined) return tool;
  return { ...known, execution: { ...objectOf(known['execution']), taskSupport: 'optional' } };
}
