// One remote HTTP server: its keep-alive sockets, its headers and the rules for redirects. It knows nothing of MCP,
// follows no redirect to another origin, and never repeats a request by itself.
import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { urlToHttpOptions } from 'node:url';
import { PortolanError } from '../../shared/errors.ts';
import type { Clock, Timer } from '../base/clock.ts';
import { http, https } from '../base/node-http.ts';
import { connectionError } from './http-errors.ts';

const MAX_REDIRECTS = 3;
const MAX_HEADER_BYTES = 16 * 1024;
/** Common servers drop an idle socket after 5 s. A request that meets the close may or may not have run: stay below. */
const IDLE_SOCKET_MS = 4_000;

export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Another resource of the same origin; the peer's own URL when absent. */
  readonly url?: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  readonly signal: AbortSignal;
}

export class HttpPeer {
  readonly url: URL;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #clock: Clock;
  readonly #connectMs: number;
  readonly #agent: Agent;
  readonly #options: ReturnType<typeof urlToHttpOptions>;
  readonly #responses = new Set<IncomingMessage>();
  #paused = false;

  /** `headers` go with every request; they are checked (`checkExtraHeaders`). `connectMs`: longest wait for a connection. */
  constructor(options: { url: URL; headers: Readonly<Record<string, string>>; clock: Clock; connectMs: number }) {
    this.url = options.url;
    this.#options = urlToHttpOptions(options.url);
    this.#headers = options.headers;
    this.#clock = options.clock;
    this.#connectMs = options.connectMs;
    const Agent = options.url.protocol === 'https:' ? https.Agent : http.Agent;
    this.#agent = new Agent({ keepAlive: true, timeout: IDLE_SOCKET_MS });
  }

  /**
   * Sends a request and gives its response, headers read, body not. Redirects 307 and 308 within the origin are followed.
   * @throws PortolanError CONNECT_REFUSED, CONNECT_TIMEOUT, CONNECTION_LOST, PROTOCOL_ERROR, URL_REFUSED; data.sent is set.
   */
  async open(call: HttpCall): Promise<IncomingMessage> {
    let url = call.url ?? this.url;
    for (let hops = 0; ; hops++) {
      const response = await this.#request(url, call);
      const next = redirectTarget(response, url);
      if (next === undefined) return this.#track(response);
      response.destroy();
      if (hops === MAX_REDIRECTS) {
        throw new PortolanError('URL_REFUSED', `The server redirected more than ${String(MAX_REDIRECTS)} times.`, {
          hint: 'Set the final URL in the server entry.',
          data: { sent: true, status: response.statusCode ?? 0 },
        });
      }
      url = next;
    }
  }

  /** Stops reading all bodies, those of later responses included. */
  pause(): void {
    this.#paused = true;
    for (const response of this.#responses) response.pause();
  }

  resume(): void {
    this.#paused = false;
    for (const response of this.#responses) response.resume();
  }

  /** Ends every socket; requests in flight fail. */
  close(): void {
    this.#agent.destroy();
  }

  #request(url: URL, call: HttpCall): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const isTls = url.protocol === 'https:';
      const length = call.body === undefined ? undefined : { 'content-length': String(call.body.length) };
      const request = (isTls ? https : http).request({
        ...(url === this.url ? this.#options : urlToHttpOptions(url)),
        method: call.method,
        headers: { ...this.#headers, 'accept-encoding': 'identity', ...call.headers, ...length },
        agent: this.#agent,
        maxHeaderSize: MAX_HEADER_BYTES,
      });
      // The `signal` option would watch the whole life of both streams; this is all that is needed.
      const abort = () => request.destroy(new Error('aborted'));
      if (call.signal.aborted) abort();
      else call.signal.addEventListener('abort', abort, { once: true });
      const state = { sent: false, timedOut: false };
      request.once('socket', (socket) => this.#watchConnect(request, socket, isTls, state));
      request.once('response', resolve);
      request.on('error', (error) => reject(connectionError(error, state)));
      request.end(call.body);
    });
  }

  /** Bytes leave as soon as the connection stands: from then on the server may have acted on the request. */
  #watchConnect(
    request: ClientRequest,
    socket: Socket,
    isTls: boolean,
    state: { sent: boolean; timedOut: boolean },
  ): void {
    if (request.reusedSocket) {
      state.sent = true;
      return;
    }
    const timer: Timer = this.#clock.setTimeout(() => {
      state.timedOut = true;
      request.destroy(new Error('connect timed out'));
    }, this.#connectMs);
    request.once('close', () => timer.cancel());
    socket.once(isTls ? 'secureConnect' : 'connect', () => {
      state.sent = true;
      timer.cancel();
    });
  }

  #track(response: IncomingMessage): IncomingMessage {
    this.#responses.add(response);
    response.once('close', () => this.#responses.delete(response));
    if (this.#paused) response.pause();
    return response;
  }
}

/** Where a 307 or 308 points within the origin. Every other redirect with a target elsewhere is refused. */
function redirectTarget(response: IncomingMessage, from: URL): URL | undefined {
  const status = response.statusCode ?? 0;
  const location = response.headers.location;
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return undefined;
  const target = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  if (target === undefined || target.origin !== from.origin || target.username !== '' || target.password !== '') {
    response.destroy();
    throw new PortolanError('URL_REFUSED', 'The server redirects to another origin, which Portolan does not follow.', {
      hint: 'If you trust the new address, set it as the URL of the server.',
      data: { sent: true, status, ...(target === undefined ? {} : { origin: target.origin }) },
    });
  }
  return status === 307 || status === 308 ? target : undefined;
}
