// Bridge between a modern caller and a legacy server: an `Upstream` that speaks 2026-07-28 in front of one that was opened with a
// handshake. One bridge serves one session of a caller over one connection, which is initialised with the capabilities of the first
// request. Later requests that declare less are not asked for more than they declare; what they declare more, the server never uses.
// (MCP 2025-11-25; MCP 2026-07-28, Versioning, "Backward Compatibility")
import { PortolanError, toPortolanError } from '../../../shared/errors.ts';
import { objectOf } from '../../base/json-object.ts';
import { setMember } from '../../base/json-splice.ts';
import { DISCOVER, LISTEN } from '../../connections/era.ts';
import { errorFrame, type Frame, frameOf, parseFrame } from '../../connections/frame.ts';
import { doubleIdKey, valueKey } from '../../connections/request-id.ts';
import type { Upstream, UpstreamEvents } from '../../connections/upstream.ts';
import type { BridgeOptions } from '../bridge-options.ts';
import { checkModernRequest, unknownMethod } from '../modern-request-rules.ts';
import { type Caller, callerOf, readdressed, strippedForLegacy } from './caller-request.ts';
import { type Call, Calls, INTERRUPTIBLE } from './calls.ts';
import { discoverAnswer, initializeParams, type LegacyServer, readLegacyServer } from './discover-answer.ts';
import { dressedAnswer } from './dress-answer.ts';
import { Interruptions } from './interruptions.ts';
import { LogLevel } from './log-level.ts';
import { Outbox } from './outbox.ts';
import { OwnRequests } from './own-requests.ts';
import { ServerMessages } from './server-messages.ts';
import { Subscriptions } from './subscriptions.ts';
import { Turns } from './turns.ts';

export interface ModernClientBridgeOptions extends BridgeOptions {
  /** The host's secret under which states for the caller are sealed. */
  readonly stateKey: Buffer;
  /** On whose behalf the caller speaks: a state that was given to one is not taken from another. */
  readonly principal: string;
}

/** The most requests that wait for the handshake or for their turn. */
const MAX_WAITING = 256;
/** Removed from modern MCP: a caller that sends one all the same is not heard. */
const REMOVED_NOTIFICATIONS: ReadonlySet<string> = new Set([
  'notifications/initialized',
  'notifications/roots/list_changed',
  'notifications/progress',
]);

/**
 * Opens the server and puts the bridge in front of it. The handshake is made when the first request comes.
 * @throws PortolanError whatever `open` throws
 */
export async function bridgeModernClient(options: ModernClientBridgeOptions): Promise<Upstream> {
  const bridge = new ModernClientBridge(options);
  const upstream = await options.open(bridge.fromServer);
  return bridge.over(upstream);
}

class ModernClientBridge {
  readonly fromServer: UpstreamEvents;
  readonly #options: ModernClientBridgeOptions;
  readonly #outbox: Outbox;
  readonly #own: OwnRequests;
  readonly #calls: Calls;
  readonly #interruptions: Interruptions;
  readonly #subscriptions: Subscriptions;
  readonly #logLevel: LogLevel;
  readonly #turns: Turns;
  #upstream: Upstream | undefined;
  #state: 'new' | 'starting' | 'ready' | 'closed' = 'new';
  #server: LegacyServer | undefined;
  /** Requests that wait for the handshake. */
  #early: Frame[] = [];

