// Streamable HTTP, the client's side, for MCP 2026-07-28: one POST per message, no session, answers as JSON or as an event stream
// of their own. It repeats a request when the server has said that it did not run it (refused headers), else see safe-repeats.ts.
// (MCP 2026-07-28, Transports, "Streamable HTTP")
import type { HttpResponse } from './http-response.ts';
import { PortolanError } from '../../shared/errors.ts';
import type { Clock } from '../base/clock.ts';
import { objectOf } from '../base/json-object.ts';
import { LISTEN } from './era.ts';
import { exactIdKey, type Frame } from './frame.ts';
import { mediaType, statusError } from './http-errors.ts';
import { drain, type MessageHandlers, readMessages } from './http-messages.ts';
import type { HttpPeer } from './http-peer.ts';
import { readModernRefusal } from './http-refusal.ts';
import { type Exchange, InFlight } from './in-flight.ts';
import { modernHeaders } from './modern-headers.ts';
import { refetchTools } from './refetch-tools.ts';
import type { RemoteCare } from './remote-care.ts';
import type { ToolHeaders } from './tool-headers.ts';
import type { Upstream, UpstreamEvents } from './upstream.ts';
import { attemptUntilSettled, closedError, failExchange, noteWaiting, unanswered } from './http-endings.ts';

/** A server may hold a stream open after its answer; its socket is taken back after this time. */
const LINGER_MS = 5_000;
const HEADER_MISMATCH = -32_020;

