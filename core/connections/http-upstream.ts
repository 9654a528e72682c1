// Streamable HTTP, the client's side, for MCP 2025-03-26 to 2025-11-25: one POST per message, answers as JSON or as an event
// stream. It repeats a request when the server has said that it did not run it (404 on a lost session), else see safe-repeats.ts.
// (MCP 2025-11-25, Transports, "Streamable HTTP")
import type { HttpResponse } from './http-response.ts';
import { PortolanError, toPortolanError } from '../../shared/errors.ts';
import type { Clock } from '../base/clock.ts';
import type { Frame } from './frame.ts';
import { HttpChannel, type HttpSession } from './http-channel.ts';
import { mediaType, statusError } from './http-errors.ts';
import { drain, type MessageHandlers, readMessages, type StreamPosition } from './http-messages.ts';
import type { HttpPeer } from './http-peer.ts';
import { readRefusal } from './http-refusal.ts';
import { resumeStream, sessionLost } from './resume-stream.ts';
import { type Exchange, InFlight } from './in-flight.ts';
import type { RemoteCare } from './remote-care.ts';
import { SessionKeeper } from './session-keeper.ts';
import type { Upstream, UpstreamEvents } from './upstream.ts';
import { attemptUntilSettled, closedError, failExchange, noteWaiting, unanswered } from './http-endings.ts';

/** A server may hold a stream open after its answer; its socket is taken back after this time. */
const LINGER_MS = 5_000;
const CLOSE_MS = 2_000;

/** `handshakeMs`: longest time for a handshake. `patienceMs`: how long an answer is waited for. */
export interface RemoteOptions {
  readonly clock: Clock;
  readonly care: RemoteCare;
  readonly handshakeMs: number;
  readonly patienceMs: number;
}

