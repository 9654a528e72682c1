// Bridge between a legacy client and a modern server: an `Upstream` in the client's dialect in front of one in the server's.
// It answers what the modern generation no longer has, and gives everything else its metadata; bytes that need no change keep.
import { PortolanError, toPortolanError } from '../../../shared/errors.ts';
import { objectOf, textOf } from '../../base/json-object.ts';
import { setMember } from '../../base/json-splice.ts';
import { DISCOVER, LISTEN, META, metaOf } from '../../connections/era.ts';
import { errorFrame, type Frame, parseFrame } from '../../connections/frame.ts';
import { isUsableId } from '../../connections/request-id.ts';
import type { Upstream, UpstreamEvents } from '../../connections/upstream.ts';
import type { BridgeOptions } from '../bridge-options.ts';
import type { DiscoverResult } from '../discover-result.ts';
import { OwnIds } from '../own-ids.ts';
import { ownError } from './answer-map.ts';
import { callAnswerer } from './call-answerer.ts';
import { CallFlow, sentOrNot } from './call-flow.ts';
import { CallerState } from './caller-state.ts';
import { ClientQuestions } from './client-questions.ts';
import { type Discovered, Discovery } from './discovery.ts';
import { handshakeAnswer } from './handshake-answer.ts';
import { listKinds } from './listen-filter.ts';
import { ListenKeeper } from './listen-keeper.ts';

const INITIALIZE = 'initialize';
const METHOD_NOT_FOUND = -32_601;
const INVALID_PARAMS = -32_602;
const LOG_LEVELS = new Set(['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency']);

/**
 * Opens the server and stands in front of it. With `discovered` the client's `initialize` is answered without asking the server.
 * Afterwards nothing throws but `send`, with SERVER_BUSY.
 * @throws PortolanError whatever opening the connection throws
 */
export async function bridgeLegacyClient(
  options: BridgeOptions & { readonly discovered?: DiscoverResult },
): Promise<Upstream> {
  let bridge: LegacyClientBridge | undefined;
  const { events } = options;
  const server = await options.open({
    onFrame: (frame, relatedTo) => bridge?.fromServer(frame, relatedTo),
    onRequestFailed: (id, error) => bridge?.requestFailed(id, error),
    onClosed: (error) => (bridge === undefined ? events.onClosed(error) : bridge.lost(error)),
    onDrain: () => events.onDrain?.(),
    onLog: (source, text) => events.onLog(source, text),
    onPersonAsked: (id, isAsked) => events.onPersonAsked?.(id, isAsked),
  });
  bridge = new LegacyClientBridge(options, server);
  return bridge;
}

class LegacyClientBridge implements Upstream {
  readonly #options: BridgeOptions;
  readonly #server: Upstream;
  readonly #events: UpstreamEvents;
  readonly #ids = new OwnIds();
  readonly #nextId = (): string => this.#ids.next();
  readonly #caller: CallerState;
  readonly #calls: CallFlow;
  readonly #questions: ClientQuestions;
  readonly #discovery: Discovery;
  #listen: ListenKeeper | undefined;
  /** The handshake and the requests behind it, while they wait for the server to be known. */
  #held: Frame[] | undefined;
  #closed = false;

