// One remote HTTP server as one connection sees it: its headers, its requests and the rules for redirects. It knows nothing of
// MCP, follows no redirect to another origin, never repeats a request by itself, and asks the server's breaker before each.
import { PortolanError, toPortolanError } from '../../shared/errors.ts';
import type { Clock } from '../base/clock.ts';
import { parseChallenges } from '../oauth/challenge.ts';
import { type Credentials, NO_CREDENTIALS, type Refusal, type RequestAuth } from '../oauth/request-auth.ts';
import { Bag, type Bagged } from '../base/bag.ts';
import { objectOf, textOf } from '../base/json-object.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import type { Frame } from './frame.ts';
import { connectionError } from '../base/connection-error.ts';
import { drain } from './http-messages.ts';
import { CONNECT_TIMED_OUT } from './http-pool.ts';
import { HttpResponse } from './http-response.ts';
import { HttpSockets } from './http-sockets.ts';

const MAX_REDIRECTS = 3;
/** Of one request, with other credentials each time. */
const MAX_TRIES = 4;

export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Another resource of the same origin; the peer's own URL when absent. */
  readonly url?: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Nothing depends on it, and it may stay silent: neither that it breaks nor when it answers says how the server is. */
  readonly isBonus?: boolean;
  /** The message that it carries. */
  readonly frame?: Frame;
  /** It waits for a person to sign in, or does so no more. Told in pairs. */
  readonly onWaiting?: ((isWaiting: boolean) => void) | undefined;
  readonly signal: AbortSignal;
}

/** A request that has not ended. */
interface Running extends Bagged {
  readonly giveUp: () => void;
}

/** What came of a request, and the credentials that went with it. */
interface Answered {
  readonly response: HttpResponse;
  readonly url: URL;
  readonly used: Credentials;
}

export class HttpPeer {
  readonly url: URL;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #breaker: CircuitBreaker;
  readonly #auth: RequestAuth | undefined;
  readonly #sockets: HttpSockets;
  readonly #leave: () => void;
  readonly #path: string;
  readonly #responses = new Bag<HttpResponse>();
  readonly #running = new Bag<Running>();
  #paused = false;
  #closed = false;

  /**
   * `headers` go with every request; they are checked (`checkExtraHeaders`). `connectMs`: longest wait for a connection. `auth`: gives
   * each request its credentials, and is asked what to do when they are refused. `sockets`: those of the server, where other
   * connections use them too.
   */
  constructor(options: {
    url: URL;
    headers: Readonly<Record<string, string>>;
    clock: Clock;
    connectMs: number;
    breaker: CircuitBreaker;
    auth?: RequestAuth | undefined;
    sockets?: HttpSockets;
  }) {
    const { url, headers, clock, connectMs, breaker } = options;
    const { sockets = new HttpSockets({ origin: url.origin, clock, connectMs, isShared: false }) } = options;
    this.#auth = options.auth;
    this.url = url;
    this.#headers = { 'accept-encoding': 'identity', ...headers };
    this.#sockets = sockets;
    this.#leave = sockets.join();
    this.#breaker = breaker;
    this.#path = pathOf(url);
  }

  /**
   * Sends a request and gives its response, headers read, body not. Redirects 307 and 308 within the origin are followed. A request
   * that the server refused for its credentials did not run: it goes again with others, when there are any.
   * @throws PortolanError CIRCUIT_OPEN, CONNECT_REFUSED, CONNECT_TIMEOUT, CONNECTION_LOST, PROTOCOL_ERROR, URL_REFUSED, and what
   *   getting credentials throws; data.sent is set.
   */
  async open(call: HttpCall): Promise<HttpResponse> {
    const auth = this.#auth;
    for (let tries = 1; ; tries++) {
      this.#breaker.admit(call.isBonus !== true);
      // What an authorization server does says nothing of this one: here nothing is held against it.
      const given = auth?.credentials({ method: call.method, url: call.url ?? this.url }) ?? NO_CREDENTIALS;
      const first = given instanceof Promise ? await given : given;
      let answered: Answered;
      try {
        answered = await this.#follow(call, first);
      } catch (error) {
        this.#noteFailure(call, toPortolanError(error));
        throw error;
      }
      const { response, url, used } = answered;
      // What a server error means depends on its body: whoever reads that tells the breaker.
      if (response.statusCode < 500) this.#breaker.succeeded();
      if (auth === undefined) return response;
      auth.noteResponse(response, url, used);
      const refusal = tries < MAX_TRIES ? refusalOf(response, call) : undefined;
      if (refusal === undefined) return response;
      drain(response);
      await auth.refused(refusal, used, call.signal);
    }
  }

