// What answers at the address of a remote server: one request, judged by status and content type before any protocol is spoken.
import { CircuitBreaker } from '../circuit-breaker.ts';
import { PortolanError } from '../../../shared/errors.ts';
import type { Clock } from '../../base/clock.ts';
import { contentError, mediaType, statusError } from '../http-errors.ts';
import { drain } from '../http-messages.ts';
import { HttpPeer } from '../http-peer.ts';
import type { HttpResponse } from '../http-response.ts';
import { checkExtraHeaders } from '../http-rules.ts';

/** `events`: a stream is answered to GET, as by HTTP+SSE servers. `sign-in`: status 401. */
export type EndpointAnswer =
  | { readonly kind: 'messages' | 'events'; readonly status: number }
  | { readonly kind: 'sign-in'; readonly error: PortolanError };

export interface EndpointOptions {
  readonly type: 'streamable-http' | 'sse' | 'http-auto';
  /** Of the entry, references resolved: they go to the server only. */
  readonly headers: Readonly<Record<string, string>>;
  /** A request that a server of any generation may answer, as JSON. */
  readonly request: { readonly body: Buffer; readonly headers: Readonly<Record<string, string>> };
  readonly clock: Clock;
  readonly timeoutMs: number;
}

/** Answers that say nothing about the address: the request itself was not wanted. */
const OF_PROTOCOL = new Set([400, 406, 415, 422]);
const NOT_HERE = new Set([404, 405]);

/**
 * Asks the address as the entry's type says.
 * @throws PortolanError CONNECT_REFUSED, CONNECT_TIMEOUT, CONNECTION_LOST, PROTOCOL_ERROR, URL_REFUSED (a redirect elsewhere), HTTP_STATUS,
 *   HTTP_UNEXPECTED_CONTENT (a page where messages belong), REQUEST_TIMEOUT, UNSUPPORTED (HTTP+SSE behind another type)
 */
export async function probeEndpoint(url: URL, options: EndpointOptions): Promise<EndpointAnswer> {
  const { type, clock, timeoutMs } = options;
  const { headers } = checkExtraHeaders(options.headers);
  const peer = new HttpPeer({ url, headers, clock, connectMs: timeoutMs, breaker: new CircuitBreaker({ clock }) });
  const limit = new AbortController();
  const timer = clock.setTimeout(() => limit.abort(), timeoutMs);
  const get = () => peer.open({ method: 'GET', headers: { accept: 'text/event-stream' }, signal: limit.signal });
  const now = () => clock.now();
  try {
    if (type === 'sse') return judgeStream(await get(), now());
    const { body, headers: own } = options.request;
    const response = await peer.open({ method: 'POST', headers: own, body, signal: limit.signal });
    const status = response.statusCode;
    const isJson = mediaType(response) === 'application/json';
    if (!NOT_HERE.has(status) || isJson) return judgeMessages(response, now());
    drain(response);
    const stream = await get();
    if (stream.statusCode !== 200 || mediaType(stream) !== 'text/event-stream') throw statusError(response, now());
    stream.destroy();
    if (type === 'http-auto') return { kind: 'events', status };
    throw new PortolanError(
      'UNSUPPORTED',
      'The server speaks the older HTTP+SSE, and its entry says Streamable HTTP.',
      {
        hint: 'Set the type of the entry to http-auto or sse.',
        data: { status },
      },
    );
  } catch (error) {
    if (!limit.signal.aborted) throw error;
    throw new PortolanError('REQUEST_TIMEOUT', `The server did not answer within ${timeoutMs / 1_000} seconds.`, {
      hint: 'Try again later; if it goes on, tell the operator of the server.',
      data: { sent: true, timeoutMs },
      cause: error,
    });
  } finally {
    timer.cancel();
    peer.close();
  }
}

function judgeMessages(response: HttpResponse, now: number): EndpointAnswer {
  const status = response.statusCode;
  const type = mediaType(response);
  response.destroy();
  if (status === 401) return { kind: 'sign-in', error: statusError(response, now) };
  const isMessage = type === 'application/json' || type === 'text/event-stream';
  if (status < 300) {
    if (isMessage || status === 202) return { kind: 'messages', status };
    throw contentError(response);
  }
  if (OF_PROTOCOL.has(status) || (NOT_HERE.has(status) && isMessage)) return { kind: 'messages', status };
  throw statusError(response, now);
}

function judgeStream(response: HttpResponse, now: number): EndpointAnswer {
  const status = response.statusCode;
  response.destroy();
  if (status === 401) return { kind: 'sign-in', error: statusError(response, now) };
  if (status >= 300) throw statusError(response, now);
  if (mediaType(response) !== 'text/event-stream') throw contentError(response);
  return { kind: 'events', status };
}
