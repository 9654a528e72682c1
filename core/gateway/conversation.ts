// The messages between one client and one server: routes each frame to the other side, byte for byte, and composes the
// interceptors. The client may speak either generation; what it is answered with speaks the same. It must not know streams or sessions' lives.
// After a server was lost, the subscriptions and the log level that the client had set there are not restored.
import type { PortolanError } from '../../shared/errors.ts';
import { type Era, eraOf, LISTEN, versionOf } from '../connections/era.ts';
import type { Frame } from '../connections/frame.ts';
import type { HandshakeInfo } from '../connections/status-board.ts';
import { type Limits, requestLimits, startLimits, UNLIMITED } from './deadline.ts';
import { objectOf } from '../base/json-object.ts';
import type { Ending, Exchange, SessionFacts } from './exchange.ts';
import { Exchanges, type Provenance } from './exchanges.ts';
import type { GatewayContext } from './gateway-context.ts';
import { Handshake, INITIALIZE } from './handshake.ts';
import type { Entry } from './in-flight.ts';
import { askConsent } from './interceptors/ask-consent.ts';
import { auditCalls } from './interceptors/audit-calls.ts';
import { identifyCaller } from './interceptors/identify-caller.ts';
import { noteUse } from './interceptors/note-use.ts';
import { traceCalls } from './interceptors/trace-calls.ts';
import { valueKey } from '../connections/request-id.ts';
import { ServerMessages } from './server-messages.ts';
import { cancelledFrame, failureOf, timeoutOf } from './session-errors.ts';
import { outgoingFrame } from './trace-context.ts';
import { type Outgoing, UpstreamLeg } from './upstream-leg.ts';

export interface ConversationEvents {
  /** A message for the client; `relatedTo`: the id (source text) of its request that the message belongs to. */
  deliver(frame: Frame, relatedTo?: string): void;
  /** A legacy client has its handshake, or (`replayed`) its server got it again from us; a modern one has sent its first request. */
  onInitialized(info: HandshakeInfo, replayed: boolean): void;
  onEnded(exchange: Exchange, ending: Ending): void;
  /** What the client was told of the server no longer holds: only a new session can go on. */
  onBroken(error: PortolanError): void;
  /** The server takes no more for now: stop reading from the client. */
  onFull(full: boolean): void;
}

export class Conversation {
  readonly handshake = new Handshake();
  readonly #facts: SessionFacts;
  readonly #context: GatewayContext;
  readonly #events: ConversationEvents;
  readonly #fromServer: ServerMessages;
  readonly #exchanges: Exchanges;
  readonly #leg: UpstreamLeg;
  /** What the client speaks; its first request decides. */
  #era: Era | undefined;
  #answeredServerAt = 0;
  #personsAsked = 0;

