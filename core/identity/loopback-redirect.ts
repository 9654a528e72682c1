// Waits on 127.0.0.1 for the browser to come back from one sign-in: takes one answer on one path, and lets nobody else
// spend it. (RFC 8252, 7.3 and 8.3)
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PortolanError } from '../../shared/errors.ts';
import type { Clock } from '../base/clock.ts';
import { errnoSentence } from '../base/errno.ts';
import { http } from '../base/node-http.ts';
import { PAGE_HEADERS, type RedirectEnd, redirectPage } from './redirect-page.ts';

/** Path of every redirect address: a client is registered with it, so it never changes. */
const REDIRECT_PATH = '/callback';
/** How long a sign-in may take, in milliseconds. */
const TIMEOUT_MS = 5 * 60_000;
/** How long the browser waits to be told how the sign-in ended, in milliseconds. */
const PAGE_WAIT_MS = 30_000;

export interface Redirect {
  /** What goes as `redirect_uri`. */
  readonly uri: string;
  /** The query of the first answer that was accepted. Rejects with SIGN_IN_EXPIRED, or SIGN_IN_CANCELLED after `close`. */
  readonly answer: Promise<URLSearchParams>;
  /** Tells the browser that waits how the sign-in ended, then closes. Without it, the page names no end. */
  finish(end: 'signed-in' | 'failed'): void;
  close(): void;
}

export interface RedirectOptions {
  /** Port on 127.0.0.1; any free one when absent. */
  readonly port?: number;
  readonly clock: Clock;
  /** Milliseconds until the sign-in expires; 5 minutes when absent. */
  readonly timeoutMs?: number;
  /** Whether the query belongs to this sign-in, by its state. What does not is turned away and changes nothing. */
  accept(params: URLSearchParams): boolean;
}

/**
 * Listens for the answer of one sign-in.
 * @throws PortolanError ADDRESS_IN_USE when the port cannot be had
 */
export async function listenForRedirect(options: RedirectOptions): Promise<Redirect> {
  const server = http.createServer({ headersTimeout: 10_000, requestTimeout: 10_000 });
  await listen(server, options.port ?? 0);
  return new LoopbackRedirect(server, options);
}

class LoopbackRedirect implements Redirect {
  readonly uri: string;
  readonly answer: Promise<URLSearchParams>;
  readonly #authority: string;
  readonly #server: Server;
  readonly #options: RedirectOptions;
  readonly #got = Promise.withResolvers<URLSearchParams>();
  #timer: { cancel(): void };
  #waiting: ServerResponse | undefined;
  #answered = false;
  #ended = false;

  constructor(server: Server, options: RedirectOptions) {
    this.#server = server;
    this.#options = options;
    this.#authority = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.uri = `http://${this.#authority}${REDIRECT_PATH}`;
    this.answer = this.#got.promise;
    this.answer.catch(() => undefined);
    this.#timer = options.clock.setTimeout(() => this.#expire(), options.timeoutMs ?? TIMEOUT_MS);
    server.on('request', (request, response) => this.#take(request, response));
    server.on('clientError', (_error, socket) => socket.destroy());
  }

  finish(end: 'signed-in' | 'failed'): void {
    this.#end(end);
  }

  close(): void {
    this.#end('received');
  }

  #expire(): void {
    this.#got.reject(new PortolanError('SIGN_IN_EXPIRED', 'Nobody finished the sign-in in the browser in time.'));
    this.#end('failed');
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const params = this.#paramsOf(request);
    if (typeof params === 'number') {
      respond(response, params, 'foreign');
      return;
    }
    this.#answered = true;
    this.#waiting = response;
    this.#timer.cancel();
    this.#timer = this.#options.clock.setTimeout(() => this.#end('received'), PAGE_WAIT_MS);
    this.#got.resolve(params);
  }

  /** The query of the answer that is waited for; the status to refuse with for any other request. */
  #paramsOf(request: IncomingMessage): URLSearchParams | number {
    const [path, query = ''] = splitOnce(request.url ?? '', '?');
    if (request.headers.host !== this.#authority) return 421;
    if (path !== REDIRECT_PATH) return 404;
    if (request.method !== 'GET') return 405;
    if (isPrefetch(request)) return 503;
    if (this.#answered) return 410;
    const params = new URLSearchParams(query);
    return this.#options.accept(params) ? params : 400;
  }

  /** Answers the browser that waits, then closes, also connections that say nothing. */
  #end(end: RedirectEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    // Without effect when the answer came or its time was over.
    this.#got.reject(new PortolanError('SIGN_IN_CANCELLED', 'The sign-in was cancelled.'));
    this.#timer.cancel();
    this.#answered = true;
    this.#server.close();
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined || waiting.destroyed) {
      this.#server.closeAllConnections();
    } else {
      waiting.once('close', () => this.#server.closeAllConnections());
      respond(waiting, 200, end);
    }
  }
}

/** Whether the browser asks ahead of a person's going there. */
function isPrefetch({ headers }: IncomingMessage): boolean {
  return [headers['sec-purpose'], headers['purpose']]
    .flat()
    .some((why) => why !== undefined && /pre(?:fetch|render)/i.test(why));
}

function respond(response: ServerResponse, status: number, end: RedirectEnd): void {
  if (response.destroyed) return;
  response.writeHead(status, PAGE_HEADERS).end(redirectPage(end));
}

function splitOnce(text: string, at: string): [before: string, after?: string] {
  const index = text.indexOf(at);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + 1)];
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, port)));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, resolve);
  });
}

function listenError(error: Error, port: number): PortolanError {
  const where = port === 0 ? '127.0.0.1' : `port ${port} of 127.0.0.1`;
  return new PortolanError(
    'ADDRESS_IN_USE',
    `Portolan cannot listen for the browser on ${where}: ${errnoSentence(error)}.`,
    {
      hint: 'End the program or the other sign-in that holds the port, or choose another one with "redirectPort".',
      data: { port },
      cause: error,
    },
  );
}