export class ModernHttpUpstream implements Upstream {
  readonly transport = 'streamable-http';
  readonly pid = undefined;
  readonly #peer: HttpPeer;
  readonly #events: UpstreamEvents;
  readonly #clock: Clock;
  readonly #care: RemoteCare;
  readonly #patienceMs: number;
  readonly #stopListening: () => void;
  readonly #tools: ToolHeaders;
  readonly #inFlight = new InFlight(() => {
    if (!this.#closed) this.#events.onDrain?.();
  });
  #closed = false;
  #hasSlept = false;

  /** `tools` and `care` are shared by all connections to the same server; `patienceMs`: how long an answer is waited for. */
  constructor(
    peer: HttpPeer,
    events: UpstreamEvents,
    options: { clock: Clock; care: RemoteCare; patienceMs: number; tools: ToolHeaders },
  ) {
    this.#peer = peer;
    this.#events = events;
    this.#clock = options.clock;
    this.#care = options.care;
    this.#patienceMs = options.patienceMs;
    this.#stopListening = options.care.wakes.listen(() => this.#woke());
    this.#tools = options.tools;
  }

  /** A cancellation closes the stream of its request: that tells the server, and it is not posted. */
  send(frame: Frame): void {
    if (this.#closed) return;
    if (frame.method === 'notifications/cancelled') this.#inFlight.forgetCancelled(frame);
    else if (frame.kind === 'response') this.#log('An answer was dropped: the server has asked nothing.');
    else void this.#run(this.#inFlight.add(frame));
  }

  pause(): void {
    this.#peer.pause();
  }

  resume(): void {
    this.#peer.resume();
  }

  close(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#closed = true;
    this.#stopListening();
    for (const exchange of this.#inFlight.all()) {
      this.#fail(exchange, closedError(exchange.posted));
      exchange.abort.abort();
    }
    this.#peer.close();
    this.#events.onClosed(closedError(true));
    return Promise.resolve();
  }

  /** The server may have dropped the streams of subscriptions long ago, without a word: whoever wants one asks for it anew. */
  #woke(): void {
    this.#hasSlept = true;
    this.#peer.renew();
    for (const exchange of this.#inFlight.all()) {
      if (exchange.frame.method !== LISTEN) continue;
      this.#fail(exchange, new PortolanError('CONNECTION_LOST', 'The computer slept.', { data: { sent: true } }));
      exchange.abort.abort();
    }
  }

  async #run(exchange: Exchange): Promise<void> {
    const repeats = this.#care.repeatsOf(exchange, this.#patienceMs);
    if (this.#hasSlept && exchange.frame.method === LISTEN) await this.#care.pace.turn(exchange.abort.signal);
    await attemptUntilSettled(exchange, repeats, {
      attempt: () => this.#attempt(exchange),
      fail: (error) => this.#fail(exchange, error),
    });
  }

  /** Posts the message and sees its answer through. Leaves the exchange unsettled only when it must be posted again. */
  async #attempt(exchange: Exchange): Promise<void> {
    exchange.posted = true;
    const response = await this.#post(exchange, exchange.frame);
    if (exchange.settled) response.destroy();
    else if (response.statusCode >= 300) await this.#refused(exchange, response);
    else if (exchange.frame.kind === 'request') await this.#receive(exchange, response);
    else {
      drain(response);
      this.#inFlight.settle(exchange);
    }
  }

  #post(exchange: Exchange, frame: Frame): Promise<HttpResponse> {
    const { signal } = exchange.abort;
    const onWaiting = (isWaiting: boolean): void => noteWaiting(exchange, isWaiting, this.#events);
    const headers = modernHeaders(frame, this.#tools);
    return this.#peer.open({ method: 'POST', headers, body: frame.bytes, signal, frame, onWaiting });
  }

  async #refused(exchange: Exchange, response: HttpResponse): Promise<void> {
    const { answer, data } = await readModernRefusal(response, exchange.frame);
    if (answer === undefined) throw statusError(response, this.#clock.now(), data);
    this.#care.breaker.succeeded();
    if (await this.#hasNewHeaders(exchange, answer)) return;
    this.#deliver(exchange, answer);
  }

  /** The headers of a call did not match: the server has not run it, and its tools are asked for, once, to try again. */
  async #hasNewHeaders(exchange: Exchange, answer: Frame): Promise<boolean> {
    const code = objectOf(answer.message['error'])?.['code'];
    if (code !== HEADER_MISMATCH || exchange.frame.method !== 'tools/call' || exchange.repeated) return false;
    exchange.repeated = true;
    try {
      await refetchTools(exchange.frame, {
        post: (frame) => this.#post(exchange, frame),
        learn: (page) => void this.#learn(page),
      });
      return true;
    } catch {
      return false;
    }
  }

  async #receive(exchange: Exchange, response: HttpResponse): Promise<void> {
    const isStream = mediaType(response) === 'text/event-stream';
    const position = { lastEventId: undefined, retryMs: undefined, events: 0 };
    try {
      await readMessages(response, position, this.#handlers(exchange, isStream ? response : undefined));
    } catch (error) {
      if (!exchange.settled) throw error;
    }
    if (!exchange.settled) throw unanswered(isStream);
  }

  #handlers(exchange: Exchange, stream: HttpResponse | undefined): MessageHandlers {
    return {
      onFrame: (frame) => {
        if (exchange.settled) return;
        this.#deliver(exchange, frame);
        if (exchange.settled && stream !== undefined) this.#takeBack(stream);
      },
      onUnreadable: (error) => this.#log(`The server sent something that is no message: ${error.message}`),
    };
  }

  #takeBack(stream: HttpResponse): void {
    const timer = this.#clock.setTimeout(() => stream.destroy(), LINGER_MS);
    stream.onClosed(() => timer.cancel());
  }

  /** On the stream of a request come notifications about it and its answer, nothing else. */
  #deliver(exchange: Exchange, frame: Frame): void {
    const { id = '', method } = exchange.frame;
    if (frame.kind === 'request') {
      this.#log('The server sent a request, which this protocol version does not have; it was dropped.');
    } else if (frame.kind === 'notification') {
      this.#events.onFrame(frame, id);
    } else if (frame.id === undefined || exactIdKey(frame.id) !== exactIdKey(id)) {
      this.#log('The server answered another request than the one that was asked; the answer was dropped.');
    } else if (this.#inFlight.settle(exchange)) {
      this.#events.onFrame(method === 'tools/list' ? this.#learn(frame) : frame, id);
    }
  }

  #learn(page: Frame): Frame {
    return this.#tools.learn(page, (text) => this.#log(text));
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
}
