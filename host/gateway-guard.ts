// Decides whether a request to the HTTP gateway may be looked at: from its head alone, before the body is read.
// Pure; `gateway-host.ts` lists the attacks that each rule answers.
import type { IncomingMessage } from 'node:http';
import { valuesOf } from '../core/gateway/http/modern-headers.ts';
import type { Refusal } from './web-guard.ts';

const MAX_HEADERS = 100;
const METHODS: ReadonlySet<string | undefined> = new Set(['GET', 'POST', 'DELETE']);

/** Under which names the gateway may be called. */
export interface GatewayNames {
  /** `127.0.0.1:PORT`. */
  readonly authority: string;
  /** The origin under which a reverse proxy offers it. Nothing else that a proxy says is believed. */
  readonly publicOrigin: string | undefined;
}

/** Why `req` is refused, or undefined when it comes from no web page, or from one of the public origin. */
export function gatewayRefusal(req: IncomingMessage, names: GatewayNames): Refusal | undefined {
  const { rawHeaders: raw } = req;
  const { authority, publicOrigin } = names;
  if (raw.length / 2 > MAX_HEADERS) return { status: 431, reason: 'too-many-headers' };
  // RFC 9112 section 3.2: exactly one Host; an absolute-form target would overrule it.
  const hosts = valuesOf(raw, 'host');
  const [host] = hosts;
  const isKnown = host === authority || (publicOrigin !== undefined && host === new URL(publicOrigin).host);
  if (hosts.length !== 1 || !isKnown) return { status: 403, reason: 'host' };
  if (!(req.url ?? '').startsWith('/')) return { status: 403, reason: 'target' };
  const origins = valuesOf(raw, 'origin');
  if (origins.length > 1 || (origins.length === 1 && origins[0] !== publicOrigin))
    return { status: 403, reason: 'origin' };
  const sites = valuesOf(raw, 'sec-fetch-site');
  const isOwnPage = origins.length === 1;
  if (!isOwnPage && sites.some((site) => site !== 'none')) return { status: 403, reason: 'cross-site' };
  if (!METHODS.has(req.method)) return { status: 405, reason: 'method' };
  if (valuesOf(raw, 'upgrade').length > 0) return { status: 400, reason: 'upgrade' };
  // A client knows how long its message is; without chunks there is nothing to smuggle in them.
  if (valuesOf(raw, 'transfer-encoding').length > 0) return { status: 411, reason: 'chunked' };
  const types = valuesOf(raw, 'content-type');
  // Forms and beacons can only send the three simple types: a page of another origin needs leave for this one.
  if (
    req.method === 'POST' &&
    !(types.length === 1 && /^application\/json(?:;\s*charset=utf-8)?$/i.test(types[0] ?? ''))
  ) {
    return { status: 415, reason: 'content-type' };
  }
  return undefined;
}
