// The messages between one client and one server: routes each frame to the other side, byte for byte, and composes the
// interceptors. Legacy protocol versions (2025-11-25 and older) on both sides. It must not know streams or sessions' lives.
// After a server was lost, the subscriptions and the log level that the client had set there are not restored.
import { assertNever } from '../../shared/assert-never.ts';
import type { PortolanError } from '../../shared/errors.ts';
import type { ServerOptions } from '../../shared/model/server-entry.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Frame } from '../connections/frame.ts';
import type { HandshakeInfo } from '../connections/status-board.ts';
import { type Limits, requestLimits, startLimits } from './deadline.ts';
import { objectOf } from '../base/json-object.ts';
import type { Ending, Exchange, SessionFacts } from './exchange.ts';
import { Exchanges, type Provenance } from './exchanges.ts';
import { Handshake, INITIALIZE } from './handshake.ts';
import type { Entry } from './in-flight.ts';
import { auditCalls } from './interceptors/audit-calls.ts';
import { identifyCaller } from './interceptors/identify-caller.ts';
import { noteUse } from './interceptors/note-use.ts';
import type { AuditSink, UpstreamSource } from './ports.ts';
import { isUsableId, valueKey, withId } from '../connections/request-id.ts';
import { rpcErrorFrame } from './rpc-errors.ts';
import { ServerRequests } from './server-requests.ts';
import { cancelledFrame, failureOf, refusedQuestion, timeoutOf } from './session-errors.ts';
import { type Outgoing, UpstreamLeg } from './upstream-leg.ts';

/** What every conversation of a gateway shares. */
export interface GatewayContext {
  readonly connections: UpstreamSource;
  readonly audit: AuditSink;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly optionsOf: (server: string) => ServerOptions | undefined;
  readonly strictAudit: () => boolean;
  readonly redact: ((text: string) => string) | undefined;
  readonly onToolsChanged: (server: string) => void;
}

export interface ConversationEvents {
  /** A message for the client. */
  deliver(frame: Frame): void;
  /** The server answered `initialize`: the client's own, or (`replayed`) ours on its behalf. */
  onInitialized(info: HandshakeInfo, replayed: boolean): void;
  onEnded(exchange: Exchange, ending: Ending): void;
  /** The server takes no more for now: stop reading from the client. */
  onFull(full: boolean): void;
}

export class Conversation {
  readonly handshake = new Handshake();
  readonly #facts: SessionFacts;
  readonly #context: GatewayContext;
  readonly #events: ConversationEvents;
  readonly #serverRequests = new ServerRequests();
  readonly #exchanges: Exchanges;
  readonly #leg: UpstreamLeg;
  #answeredServerAt = 0;
  #dropped = 0;

  constructor(facts: SessionFacts, context: GatewayContext, events: ConversationEvents) {
    this.#facts = facts;
    this.#context = context;
    this.#events = events;
    this.#leg = this.#createLeg();
    this.#exchanges = this.#createExchanges();
  }

  get inFlight(): number {
    return this.#exchanges.inFlight.size;
  }

  /** Messages that had no place to go: answers that nobody waits for, and the like. */
  get dropped(): number {
    return this.#dropped;
  }

  /** A message from the client; `limits` instead of the server's own. */
  fromClient(frame: Frame, from: Provenance = {}): void {
    if (frame.kind === 'request') this.#request(frame, from);
    else if (frame.kind === 'notification') this.#notification(frame);
    else this.#answer(frame);
  }

  /** Goes on with a client that an earlier host had initialised with this request: the server is initialised without it. */
  openFor(initialize: Frame): void {
    this.handshake.request = initialize;
    this.handshake.answered = true;
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
    for (const { deadline } of this.#exchanges.inFlight.entries()) deadline.cancel();
  }

  close(): Promise<void> {
    return this.#leg.close();
  }

  #request(frame: Frame, from: Provenance): void {
    const begun = this.#exchanges.begin(frame, from);
    if (begun === undefined) return;
    const { hold } = begun;
    const out: Outgoing = { frame, exchange: begun.entry.exchange, held: hold !== undefined };
    this.#leg.send(out);
    void hold?.then(() => this.#leg.release(out));
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
    this.#toServer(frame);
  }

  /** The client's answer to a request of the server. */
  #answer(frame: Frame): void {
    const asked = isUsableId(frame.id) ? this.#serverRequests.answer(frame.id) : undefined;
    if (asked === undefined) {
      this.#dropped++;
      return;
    }
    this.#answeredServerAt = this.#context.clock.monotonic();
    this.#toServer(withId(frame, asked));
  }

