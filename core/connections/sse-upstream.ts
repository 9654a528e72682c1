// HTTP+SSE of MCP 2024-11-05, the client's side: one GET stream brings everything, its first event names the address for POSTs.
// The address must be of the same origin: else a server could make Portolan post to any other. (MCP 2024-11-05, Transports)
import type { HttpResponse } from './http-response.ts';
import { PortolanError, toPortolanError } from '../../shared/errors.ts';
import type { Clock } from '../base/clock.ts';
import type { Frame } from './frame.ts';
import { contentError, mediaType, statusError } from './http-errors.ts';
import { drain, type MessageHandlers, readMessages, type StreamPosition } from './http-messages.ts';
import type { HttpPeer } from './http-peer.ts';
import type { RemoteOptions } from './http-upstream.ts';
import { type Exchange, InFlight } from './in-flight.ts';
import type { RemoteCare } from './remote-care.ts';
import type { Upstream, UpstreamEvents } from './upstream.ts';
import { failExchange, noteWaiting } from './http-endings.ts';

export class SseUpstream implements Upstream {
  readonly transport = 'sse';
  readonly pid = undefined;
  readonly #peer: HttpPeer;
  readonly #events: UpstreamEvents;
  readonly #clock: Clock;
  readonly #care: RemoteCare;
  readonly #patienceMs: number;
  readonly #stopListening: () => void;
  readonly #inFlight = new InFlight(() => {
    if (!this.#closed) this.#events.onDrain?.();
  });
  readonly #life = new AbortController();
  /** Messages that wait for the address, or for the handshake to be taken. */
  #held: Exchange[] = [];
  #holds = 1;
  #address: URL | undefined;
  #closed = false;

  /** The address is waited for as long as a handshake. */
  constructor(peer: HttpPeer, events: UpstreamEvents, options: RemoteOptions) {
    this.#peer = peer;
    this.#events = events;
    this.#clock = options.clock;
    this.#care = options.care;
    this.#patienceMs = options.patienceMs;
    this.#stopListening = options.care.wakes.listen(() => this.#woke());
    void this.#listen(options.handshakeMs);
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
    this.#end(new PortolanError('CONNECTION_LOST', 'The connection to the server was closed.'));
    return Promise.resolve();
  }

  /** The stream that brings the answers is most likely dead. What waits for one has its own deadline. */
  #woke(): void {
    this.#peer.renew();
    if (this.#inFlight.all().length === 0) this.#end(new PortolanError('CONNECTION_LOST', 'The computer slept.'));
  }

  async #listen(handshakeMs: number): Promise<void> {
    const tooLate = (): void => {
      if (this.#address === undefined)
        this.#end(new PortolanError('CONNECT_TIMEOUT', 'The server did not name its address in time.'));
    };
    let timer = this.#clock.setTimeout(tooLate, handshakeMs);
    try {
      const response = await this.#peer.open({
        method: 'GET',
        headers: { accept: 'text/event-stream' },
        onWaiting: (isWaiting) => {
          timer.cancel();
          if (!isWaiting) timer = this.#clock.setTimeout(tooLate, handshakeMs);
          this.#events.onPersonAsked?.('', isWaiting);
        },
        signal: this.#life.signal,
      });
      if (response.statusCode !== 200) {
        drain(response);
        if (response.statusCode >= 500) this.#care.breaker.failed('HTTP_STATUS');
        throw statusError(response, this.#clock.now());
      }
      await this.#read(response);
      throw new PortolanError('CONNECTION_LOST', 'The server ended its event stream.');
    } catch (error) {
      this.#end(toPortolanError(error));
    } finally {
      timer.cancel();
    }
  }

  #read(response: HttpResponse): Promise<void> {
    if (mediaType(response) !== 'text/event-stream') {
      drain(response);
      throw contentError(response);
    }
    const position: StreamPosition = { lastEventId: undefined, retryMs: undefined, events: 0 };
    const handlers: MessageHandlers = {
      onFrame: (frame) => this.#deliver(frame),
      onUnreadable: (error) => this.#log(`The server sent something that is no message: ${error.message}`),
      onOtherEvent: (name, data) => {
        if (name === 'endpoint') this.#setAddress(data);
      },
    };
    return readMessages(response, position, handlers);
  }

  #setAddress(data: Buffer): void {
    if (this.#address !== undefined || this.#closed) return;
    const text = data.toString('utf8');
    const url = URL.canParse(text, this.#peer.url.href) ? new URL(text, this.#peer.url.href) : undefined;
    if (url === undefined || url.origin !== this.#peer.url.origin || url.username !== '' || url.password !== '') {
      this.#end(
        new PortolanError('URL_REFUSED', 'The server names an address of another origin for messages.', {
          hint: 'Ask the operator of the server; Portolan sends nothing there.',
          data: { sent: false, ...(url === undefined ? {} : { origin: url.origin }) },
        }),
      );
      return;
    }
    this.#address = url;
    this.#release();
  }

  /** The handshake's last message goes alone: a server may refuse what overtakes it. */
  #start(exchange: Exchange): void {
    if (exchange.frame.method === 'notifications/initialized') {
      this.#holds++;
      exchange.onSettled = () => this.#release();
    }
    void this.#post(exchange);
  }

  #release(): void {
    this.#holds--;
    while (this.#holds === 0) {
      const exchange = this.#held.shift();
      if (exchange === undefined) return;
      if (!exchange.settled) this.#start(exchange);
    }
  }

  async #post(exchange: Exchange): Promise<void> {
    const repeats = this.#care.repeatsOf(exchange, this.#patienceMs);
    for (;;) {
      try {
        await this.#attempt(exchange);
        return;
      } catch (error) {
        const problem = toPortolanError(error);
        if (await repeats.after(problem)) continue;
        this.#fail(exchange, problem);
        return;
      }
    }
  }

  async #attempt(exchange: Exchange): Promise<void> {
    const { frame, abort } = exchange;
    exchange.posted = true;
    const response = await this.#peer.open({
      method: 'POST',
      ...(this.#address === undefined ? {} : { url: this.#address }),
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: frame.bytes,
      frame,
      onWaiting: (isWaiting) => noteWaiting(exchange, isWaiting, this.#events),
      signal: abort.signal,
    });
    drain(response);
    if (response.statusCode >= 300) throw statusError(response, this.#clock.now());
    if (frame.kind !== 'request') this.#inFlight.settle(exchange);
    if (frame.method === 'notifications/cancelled') this.#inFlight.forgetCancelled(frame);
  }

  #deliver(frame: Frame): void {
    if (this.#closed) return;
    const isAnswer = frame.kind === 'response' && frame.id !== undefined && frame.id !== 'null';
    if (isAnswer && this.#inFlight.answer(frame) === undefined) {
      this.#log('The server answered a request that is not waiting; the answer was dropped.');
    } else this.#events.onFrame(frame);
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

  /** The stream cannot be taken up again in this protocol version: its end is that of the connection. */
  #end(error: PortolanError): void {
    if (this.#closed) return;
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    const told = (sent: boolean): PortolanError =>
      new PortolanError(error.code, error.message, { ...hint, data: { ...error.data, sent }, cause: error });
    this.#holds = Number.POSITIVE_INFINITY;
    for (const exchange of this.#inFlight.all()) {
      this.#fail(exchange, told(exchange.posted));
      exchange.abort.abort();
    }
    this.#closed = true;
    this.#stopListening();
    this.#life.abort();
    this.#peer.close();
    this.#events.onClosed(told(this.#address !== undefined));
  }
}
