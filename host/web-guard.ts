// Decides whether a request to the loopback web host may be looked at: from its head alone, before the body is read.
// Pure; `web-host.ts` lists the attacks that each rule answers.
import type { IncomingMessage } from 'node:http';

export interface Refusal {
  readonly status: number;
  /** Stable word for the count of refusals. */
  readonly reason: string;
}

const MAX_HEADERS = 100;
/** Bodies on the web host: import texts are the largest thing a page sends. */
const MAX_BODY_BYTES = 17 * 1024 * 1024;
const METHODS: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD', 'POST']);

/** Why `req` is refused, or undefined when it comes from a page of `authority` (`127.0.0.1:PORT`) or from no page. */
export function refusalOf(req: IncomingMessage, authority: string): Refusal | undefined {
  const headers = headersOf(req);
  if (headers.length > MAX_HEADERS) return { status: 431, reason: 'too-many-headers' };
  // RFC 9112 section 3.2: exactly one Host; an absolute-form target would overrule it.
  const hosts = valuesOf(headers, 'host');
  if (hosts.length !== 1 || hosts[0] !== authority) return { status: 403, reason: 'host' };
  if (!(req.url ?? '').startsWith('/')) return { status: 403, reason: 'target' };
  const origins = valuesOf(headers, 'origin');
  if (origins.some((origin) => origin !== `http://${authority}`)) return { status: 403, reason: 'origin' };
  const sites = valuesOf(headers, 'sec-fetch-site');
  if (sites.some((site) => site !== 'same-origin' && site !== 'none')) return { status: 403, reason: 'cross-site' };
  if (!METHODS.has(req.method)) return { status: 405, reason: 'method' };
  if (valuesOf(headers, 'upgrade').length > 0) return { status: 400, reason: 'upgrade' };
  return bodyRefusal(req, headers);
}

/** Text after `Bearer `, or undefined. A token anywhere but in that header is not read. */
export function bearerOf(req: IncomingMessage): string | undefined {
  const values = valuesOf(headersOf(req), 'authorization');
  return values.length === 1 ? /^Bearer ([\w-]{1,200})$/.exec(values[0] ?? '')?.[1] : undefined;
}

function bodyRefusal(req: IncomingMessage, headers: readonly (readonly [string, string])[]): Refusal | undefined {
  // A page's fetch always knows its length; without chunks there is nothing to smuggle in them.
  if (valuesOf(headers, 'transfer-encoding').length > 0) return { status: 411, reason: 'chunked' };
  const length = Number(valuesOf(headers, 'content-length')[0] ?? 0);
  if (length > MAX_BODY_BYTES) return { status: 413, reason: 'too-large' };
  if (req.method !== 'POST') return length > 0 ? { status: 400, reason: 'body' } : undefined;
  // Forms and beacons can only send the three simple types: a page of another origin needs leave for this one.
  const types = valuesOf(headers, 'content-type');
  if (types.length !== 1 || !/^application\/json(?:;\s*charset=utf-8)?$/i.test(types[0] ?? '')) {
    return { status: 415, reason: 'content-type' };
  }
  return undefined;
}

/** From rawHeaders: `headers` joins or drops repeated ones. */
function headersOf(req: IncomingMessage): [string, string][] {
  const pairs: [string, string][] = [];
  for (let index = 0; index < req.rawHeaders.length; index += 2) {
    pairs.push([(req.rawHeaders[index] ?? '').toLowerCase(), req.rawHeaders[index + 1] ?? '']);
  }
  return pairs;
}

function valuesOf(headers: readonly (readonly [string, string])[], name: string): string[] {
  return headers.filter(([key]) => key === name).map(([, value]) => value);
}