  constructor(facts: SessionFacts, context: GatewayContext, events: ConversationEvents) {
    this.#facts = facts;
    this.#context = context;
    this.#events = events;
    this.#fromServer = new ServerMessages({
      exchanges: () => this.#exchanges,
      mayAsk: () => this.#era !== 'modern',
      toClient: (frame, relatedTo) => this.#toClient(frame, relatedTo),
      toServer: (frame) => this.#toServer(frame),
      onToolsChanged: () => context.onToolsChanged(facts.server),
    });
    this.#leg = this.#createLeg();
    this.#exchanges = this.#createExchanges();
  }

  /** Requests that wait for their answer; subscriptions do not count. */
  get inFlight(): number {
    return this.#exchanges.inFlight.busy;
  }

  /** Messages that had no place to go: answers that nobody waits for, and the like. */
  get dropped(): number {
    return this.#fromServer.dropped;
  }

  /** A message from the client; `limits` instead of the server's own. */
  fromClient(frame: Frame, from: Provenance = {}): void {
    this.#context.trace?.note(this.#facts.id, 'from-client', frame);
    if (frame.kind === 'request') this.#request(frame, from);
    else if (frame.kind === 'notification') this.#notification(frame);
    else this.#answer(frame);
  }

  /** Goes on with a client that an earlier host had initialised with this request: the server is initialised without it. */
  openFor(initialize: Frame): void {
    this.handshake.request = initialize;
    this.handshake.answered = true;
    this.#era = 'legacy';
    this.#leg.open();
  }

  /** Stops and goes on reading from the server. */
  setPaused(paused: boolean): void {
    this.#leg.setPaused(paused);
  }

  /** Ends every request under way; the server is told to stop working on them. */
  endAll(endingOf: (exchange: Exchange) => Ending): void {
    for (const entry of this.#exchanges.inFlight.entries()) {
      const { exchange } = entry;
      const ending = endingOf(exchange);
      if (exchange.sent && exchange.method !== INITIALIZE)
        this.#toServer(cancelledFrame(exchange.id, 'The client has left.'));
      this.#exchanges.end(entry, ending);
    }
  }

  /** Drops every request under way without an ending: their intents stay open. */
  forgetAll(): void {
    const { inFlight } = this.#exchanges;
    for (const entry of inFlight.entries()) {
      entry.deadline.cancel();
      inFlight.remove(entry, false);
    }
  }

  /** Lets go of the client's subscriptions without an ending, and gives their requests: another host can begin them anew. */
  takeListens(): Frame[] {
    const { inFlight } = this.#exchanges;
    return inFlight.listens().map((entry) => {
      inFlight.remove(entry, false);
      return entry.exchange.frame;
    });
  }

  close(): Promise<void> {
    return this.#leg.close();
  }

  #request(frame: Frame, from: Provenance): void {
    this.#noteEra(frame);
    const begun = this.#exchanges.begin(frame, from);
    if (begun === undefined) return;
    const { entry, hold } = begun;
    const { exchange } = entry;
    const out: Outgoing = { frame: this.#outgoing(frame, exchange), exchange, held: hold !== undefined };
    this.#leg.send(out);
    void hold?.then(() => this.#leg.release(out));
  }

  /** A client that has only asked `server/discover` may still choose the handshake; then the server is opened anew for it. */
  #noteEra(frame: Frame): void {
    if (this.#era === 'legacy' || (this.#era === 'modern' && frame.method !== INITIALIZE)) return;
    const era = eraOf(frame) ?? 'legacy';
    if (this.#era === 'modern') this.#leg.reset();
    this.#era = era;
    if (era === 'modern') this.#events.onInitialized({ protocolVersion: versionOf(frame) }, false);
  }

  #notification(frame: Frame): void {
    if (frame.method === 'notifications/cancelled') {
      const key = valueKey(objectOf(frame.message['params'])?.['requestId']);
      const entry = key === undefined ? undefined : this.#exchanges.inFlight.byKey(key);
      if (entry !== undefined) {
        const { method, sent } = entry.exchange;
        if (method === INITIALIZE) return;
        this.#exchanges.end(entry, { kind: 'cancelled', by: 'client' });
        if (!sent) return;
      }
    }
    this.#toServer(this.#outgoing(frame));
  }

  /** What a server gets of a message; the one place where the bytes of a client may change. */
  #outgoing(frame: Frame, exchange?: Exchange): Frame {
    const { passBaggage = false } = this.#context.optionsOf(this.#facts.server) ?? {};
    return outgoingFrame(frame, { path: exchange?.trace, passBaggage });
  }

  /** The client's answer to a request of the server. */
  #answer(frame: Frame): void {
    const answer = this.#fromServer.answerOf(frame);
    if (answer === undefined) return;
    this.#answeredServerAt = this.#context.clock.monotonic();
    this.#toServer(answer);
  }

  #expired(entry: Entry, limit: 'idle' | 'total', ms: number): void {
    const { exchange } = entry;
    const { id, method, sent } = exchange;
    const error = timeoutOf(exchange, limit, ms);
    this.#exchanges.end(entry, { kind: 'failed', error });
    if (method === INITIALIZE) {
      // An initialize is never cancelled. (MCP 2025-11-25, Cancellation)
      this.#context.connections.noteFailure(this.#facts.server, error);
      this.#leg.reset();
    } else if (sent) {
      this.#toServer(cancelledFrame(id, 'The request took too long.'));
    }
  }

  #lost(error: PortolanError): void {
    if (error.code === 'SERVER_CHANGED') {
      this.#events.onBroken(error);
      return;
    }
    this.#fail((exchange) => exchange.sent, error);
    this.#exchanges.inFlight.forgetAbandoned();
    this.#fromServer.lost();
  }

  #fail(which: (exchange: Exchange) => boolean, error: PortolanError): void {
    for (const entry of this.#exchanges.inFlight.entries()) {
      const { exchange } = entry;
      if (which(exchange)) this.#exchanges.end(entry, { kind: 'failed', error: failureOf(exchange, error) });
    }
  }

  #toClient(frame: Frame, relatedTo?: string): void {
    this.#context.trace?.note(this.#facts.id, 'to-client', frame);
    this.#events.deliver(frame, relatedTo);
  }

  #toServer(frame: Frame): void {
    this.#leg.send({ frame, exchange: undefined, held: false });
  }

  #personAsked(isAsked: boolean): void {
    this.#personsAsked += isAsked ? 1 : -1;
    this.#answeredServerAt = this.#context.clock.monotonic();
  }

  #limitsFor(method: string): Limits {
    const timeouts = this.#context.optionsOf(this.#facts.server)?.timeouts ?? {};
    if (method === LISTEN) return UNLIMITED;
    return method === INITIALIZE ? startLimits(timeouts) : requestLimits(timeouts);
  }

  #createLeg(): UpstreamLeg {
    const { connections, clock, logger } = this.#context;
    const { id, server } = this.#facts;
    return new UpstreamLeg({
      open: (events) => connections.open(server, id, events, this.#era, () => this.#facts.caller.name),
      handshake: this.handshake,
      clock,
      startMs: () => this.#limitsFor(INITIALIZE).idleMs,
      onLog: (source, text) => logger.debug(text, { server, source }),
      events: {
        onFrame: (frame, relatedTo) => this.#fromServer.receive(frame, relatedTo),
        onRequestFailed: (failed, error) => this.#fail((exchange) => exchange.sent && exchange.id === failed, error),
        onLost: (error) => this.#lost(error),
        onUnsent: (unsent, error) => this.#fail((exchange) => exchange === unsent, error),
        onReplayed: (info) => {
          connections.noteHandshake(server, info, id);
          this.#events.onInitialized(info, true);
        },
        onPersonAsked: (isAsked) => this.#personAsked(isAsked),
        onFull: (full) => this.#events.onFull(full),
      },
    });
  }

  #createExchanges(): Exchanges {
    const { audit, clock, connections, load, logger, mayUse, optionsOf, outbox, redact, strictAudit, telemetry } =
      this.#context;
    const { id, server } = this.#facts;
    return new Exchanges({
      facts: this.#facts,
      // In the order in which they see a request; they see its end in the opposite order.
      interceptors: [
        ...(telemetry === undefined ? [] : [traceCalls(telemetry, this.handshake)]),
        identifyCaller(this.handshake),
        auditCalls({
          audit,
          clock,
          logger,
          strict: strictAudit,
          captureOf: (name) => optionsOf(name)?.capture ?? 'digest',
          redact,
        }),
        ...(mayUse === undefined ? [] : [askConsent(mayUse)]),
        noteUse(connections, this.handshake, (info) => {
          connections.noteHandshake(server, info, id);
          this.#events.onInitialized(info, false);
        }),
      ],
      clock,
      load,
      outbox,
      limitsFor: (method) => this.#limitsFor(method),
      // While the server waits for the client or a person, it is not the server that is silent.
      lastLife: () =>
        this.#fromServer.isAsking || this.#personsAsked > 0 ? clock.monotonic() : this.#answeredServerAt,
      deliver: (answer) => this.#toClient(answer),
      withdraw: (exchange) => this.#leg.withdraw(exchange),
      onEnded: (exchange, ending) => this.#events.onEnded(exchange, ending),
      onExpired: (entry, limit, ms) => this.#expired(entry, limit, ms),
    });
  }
}