  constructor(options: BridgeOptions & { readonly discovered?: DiscoverResult }, server: Upstream) {
    const { clock, discovered, events, human, startMs } = options;
    this.#options = options;
    this.#server = server;
    this.#events = events;
    this.#caller = new CallerState(human);
    this.#questions = new ClientQuestions(this.#nextId, (frame, relatedTo) => this.#deliver(frame, relatedTo));
    this.#discovery = new Discovery({
      known: discovered,
      nextId: this.#nextId,
      requestFor: (id, method, version) => this.#caller.request(id, method, {}, version),
      send: (frame) => server.send(frame),
      clock,
      startMs,
    });
    this.#calls = this.#createCalls();
  }

  get transport(): Upstream['transport'] {
    return this.#server.transport;
  }

  get pid(): number | undefined {
    return this.#server.pid;
  }

  send(frame: Frame): void {
    if (this.#closed) return;
    if (frame.kind === 'response') this.#questions.answered(frame);
    else if (frame.kind === 'notification') this.#notification(frame);
    else this.#request(frame, frame.id ?? '');
  }

  pause(): void {
    this.#server.pause();
  }

  resume(): void {
    this.#server.resume();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#listen?.stop();
    this.#calls.abandon();
    this.#discovery.stop(new PortolanError('CONNECTION_LOST', 'The connection was closed.'));
    await this.#server.close();
  }

  fromServer(frame: Frame, relatedTo?: string): void {
    if (this.#listen?.take(frame, relatedTo) === true || this.#discovery.take(frame)) return;
    if (frame.kind === 'request') this.#serverRequest();
    else if (frame.kind === 'notification') this.#serverNotification(frame, relatedTo);
    // The answer to a message that the server could not read: nobody can take it for his own.
    else if (!isUsableId(frame.id)) this.#deliver(frame);
    else this.#calls.answered(frame, frame.id);
  }

  requestFailed(id: string, error: PortolanError): void {
    if (this.#listen?.failed(id) === true || this.#discovery.failed(id, error)) return;
    this.#calls.failed(id, error);
  }

  lost(error: PortolanError): void {
    this.#calls.failAll(error);
    for (const each of this.#held ?? []) this.#failed(each.id ?? '', sentOrNot(error, each.method === INITIALIZE));
    this.#closed = true;
    this.#discovery.stop(error);
    this.#listen?.stop();
    this.#events.onClosed(error);
  }

  #request(frame: Frame, id: string): void {
    const { method = '' } = frame;
    if (method === INITIALIZE) void this.#initialize(frame, id);
    else if (method === 'ping') this.#answer(id);
    else if (method === 'logging/setLevel') this.#setLevel(frame, id);
    else if (this.#held !== undefined) this.#held.push(frame);
    else if (method === 'resources/subscribe') void this.#subscribe(frame, id);
    else if (method === 'resources/unsubscribe') {
      this.#listen?.unsubscribe(uriOf(frame) ?? '');
      this.#answer(id);
    } else if (method.startsWith('tasks/') || method === DISCOVER || method === LISTEN) {
      this.#later(errorFrame(id, METHOD_NOT_FOUND, 'The server does not offer this to this client.'));
    } else if (frame.message['params'] !== undefined && objectOf(frame.message['params']) === undefined) {
      this.#later(errorFrame(id, INVALID_PARAMS, 'The params are no object.'));
    } else if (this.#ids.owns(id)) this.#later(ownError(id, 'This id is taken.'));
    else this.#calls.send(frame);
  }

  /** Answers the handshake; what the client sent meanwhile follows it. */
  async #initialize(frame: Frame, id: string): Promise<void> {
    this.#caller.noteInitialize(frame);
    this.#held = [frame];
    let failure: PortolanError | undefined;
    try {
      const found = await this.#discovery.run();
      this.#caller.version = found.version;
      this.#listen ??= this.#createListen(found);
      this.#deliver(handshakeAnswer(frame, found.server, this.#options.server));
    } catch (error) {
      failure = toPortolanError(error);
      this.#failed(id, failure);
    }
    const held = this.#held.slice(1);
    this.#held = undefined;
    for (const each of held) {
      try {
        if (failure !== undefined) throw failure;
        this.#request(each, each.id ?? '');
      } catch (error) {
        this.#failed(each.id ?? '', sentOrNot(toPortolanError(error), false));
      }
    }
  }

  #setLevel(frame: Frame, id: string): void {
    const level = textOf(objectOf(frame.message['params'])?.['level']);
    if (level === undefined || !LOG_LEVELS.has(level)) {
      this.#later(errorFrame(id, INVALID_PARAMS, 'There is no such log level.'));
      return;
    }
    this.#caller.logLevel = level;
    this.#answer(id);
  }

  async #subscribe(frame: Frame, id: string): Promise<void> {
    const uri = uriOf(frame);
    if (uri === undefined) this.#later(errorFrame(id, INVALID_PARAMS, 'The uri is missing.'));
    else if ((await this.#listen?.subscribe(uri)) === true) this.#answer(id);
    else this.#later(ownError(id, 'The server does not tell when this resource changes.'));
  }

  #notification(frame: Frame): void {
    const { method = '' } = frame;
    if (method === 'notifications/initialized') this.#listen?.start();
    else if (method === 'notifications/cancelled') {
      const requestId = objectOf(frame.message['params'])?.['requestId'];
      this.#held = this.#held?.filter((each) => each.message['id'] !== requestId);
      this.#calls.cancel(frame);
    }
    // A modern server hears of nothing else that a client has to tell.
  }

  /** A modern server has no requests, not even a ping, and is sent no responses. (MCP 2026-07-28, Transports, stdio) */
  #serverRequest(): void {
    this.#events.onLog('portolan', 'The server sent a request, which its protocol version does not have.');
  }

  #serverNotification(frame: Frame, relatedTo: string | undefined): void {
    const { method = '' } = frame;
    const isStray = metaOf(frame)?.[META.subscriptionId] !== undefined || method === 'notifications/cancelled';
    if (isStray || method.startsWith('notifications/tasks')) return;
    if (method === 'notifications/progress') {
      const call = this.#calls.byToken(objectOf(frame.message['params'])?.['progressToken']);
      if (call !== undefined) this.#deliver(underToken(frame, call.callerToken), call.callerId);
      return;
    }
    const call = relatedTo === undefined ? undefined : this.#calls.bySentId(relatedTo);
    // What is said about a request ends with it; over stdio nobody knows which request it is about.
    if (call !== undefined || relatedTo === undefined) this.#deliver(frame, call?.callerId);
  }

  #createCalls(): CallFlow {
    const { client, human, server } = this.#options;
    return new CallFlow({
      caller: this.#caller,
      nextId: this.#nextId,
      send: (frame) => this.#server.send(frame),
      keepBaggage: this.transport === 'stdio',
      answererFor: (call) =>
        callAnswerer({
          call,
          declared: this.#caller.declared,
          questions: this.#questions,
          human,
          server,
          client: client(),
          onPersonAsked: (isAsked) => this.#events.onPersonAsked?.(call.callerId, isAsked),
        }),
      deliver: (frame, relatedTo) => this.#deliver(frame, relatedTo),
      onFailed: (id, error) => this.#failed(id, error),
    });
  }

  #createListen({ server }: Discovered): ListenKeeper {
    return new ListenKeeper({
      kinds: listKinds(server.capabilities),
      nextId: this.#nextId,
      requestFor: (id, notifications) => this.#caller.request(id, LISTEN, { notifications }),
      send: (frame) => this.#server.send(frame),
      deliver: (frame) => this.#deliver(frame),
      log: (text) => this.#events.onLog('portolan', text),
      clock: this.#options.clock,
    });
  }

  #answer(id: string): void {
    this.#later(parseFrame(Buffer.from(`{"jsonrpc":"2.0","id":${id},"result":{}}`), 'server'));
  }

  /** Whoever sends a request has not done so yet while it is being answered. */
  #later(answer: Frame): void {
    queueMicrotask(() => this.#deliver(answer));
  }

  #deliver(frame: Frame, relatedTo?: string): void {
    if (!this.#closed) this.#events.onFrame(frame, relatedTo);
  }

  #failed(id: string, error: PortolanError): void {
    if (!this.#closed) this.#events.onRequestFailed(id, error);
  }
}

function uriOf(frame: Frame): string | undefined {
  return textOf(objectOf(frame.message['params'])?.['uri']);
}

/** A progress message under the client's own token (source text), where another one was sent. */
function underToken(progress: Frame, token: string | undefined): Frame {
  if (token === undefined) return progress;
  return parseFrame(setMember(progress.bytes, ['params', 'progressToken'], token), 'server');
}