export class HttpUpstream implements Upstream {
  readonly transport = 'streamable-http';
  readonly pid = undefined;
  readonly #peer: HttpPeer;
  readonly #channel: HttpChannel;
  readonly #keeper: SessionKeeper;
  readonly #events: UpstreamEvents;
  readonly #clock: Clock;
  readonly #care: RemoteCare;
  readonly #patienceMs: number;
  readonly #stopListening: () => void;
  readonly #inFlight = new InFlight(() => {
    if (!this.#closed) this.#events.onDrain?.();
  });
  /** Messages that wait while a handshake is going on, the client's or a repeated one. */
  #held: Exchange[] = [];
  #holds = 0;
  #closed = false;
  #closing: Promise<void> | undefined;

  constructor(peer: HttpPeer, events: UpstreamEvents, options: RemoteOptions) {
    this.#peer = peer;
    this.#events = events;
    this.#clock = options.clock;
    this.#care = options.care;
    this.#patienceMs = options.patienceMs;
    this.#stopListening = options.care.wakes.listen(() => peer.renew());
    this.#channel = new HttpChannel(peer);
    this.#keeper = new SessionKeeper(this.#channel, this.#handlers(), {
      ...options,
      log: (text) => this.#log(text),
    });
  }

  send(frame: Frame): void {
    if (this.#closed) return;
    if (frame.method === 'notifications/cancelled' && this.#inFlight.forgetWaiting(frame)) return;
    const exchange = this.#inFlight.add(frame);
    if (this.#holds > 0) this.#held.push(exchange);
    else this.#start(exchange);
  }

  pause(): void {
    this.#peer.pause();
  }

  resume(): void {
    this.#peer.resume();
  }

  close(): Promise<void> {
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  /** The handshake goes alone: a server may refuse what overtakes it, and later messages need the session id. */
  #start(exchange: Exchange): void {
    const { method } = exchange.frame;
    if (method === 'initialize' || method === 'notifications/initialized') {
      this.#holds++;
      // Not at once: what the answer says about the session is noted first. Nor later: its stream may stay open.
      exchange.onSettled = () => queueMicrotask(() => this.#release());
    }
    void this.#run(exchange);
  }

  #release(): void {
    this.#holds--;
    while (this.#holds === 0) {
      const exchange = this.#held.shift();
      if (exchange === undefined) return;
      if (!exchange.settled) this.#start(exchange);
    }
  }

  async #run(exchange: Exchange): Promise<void> {
    const repeats = this.#care.repeatsOf(exchange, this.#patienceMs);
    await attemptUntilSettled(exchange, repeats, {
      attempt: () => this.#attempt(exchange),
      fail: (error) => this.#fail(exchange, error),
    });
  }

  /** Posts the message and sees its answer through. Leaves the exchange unsettled only when it must be posted again. */
  async #attempt(exchange: Exchange): Promise<void> {
    const { frame, abort } = exchange;
    const { session } = this.#channel;
    exchange.posted = true;
    const response = await this.#channel.post(frame, abort.signal, (isWaiting) => {
      noteWaiting(exchange, isWaiting, this.#events);
    });
    const status = response.statusCode;
    if (status >= 300) {
      const refusal = await readRefusal(response, frame.id);
      if (refusal.answer !== undefined) {
        this.#care.breaker.succeeded();
        this.#deliver(refusal.answer, frame.id);
        return;
      }
      const lost = status === 404 && session.id !== undefined && frame.method !== 'initialize';
      if (!lost) throw statusError(response, this.#clock.now(), refusal.data);
      await this.#recover(exchange, session);
      return;
    }
    if (frame.kind === 'request') await this.#receive(exchange, response);
    else this.#accepted(exchange, response);
  }

  #accepted(exchange: Exchange, response: HttpResponse): void {
    drain(response);
    this.#inFlight.settle(exchange);
    const { frame } = exchange;
    // Before what waits for it: a server may have something to say to the very next request.
    if (frame.method === 'notifications/initialized') this.#keeper.start(frame);
    if (frame.method === 'notifications/cancelled') this.#inFlight.forgetCancelled(frame);
  }

  async #receive(exchange: Exchange, first: HttpResponse): Promise<void> {
    const position: StreamPosition = { lastEventId: undefined, retryMs: undefined, events: 0 };
    for (let response = first; ; ) {
      const isStream = mediaType(response) === 'text/event-stream';
      try {
        await readMessages(response, position, this.#answerHandlers(exchange, first, isStream ? response : undefined));
      } catch (error) {
        const isBroken = isStream && toPortolanError(error).code === 'CONNECTION_LOST';
        if (!isBroken && !exchange.settled) throw error;
      }
      if (exchange.settled) return;
      if (position.lastEventId === undefined) throw unanswered(isStream);
      response = await resumeStream(this.#channel, position, { clock: this.#clock, signal: exchange.abort.signal });
      if (exchange.settled) {
        response.destroy();
        return;
      }
    }
  }

  async #recover(exchange: Exchange, lost: HttpSession): Promise<void> {
    const { kind, method } = exchange.frame;
    if (exchange.repeated || kind === 'response' || method === 'notifications/initialized') throw sessionLost();
    exchange.repeated = true;
    this.#holds++;
    try {
      await this.#keeper.recover(lost);
    } finally {
      this.#release();
    }
  }

  #handlers(exchange?: Exchange, answer?: HttpResponse): MessageHandlers {
    return {
      onFrame: (frame) => this.#deliver(frame, exchange?.frame.id, answer),
      onUnreadable: (error) => this.#log(`The server sent something that is no message: ${error.message}`),
    };
  }

  /** `first`: the answer to the POST, whose headers count; `stream`: what is being read, when it is an event stream. */
  #answerHandlers(exchange: Exchange, first: HttpResponse, stream: HttpResponse | undefined): MessageHandlers {
    const handlers = this.#handlers(exchange, first);
    let lingers = false;
    return {
      ...handlers,
      onFrame: (frame) => {
        handlers.onFrame(frame);
        if (!exchange.settled || lingers || stream === undefined) return;
        lingers = true;
        const timer = this.#clock.setTimeout(() => stream.destroy(), LINGER_MS);
        stream.onClosed(() => timer.cancel());
      },
    };
  }

  #deliver(frame: Frame, relatedTo?: string, answer?: HttpResponse): void {
    if (this.#closed) return;
    if (frame.kind === 'response' && frame.id !== undefined && frame.id !== 'null') {
      const exchange = this.#inFlight.answer(frame);
      if (exchange === undefined) {
        this.#log('The server answered a request that is not waiting; the answer was dropped.');
        return;
      }
      const isHandshake = exchange.frame.method === 'initialize' && Object.hasOwn(frame.message, 'result');
      if (isHandshake && answer !== undefined) this.#keeper.begin(exchange.frame, answer, frame);
    }
    this.#events.onFrame(frame, relatedTo);
  }

  #fail(exchange: Exchange, error: PortolanError): void {
    failExchange(exchange, error, {
      inFlight: this.#inFlight,
      events: this.#events,
      log: (text) => this.#log(text),
    });
  }

  #log(text: string): void {
    if (!this.#closed) this.#events.onLog('portolan', text);
  }

  async #shutDown(): Promise<void> {
    this.#closed = true;
    for (const exchange of this.#inFlight.all()) {
      this.#fail(exchange, closedError(exchange.posted));
      exchange.abort.abort();
    }
    this.#stopListening();
    this.#keeper.stop();
    await this.#endSession();
    this.#peer.close();
    this.#events.onClosed(closedError(true));
  }

  async #endSession(): Promise<void> {
    if (this.#channel.session.id === undefined) return;
    const deadline = new AbortController();
    const timer = this.#clock.setTimeout(() => deadline.abort(), CLOSE_MS);
    await this.#channel.delete(deadline.signal).then(drain, () => undefined);
    timer.cancel();
  }
}