  constructor(options: ModernClientBridgeOptions) {
    const { clock, events, principal, startMs, stateKey } = options;
    this.#options = options;
    this.#outbox = new Outbox((frame) => this.#upstream?.send(frame), clock);
    const toServer = (frame: Frame): void => this.#outbox.push(frame);
    this.#own = new OwnRequests(toServer, clock);
    this.#calls = new Calls(() => this.#own.nextId());
    this.#turns = new Turns(this.#calls, (frame, caller) => this.#issue(frame, caller));
    const deliver = (frame: Frame, callerId: string): void => {
      events.onFrame(frame, callerId);
      this.#turns.next();
    };
    this.#interruptions = new Interruptions({
      calls: this.#calls,
      clock,
      stateKey,
      principal,
      serverInfo: () => this.#server?.serverInfo,
      toServer,
      deliver,
      settle: (call) => this.#settle(call),
      reissue: (retry, caller) => this.#turns.take(retry, caller),
      cancel: (call) => this.#cancelCall(call, 'The client did not answer.'),
    });
    const ask = async (method: string, params: object): Promise<boolean> =>
      this.#own.ask(method, params, startMs).then(
        (answer) => objectOf(answer.message['result']) !== undefined,
        () => false,
      );
    this.#subscriptions = new Subscriptions({ deliver, ask: (method, uri) => ask(method, { uri }) });
    this.#logLevel = new LogLevel((level) => ask('logging/setLevel', { level }));
    const messages = new ServerMessages({
      calls: this.#calls,
      interruptions: this.#interruptions,
      subscriptions: this.#subscriptions,
      toServer,
      deliver,
    });
    this.fromServer = {
      onFrame: (frame, relatedTo) => {
        if (this.#state === 'closed') return;
        if (frame.kind === 'response') this.#answered(frame);
        else messages.take(frame, relatedTo);
      },
      onRequestFailed: (id, error) => {
        if (!this.#own.failed(id, error)) this.#ended(this.#calls.byUpstreamId(id), error);
      },
      onClosed: (error) => this.#lost(error),
      onLog: (source, text) => events.onLog(source, text),
      onPersonAsked: (id, isAsked) => events.onPersonAsked?.(id, isAsked),
      onDrain: () => events.onDrain?.(),
    };
  }

  /** The bridge as an `Upstream` over the connection that was opened for it. */
  over(upstream: Upstream): Upstream {
    this.#upstream = upstream;
    return {
      transport: upstream.transport,
      pid: upstream.pid,
      send: (frame) => this.#send(frame),
      pause: () => upstream.pause(),
      resume: () => upstream.resume(),
      close: async () => {
        await upstream.close();
        this.#stop(new PortolanError('CONNECTION_LOST', 'The connection to the server was closed.'));
      },
    };
  }

  #send(frame: Frame): void {
    if (this.#state === 'closed') return;
    if (this.#outbox.isFull || this.#early.length + this.#turns.size >= MAX_WAITING) {
      throw new PortolanError('SERVER_BUSY', 'Too many messages wait for this server.', { data: { sent: false } });
    }
    if (frame.kind === 'request') this.#request(frame);
    else if (frame.method === 'notifications/cancelled') this.#cancelled(frame);
    else if (frame.kind === 'notification' && this.#state === 'ready') {
      if (!REMOVED_NOTIFICATIONS.has(frame.method ?? '')) this.#outbox.push(strippedForLegacy(frame));
    }
  }

  #request(frame: Frame): void {
    const { id = null, method = '' } = frame;
    const refusal = checkModernRequest(frame) ?? (method.startsWith('tasks/') ? unknownMethod(method) : undefined);
    if (refusal !== undefined) {
      const { code, message, data } = refusal;
      this.#options.events.onFrame(errorFrame(id, code, message, data), id ?? undefined);
    } else if (this.#server !== undefined) {
      this.#take(frame, this.#server);
    } else {
      this.#early.push(frame);
      if (this.#state === 'new') void this.#start(frame);
    }
  }

  /** The handshake on the caller's behalf. (MCP 2025-11-25, Lifecycle) */
  async #start(first: Frame): Promise<void> {
    this.#state = 'starting';
    try {
      const params = initializeParams(first, this.#options.human?.isPresent() === true);
      const answer = await this.#own.ask('initialize', params, this.#options.startMs);
      const server = readLegacyServer(answer);
      if (server === undefined) throw refusedHandshake();
      this.#server = server;
      this.#state = 'ready';
      const mayAsk = ['elicitation', 'sampling', 'roots'].some((key) => Object.hasOwn(params.capabilities, key));
      this.#calls.oneAtATime = mayAsk && this.#upstream?.transport !== 'streamable-http';
      this.#outbox.push(frameOf({ jsonrpc: '2.0', method: 'notifications/initialized' }));
      const early = this.#early;
      this.#early = [];
      for (const frame of early) this.#take(frame, server);
    } catch (error) {
      await this.#giveUp(toPortolanError(error));
    }
  }

  #take(frame: Frame, server: LegacyServer): void {
    const { id = '', method = '' } = frame;
    const caller = callerOf(frame);
    if (method === DISCOVER) this.#options.events.onFrame(discoverAnswer(id, server), id);
    else if (method === LISTEN) this.#subscriptions.open(frame, server.capabilities);
    else if (INTERRUPTIBLE.has(method) && objectOf(frame.message['params'])?.['requestState'] !== undefined)
      this.#interruptions.retry(frame, caller);
    else this.#turns.take(frame, caller);
  }

  /** Sends a request to the server, when it logs as the caller wants. */
  #issue(frame: Frame, caller: Caller): void {
    const call = this.#calls.begin(frame, caller);
    const send = (): void => {
      if (this.#calls.byUpstreamId(call.upstreamId) !== call) return;
      call.sent = true;
      this.#outbox.push(readdressed(strippedForLegacy(frame), call.upstreamId, call.upstreamToken));
    };
    const canLog = this.#server?.capabilities['logging'] !== undefined;
    const raised = canLog ? this.#logLevel.raiseTo(caller.logLevel) : undefined;
    if (raised === undefined) send();
    else void raised.then(send);
  }

  #cancelled(frame: Frame): void {
    const key = valueKey(objectOf(frame.message['params'])?.['requestId']);
    if (key === undefined) return;
    const isMeant = ({ id = '' }: Frame): boolean => doubleIdKey(id) === key;
    this.#early = this.#early.filter((early) => !isMeant(early));
    this.#turns.withdraw(isMeant);
    if (this.#subscriptions.close(key)) return;
    const call = this.#calls.byCallerKey(key);
    if (call === undefined) return;
    if (call.isParked) this.#interruptions.abandon(call);
    else this.#cancelCall(call, undefined, frame);
  }

  /** Ends a call at the server, with the caller's own words where there are some. */
  #cancelCall(call: Call, reason: string | undefined, words?: Frame): void {
    this.#calls.end(call);
    const cancel = words ?? frameOf({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { reason } });
    const bytes = setMember(strippedForLegacy(cancel).bytes, ['params', 'requestId'], call.upstreamId);
    if (call.sent && call.outcome === undefined) this.#outbox.push(parseFrame(bytes, 'server'));
    this.#turns.next();
  }

  #answered(frame: Frame): void {
    if (!this.#own.answered(frame)) this.#ended(this.#calls.byUpstreamId(frame.id ?? ''), frame);
  }

  #ended(call: Call | undefined, outcome: Frame | PortolanError): void {
    if (call === undefined) return;
    call.outcome = outcome;
    if (!call.isParked) this.#settle(call);
  }

  /** Gives the caller the outcome of his call. */
  #settle(call: Call): void {
    const { caller, method, outcome } = call;
    this.#calls.end(call);
    if (outcome instanceof PortolanError) this.#options.events.onRequestFailed(caller.id, outcome);
    else if (outcome !== undefined && !(INTERRUPTIBLE.has(method) && this.#interruptions.askForUrls(call, outcome))) {
      this.#options.events.onFrame(dressedAnswer(outcome, caller.id, method, this.#server?.serverInfo), caller.id);
    }
    this.#turns.next();
  }

  /** The handshake failed: nothing can be done with this connection. */
  async #giveUp(error: PortolanError): Promise<void> {
    this.#lost(error);
    await this.#upstream?.close();
  }

  #lost(error: PortolanError): void {
    if (this.#state === 'closed') return;
    const unsent = [...this.#early, ...this.#turns.withdraw(() => true)].map(({ id = '' }) => id);
    const { events } = this.#options;
    const calls = this.#calls.all();
    this.#stop(error);
    for (const call of calls) {
      this.#calls.end(call);
      if (!call.isParked) events.onRequestFailed(call.caller.id, withSent(error, call.sent));
    }
    for (const id of unsent) events.onRequestFailed(id, withSent(error, false));
    this.#subscriptions.endAll(this.#server?.serverInfo);
    events.onClosed(error);
  }

  #stop(error: PortolanError): void {
    this.#state = 'closed';
    this.#own.failAll(error);
    this.#early = [];
    this.#turns.withdraw(() => true);
    this.#interruptions.stop();
    this.#outbox.stop();
  }
}

function withSent(error: PortolanError, sent: boolean): PortolanError {
  const { code, data, hint, message } = error;
  return new PortolanError(code, message, {
    ...(hint !== undefined && { hint }),
    data: { ...data, sent },
    cause: error,
  });
}

function refusedHandshake(): PortolanError {
  return new PortolanError(
    'PROTOCOL_ERROR',
    'The server refused the handshake, or speaks a protocol version that Portolan does not know.',
    { hint: 'Read the server’s log, or look for a newer version of it.', data: { sent: false } },
  );
}
