// The server's side of a session: one connection at a time, opened when it is needed and opened anew after it was lost, with
// the client's handshake replayed. It keeps the order of what the client sent while something has to wait. It must not know
// who waits for an answer, and never sends a request twice.
import { PortolanError, toPortolanError } from '../../shared/errors.ts';
import type { Clock } from '../base/clock.ts';
import { type Frame, frameOf } from '../connections/frame.ts';
import type { HandshakeInfo } from '../connections/status-board.ts';
import type { Upstream, UpstreamEvents } from '../connections/upstream.ts';
import type { Exchange } from './exchange.ts';
import { type Handshake, INITIALIZED } from './handshake.ts';
import { doubleIdKey, isUsableId } from '../connections/request-id.ts';

/** One message to the server. `held` ones keep back everything behind them. */
export interface Outgoing {
  readonly frame: Frame;
  readonly exchange: Exchange | undefined;
  held: boolean;
}

interface LegEvents {
  onFrame(frame: Frame, relatedTo?: string): void;
  onRequestFailed(id: string, error: PortolanError): void;
  /** The connection ended, or could not be opened. Requests that were sent will not be answered. */
  onLost(error: PortolanError): void;
  /** A message could not be sent and will not be: no connection could be opened. */
  onUnsent(exchange: Exchange, error: PortolanError): void;
  /** A new connection has been initialised on the client's behalf. */
  onReplayed(info: HandshakeInfo): void;
  /** A person is asked on the client's behalf, or has answered. Every question is told twice, however its connection ends. */
  onPersonAsked(isAsked: boolean): void;
  /** The server takes no more for now: stop reading from the client. */
  onFull(full: boolean): void;
}

export interface LegOptions {
  readonly open: (events: UpstreamEvents) => Promise<Upstream>;
  readonly handshake: Handshake;
  readonly events: LegEvents;
  readonly clock: Clock;
  /** Milliseconds that a replayed handshake may take. */
  readonly startMs: () => number;
  readonly onLog: UpstreamEvents['onLog'];
}

/** One attempt at a connection. `opening`: no upstream yet; `replaying`: its answer to our `initialize` is awaited. */
interface Connection {
  state: 'opening' | 'replaying' | 'ready' | 'over';
  upstream: Upstream | undefined;
  /** The server has had `notifications/initialized`. */
  initialized: boolean;
}

/** Until a message is offered again to a full connection that does not say when it has room. */
const FULL_RETRY_MS = 250;

export class UpstreamLeg {
  readonly #options: LegOptions;
  #queue: Outgoing[] = [];
  #connection: Connection | undefined;
  #paused = false;
  #full = false;
  #fullTimer: { cancel(): void } | undefined;
  #replayTimer: { cancel(): void } | undefined;
  #closed = false;

  constructor(options: LegOptions) {
    this.#options = options;
  }

  /** True when a connection is there or on its way. */
  get isOpen(): boolean {
    return this.#connection !== undefined;
  }