  async #follow(call: HttpCall, first: Credentials): Promise<Answered> {
    let url = call.url ?? this.url;
    let used = first;
    for (let hops = 0; ; hops++) {
      const response = await this.#request(url, call, used);
      const next = redirectTarget(response, url);
      if (next === undefined) return { response: this.#track(response), url, used };
      response.destroy();
      if (hops === MAX_REDIRECTS) {
        throw new PortolanError('URL_REFUSED', `The server redirected more than ${String(MAX_REDIRECTS)} times.`, {
          hint: 'Set the final URL in the server entry.',
          data: { sent: true, status: response.statusCode },
        });
      }
      url = next;
      used = (await this.#auth?.credentials({ method: call.method, url })) ?? NO_CREDENTIALS;
    }
  }

  /** Stops reading all bodies, those of later responses included. */
  pause(): void {
    this.#paused = true;
    for (const response of this.#responses.all()) response.hold(true, 'owner');
  }

  resume(): void {
    this.#paused = false;
    for (const response of this.#responses.all()) {
      response.hold(false, 'owner');
      if (response.isClosed) this.#responses.remove(response);
    }
  }

  /** Uses no socket of before any more; requests in flight keep theirs. */
  renew(): void {
    this.#sockets.renew();
  }

  /** Ends the requests in flight, which fail, with their sockets; there will be no others. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const { giveUp } of this.#running.all()) giveUp();
    this.#leave();
  }

  #noteFailure({ signal, isBonus = false }: HttpCall, { code, data }: PortolanError): void {
    const isServers = code.startsWith('CONNECT') || code === 'PROTOCOL_ERROR';
    const isTelling = !isBonus || data['sent'] === false;
    if (isServers && isTelling && !signal.aborted) this.#breaker.failed(code);
  }

  #request(url: URL, call: HttpCall, used: Credentials): Promise<HttpResponse> {
    const { method, headers, body = null, signal } = call;
    return new Promise((resolve, reject) => {
      let sent = false;
      let response: HttpResponse | undefined;
      let abortRequest: ((reason: Error) => void) | undefined;
      const ended = (): void => {
        signal.removeEventListener('abort', abort);
        this.#running.remove(running);
      };
      const fail = (error: Error): void => {
        ended();
        const timedOut = 'code' in error && error.code === CONNECT_TIMED_OUT;
        if (response === undefined) reject(connectionError(error, { sent, timedOut }));
        else response.finish(error);
      };
      const abort = (): void => {
        const reason = new Error('aborted');
        // A request that waits for its connection is given up at once, and never written.
        if (abortRequest === undefined) fail(reason);
        else abortRequest(reason);
      };
      const running: Running = { giveUp: abort, place: undefined };
      if (signal.aborted || this.#closed) {
        abort();
        return;
      }
      signal.addEventListener('abort', abort, { once: true });
      this.#running.add(running);
      this.#sockets.dispatch(
        {
          path: url === this.url ? this.#path : pathOf(url),
          method,
          headers: { ...this.#headers, ...headers, ...used.headers },
          body,
        },
        {
          onRequestStart: (controller) => {
            if (signal.aborted || this.#closed) {
              controller.abort(new Error('aborted'));
              return;
            }
            // The connection stands and bytes leave: from now on the server may have acted on the request.
            sent = true;
            abortRequest = (reason) => controller.abort(reason);
          },
          onResponseStart: (controller, statusCode, answerHeaders) => {
            if (statusCode < 200) return;
            response = new HttpResponse(controller, statusCode, answerHeaders);
            resolve(response);
          },
          onResponseData: (_controller, chunk) => response?.take(chunk),
          onResponseEnd: () => {
            ended();
            this.#sockets.freed();
            response?.finish();
          },
          onResponseError: (_controller, error) => fail(error),
        },
      );
    });
  }

  #track(response: HttpResponse): HttpResponse {
    this.#responses.add(response);
    if (this.#paused) response.hold(true, 'owner');
    // One that came in whole while nobody reads has yet to be given to its reader.
    response.onClosed(() => {
      if (!this.#paused) this.#responses.remove(response);
    });
    return response;
  }
}

/** The refusal that other credentials may mend: any 401, and a 403 that asks for more rights. (RFC 6750 section 3.1) */
function refusalOf(response: HttpResponse, { frame, onWaiting, isBonus = false }: HttpCall): Refusal | undefined {
  const status = response.statusCode;
  if (status !== 401 && status !== 403) return undefined;
  const challenges = parseChallenges(response.headers['www-authenticate']);
  const isScope = challenges.some(({ params }) => params['error'] === 'insufficient_scope');
  if (status === 403 && !isScope) return undefined;
  return { status, challenges, what: frame && whatOf(frame), onWaiting, mayWait: !isBonus };
}

/** The tool that is called, else the method. */
function whatOf({ method, message }: Frame): string | undefined {
  return method === 'tools/call' ? textOf(objectOf(message['params'])?.['name']) : method;
}

function pathOf(url: URL): string {
  return `${url.pathname}${url.search}`;
}

/** Where a 307 or 308 points within the origin. Every other redirect with a target elsewhere is refused. */
function redirectTarget(response: HttpResponse, from: URL): URL | undefined {
  const status = response.statusCode;
  const location = response.headers['location'];
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
