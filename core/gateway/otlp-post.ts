// One request to a collector: sends a body, and says what became of it. It follows no redirect and repeats nothing.
// (OpenTelemetry Protocol 1.9, OTLP/HTTP Response)
import type { IncomingMessage } from 'node:http';
import { PortolanError, toPortolanError } from '../../shared/errors.ts';
import type { Clock } from '../base/clock.ts';
import { connectionError } from '../base/connection-error.ts';
import { objectOf } from '../base/json-object.ts';
import { isLoopbackHost } from '../base/loopback-host.ts';
import { http, https } from '../base/node-http.ts';
import { retryAfter } from '../connections/http-errors.ts';
import { checkExtraHeaders, checkRemoteUrl } from '../connections/http-rules.ts';

/** Where to send to: the address before `/v1/traces`, and headers with their secrets. Never log it. */
export interface Collector {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** `rejected`: items that the collector did not want of those it took. `later`: the same may succeed later. */
export type Delivery =
  | { readonly kind: 'taken'; readonly rejected: number }
  | { readonly kind: 'refused'; readonly error: PortolanError }
  | { readonly kind: 'later'; readonly error: PortolanError; readonly afterMs?: number };

export type Signal = 'traces' | 'metrics';

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 64 * 1024;
const TRY_LATER = new Set([429, 502, 503, 504]);

/**
 * The address for one signal.
 * @throws PortolanError URL_REFUSED: only https, and http on this machine, since headers may hold a credential
 */
export function signalUrl(endpoint: string, signal: Signal): URL {
  const url = checkRemoteUrl(endpoint);
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname)) {
    throw new PortolanError('URL_REFUSED', 'The address of the collector is neither https nor on this machine.', {
      hint: 'Use an https address.',
    });
  }
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1/${signal}`;
  return url;
}

/** Sends `body`. Never rejects. */
export async function postOtlp(collector: Collector, signal: Signal, body: Buffer, clock: Clock): Promise<Delivery> {
  const limit = new AbortController();
  const timer = clock.setTimeout(() => limit.abort(), TIMEOUT_MS);
  try {
    const url = signalUrl(collector.url, signal);
    const { headers } = checkExtraHeaders(collector.headers);
    return await judge(await exchange(url, { headers, body, signal: limit.signal }), clock.now());
  } catch (error) {
    if (error instanceof PortolanError) return { kind: 'refused', error };
    const cause = error instanceof Error ? error : new Error(String(error));
    return { kind: 'later', error: connectionError(cause, { sent: false, timedOut: limit.signal.aborted }) };
  } finally {
    timer.cancel();
  }
}

function exchange(
  url: URL,
  options: { headers: Readonly<Record<string, string>>; body: Buffer; signal: AbortSignal },
): Promise<IncomingMessage> {
  const { headers, body, signal } = options;
  return new Promise((resolve, reject) => {
    const { request } = url.protocol === 'https:' ? https : http;
    const all = { ...headers, 'content-type': 'application/json', 'content-length': body.length };
    const sent = request(url, { method: 'POST', headers: all, signal }, resolve);
    sent.on('error', reject);
    sent.end(body);
  });
}

async function judge(response: IncomingMessage, now: number): Promise<Delivery> {
  const { statusCode = 0 } = response;
  if (statusCode >= 200 && statusCode < 300) return { kind: 'taken', rejected: rejectedIn(await readText(response)) };
  response.destroy();
  const error = new PortolanError('HTTP_STATUS', `The collector answered with HTTP status ${String(statusCode)}.`, {
    hint: 'Check the address of the collector and the headers that it wants.',
    data: { status: statusCode },
  });
  if (!TRY_LATER.has(statusCode)) return { kind: 'refused', error };
  const afterMs = retryAfter(response.headers['retry-after'], now);
  return { kind: 'later', error, ...(afterMs !== undefined && { afterMs }) };
}

async function readText(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) {
    text += chunk as string;
    if (text.length > MAX_ANSWER_BYTES) return '';
  }
  return text;
}

/** What a partial success says was left out: the number is text or a number. Any other answer of this status is a full success. */
function rejectedIn(text: string): number {
  try {
    const partial = objectOf(objectOf(JSON.parse(text))?.['partialSuccess']);
    const rejected = Number(partial?.['rejectedSpans'] ?? partial?.['rejectedDataPoints'] ?? 0);
    return Number.isSafeInteger(rejected) && rejected > 0 ? rejected : 0;
  } catch {
    return 0;
  }
}

/** For a sender whose collector cannot even be named. */
export function undeliverable(error: unknown): Delivery {
  return { kind: 'later', error: toPortolanError(error) };
}