  /** Passes a message on, now or when everything before it has gone. Notifications do not open a connection. */
  send(out: Outgoing): void {
    if (out.exchange === undefined && !this.isOpen && this.#queue.length === 0) return;
    this.#queue.push(out);
    this.#flush();
  }

  /** Lets a held message go. */
  release(out: Outgoing): void {
    out.held = false;
    this.#flush();
  }

  /** Takes a request that was not sent out of the queue. */
  withdraw(exchange: Exchange): void {
    this.#queue = this.#queue.filter((out) => out.exchange !== exchange);
    this.#flush();
  }

  /** Opens a connection if there is none. */
  open(): void {
    if (this.#connection !== undefined || this.#closed) return;
    const connection: Connection = { state: 'opening', upstream: undefined, initialized: false };
    this.#connection = connection;
    this.#options.open(this.#eventsOf(connection)).then(
      (upstream) => this.#opened(connection, upstream),
      (error: unknown) => this.#over(connection, toPortolanError(error)),
    );
  }

  /** Stops and goes on reading from the server. */
  setPaused(paused: boolean): void {
    if (this.#paused === paused) return;
    this.#paused = paused;
    const upstream = this.#connection?.upstream;
    if (paused) upstream?.pause();
    else upstream?.resume();
  }

  /** Gives the present connection up: it did not come to life in time. The next request opens another. */
  reset(): void {
    void this.#drop();
  }

  /** Ends the connection for good. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#queue = [];
    await this.#drop();
  }

  /** Ends the present connection; the next request opens another. */
  async #drop(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    this.#cancelTimers();
    if (connection === undefined) return;
    connection.state = 'over';
    await connection.upstream?.close();
  }

  #opened(connection: Connection, upstream: Upstream): void {
    if (connection.state === 'over') {
      void upstream.close();
      return;
    }
    connection.upstream = upstream;
    if (this.#paused) upstream.pause();
    const { request, answered } = this.#options.handshake;
    if (request === undefined || !answered) {
      connection.state = 'ready';
      this.#flush();
      return;
    }
    connection.state = 'replaying';
    this.#allowReplay(connection);
    upstream.send(request);
  }

  #allowReplay(connection: Connection): void {
    const ms = this.#options.startMs();
    this.#replayTimer = this.#options.clock.setTimeout(() => {
      this.#over(connection, new PortolanError('SERVER_START_TIMEOUT', `The server did not answer within ${ms} ms.`));
    }, ms);
  }

  #replayAnswered(connection: Connection, answer: Frame): void {
    this.#replayTimer?.cancel();
    const info = this.#options.handshake.note(answer);
    if (info === undefined) {
      const cause = 'The server refused the handshake that it had accepted before.';
      this.#over(connection, new PortolanError('PROTOCOL_ERROR', cause));
      return;
    }
    connection.upstream?.send(frameOf({ jsonrpc: '2.0', method: INITIALIZED }));
    connection.initialized = true;
    connection.state = 'ready';
    this.#options.events.onReplayed(info);
    this.#flush();
  }

  #eventsOf(connection: Connection): UpstreamEvents {
    const { events, handshake, onLog } = this.#options;
    return {
      onFrame: (frame, relatedTo) => {
        if (connection.state === 'over') return;
        if (connection.state === 'replaying' && isAnswerTo(handshake.request, frame)) {
          this.#replayAnswered(connection, frame);
        } else {
          events.onFrame(frame, relatedTo);
          if (this.#full) this.#flush();
        }
      },
      onRequestFailed: (id, error) => {
        if (connection.state === 'over') return;
        if (connection.state === 'replaying') this.#over(connection, error);
        else events.onRequestFailed(id, error);
      },
      onClosed: (error) => this.#over(connection, error),
      onPersonAsked: (_id, isAsked) => {
        events.onPersonAsked(isAsked);
        if (connection.state !== 'replaying') return;
        this.#replayTimer?.cancel();
        if (!isAsked) this.#allowReplay(connection);
      },
      onDrain: () => {
        if (connection.state !== 'over' && this.#full) this.#flush();
      },
      onLog,
    };
  }

  /** The connection is lost or never came to be. What waits is failed unless a working connection was lost: then another is opened. */
  #over(connection: Connection, error: PortolanError): void {
    if (connection.state === 'over') return;
    const wasReady = connection.state === 'ready';
    void this.#drop();
    if (!wasReady) {
      const unsent = this.#queue;
      this.#queue = [];
      for (const { exchange } of unsent) if (exchange !== undefined) this.#options.events.onUnsent(exchange, error);
    }
    this.#options.events.onLost(error);
    this.#flush();
  }

  #flush(): void {
    while (this.#queue.length > 0 && !this.#closed) {
      const [head] = this.#queue;
      if (head === undefined || head.held) return;
      this.open();
      const connection = this.#connection;
      if (connection?.state !== 'ready') return;
      this.#queue.shift();
      if (!this.#pass(connection, head)) {
        this.#queue.unshift(head);
        return;
      }
    }
    this.#setFull(false);
  }

  /** False when the connection's buffers are full. */
  #pass(connection: Connection, out: Outgoing): boolean {
    const isInitialized = out.frame.method === INITIALIZED;
    if (isInitialized && connection.initialized) return true;
    // Before the bytes go: an answer may come, or the connection may break, while they do.
    if (out.exchange !== undefined) {
      out.exchange.sent = true;
      out.exchange.sentAt = this.#options.clock.monotonic();
    }
    try {
      connection.upstream?.send(out.frame);
      connection.initialized ||= isInitialized;
      return true;
    } catch {
      if (out.exchange !== undefined) out.exchange.sent = false;
      this.#setFull(true);
      return false;
    }
  }

  #setFull(full: boolean): void {
    this.#fullTimer?.cancel();
    this.#fullTimer = full ? this.#options.clock.setTimeout(() => this.#flush(), FULL_RETRY_MS) : undefined;
    if (full === this.#full) return;
    this.#full = full;
    this.#options.events.onFull(full);
  }

  #cancelTimers(): void {
    this.#replayTimer?.cancel();
    this.#setFull(false);
  }
}

function isAnswerTo(request: Frame | undefined, frame: Frame): boolean {
  if (frame.kind !== 'response' || request?.id === undefined || !isUsableId(frame.id)) return false;
  return doubleIdKey(frame.id) === doubleIdKey(request.id);
}