  #fromServer(frame: Frame): void {
    switch (frame.kind) {
      case 'response': {
        // The answer to a message that the server could not read: nobody can take it for his own.
        if (!isUsableId(frame.id)) {
          this.#events.deliver(frame);
          return;
        }
        const entry = this.#exchanges.inFlight.answeredBy(frame.id);
        if (entry === undefined) this.#dropped++;
        else this.#exchanges.end(entry, { kind: 'answered', frame });
        return;
      }
      case 'request': {
        const { id = '' } = frame;
        if (this.#serverRequests.ask(id)) this.#events.deliver(frame);
        else this.#toServer(rpcErrorFrame(id, refusedQuestion()));
        return;
      }
      case 'notification':
        this.#serverNotification(frame);
        return;
      default:
        assertNever(frame.kind);
    }
  }

  #serverNotification(frame: Frame): void {
    const params = objectOf(frame.message['params']);
    switch (frame.method) {
      case 'notifications/progress': {
        const token = valueKey(params?.['progressToken']);
        if (token !== undefined && this.#exchanges.inFlight.isSilenced(token)) {
          this.#dropped++;
          return;
        }
        if (token !== undefined) this.#exchanges.progress(token);
        break;
      }
      case 'notifications/cancelled': {
        const key = valueKey(params?.['requestId']);
        if (key !== undefined) this.#serverRequests.cancel(key);
        break;
      }
      case 'notifications/tools/list_changed':
        this.#context.onToolsChanged(this.#facts.server);
        break;
      default:
    }
    this.#events.deliver(frame);
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
    this.#fail((exchange) => exchange.sent, error);
    this.#exchanges.inFlight.forgetAbandoned();
    for (const id of this.#serverRequests.orphanAll()) this.#events.deliver(cancelledFrame(id, 'The server was lost.'));
  }

  #fail(which: (exchange: Exchange) => boolean, error: PortolanError): void {
    for (const entry of this.#exchanges.inFlight.entries()) {
      const { exchange } = entry;
      if (which(exchange)) this.#exchanges.end(entry, { kind: 'failed', error: failureOf(exchange, error) });
    }
  }

  #toServer(frame: Frame): void {
    this.#leg.send({ frame, exchange: undefined, held: false });
  }

  #limitsFor(method: string): Limits {
    const timeouts = this.#context.optionsOf(this.#facts.server)?.timeouts ?? {};
    return method === INITIALIZE ? startLimits(timeouts) : requestLimits(timeouts);
  }

  #createLeg(): UpstreamLeg {
    const { connections, clock, logger } = this.#context;
    const { id, server } = this.#facts;
    return new UpstreamLeg({
      open: (events) => connections.open(server, id, events),
      handshake: this.handshake,
      clock,
      startMs: () => this.#limitsFor(INITIALIZE).totalMs,
      onLog: (source, text) => logger.debug(text, { server, source }),
      events: {
        onFrame: (frame) => this.#fromServer(frame),
        onRequestFailed: (failed, error) => this.#fail((exchange) => exchange.sent && exchange.id === failed, error),
        onLost: (error) => this.#lost(error),
        onUnsent: (unsent, error) => this.#fail((exchange) => exchange === unsent, error),
        onReplayed: (info) => {
          connections.noteHandshake(server, info, id);
          this.#events.onInitialized(info, true);
        },
        onFull: (full) => this.#events.onFull(full),
      },
    });
  }

  #createExchanges(): Exchanges {
    const { audit, clock, connections, logger, optionsOf, redact, strictAudit } = this.#context;
    const { id, server } = this.#facts;
    return new Exchanges({
      facts: this.#facts,
      // In the order in which they see a request; they see its end in the opposite order.
      interceptors: [
        identifyCaller(this.handshake),
        auditCalls({
          audit,
          clock,
          logger,
          strict: strictAudit,
          captureOf: (name) => optionsOf(name)?.capture ?? 'digest',
          redact,
        }),
        noteUse(connections, this.handshake, (info) => {
          connections.noteHandshake(server, info, id);
          this.#events.onInitialized(info, false);
        }),
      ],
      clock,
      limitsFor: (method) => this.#limitsFor(method),
      // While the server waits for the client, it is not the server that is silent.
      lastLife: () => (this.#serverRequests.size > 0 ? clock.monotonic() : this.#answeredServerAt),
      deliver: (answer) => this.#events.deliver(answer),
      onEnded: (exchange, ending) => {
        if (!exchange.sent) this.#leg.withdraw(exchange);
        this.#events.onEnded(exchange, ending);
      },
      onExpired: (entry, limit, ms) => this.#expired(entry, limit, ms),
    });
  }
}
