// Fetch for addresses that strangers name: metadata, registration and token endpoints. Every hop is checked before its connection,
// the connection goes to the address that was checked, and time and size are limited. (RFC 9728 section 7.7; OWASP SSRF)
import { lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { PortolanError } from '../../shared/errors.ts';
import { type AddressKind, addressKind } from '../base/address-kind.ts';
import type { Clock } from '../base/clock.ts';
import { connectionError } from '../base/connection-error.ts';
import { requestPinned } from './guarded-fetch-request.ts';
import { checkSignInUrl, isLoopbackHost } from './safe-url.ts';

const MAX_BYTES = 1024 * 1024;
const TIMEOUT_MS = 15_000;
const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

interface GuardedRequest {
  readonly method?: string;
  readonly headers?: ConstructorParameters<typeof Headers>[0];
  /** A stream is refused: what is sent here is small. */
  readonly body?: string | URLSearchParams | Uint8Array | ArrayBuffer | ReadableStream | null | undefined;
  readonly signal?: AbortSignal | undefined;
  /** `follow` (GET alone): at most five hops, each checked anew. Without it, a redirect is given back as it is. */
  readonly redirect?: 'follow' | 'manual';
}

/**
 * Fetches and gives the whole answer, of any status.
 * @throws PortolanError URL_REFUSED, ADDRESS_BLOCKED, CONNECT_REFUSED, CONNECT_TIMEOUT, CONNECTION_LOST, REQUEST_TIMEOUT,
 * PROTOCOL_ERROR, METADATA_INVALID (too large); the caller's own abort: SIGN_IN_CANCELLED
 */
export type GuardedFetch = (url: string | URL, init?: GuardedRequest) => Promise<Response>;

export interface GuardedFetchOptions {
  readonly clock: Clock;
  /** Private networks and this machine are open. */
  readonly allowPrivateNetwork?: boolean;
  /** The MCP server: addresses of the same kind as its own are open. This machine only when its URL says so itself. */
  readonly home?: URL;
  /** Largest answer; 1 MiB. */
  readonly maxBytes?: number;
  /** Longest time for one fetch with all its hops, milliseconds; 15 s. */
  readonly timeoutMs?: number;
  readonly lookup?: LookupFunction;
}

/** A guarded fetch, also usable as `customFetch` of oauth4webapi. */
export function createGuardedFetch(options: GuardedFetchOptions): GuardedFetch {
  const guard = new AddressGuard(options);
  return async (url, init = {}) => {
    const limit = new AbortController();
    const timer = options.clock.setTimeout(() => limit.abort(tooSlow(url)), options.timeoutMs ?? TIMEOUT_MS);
    const cancel = (): void => limit.abort(cancelled());
    init.signal?.addEventListener('abort', cancel, { once: true });
    if (init.signal?.aborted === true) cancel();
    try {
      return await follow(guard, String(url), init, { maxBytes: options.maxBytes ?? MAX_BYTES, signal: limit.signal });
    } finally {
      timer.cancel();
      init.signal?.removeEventListener('abort', cancel);
    }
  };
}

async function follow(
  guard: AddressGuard,
  start: string,
  init: GuardedRequest,
  limits: { readonly maxBytes: number; readonly signal: AbortSignal },
): Promise<Response> {
  const method = init.method?.toUpperCase() ?? 'GET';
  const headers = Object.fromEntries(new Headers(init.headers));
  const body = bodyOf(init.body, headers);
  const follows = init.redirect === 'follow' && method === 'GET';
  let url = checkSignInUrl(start, 'The address');
  for (let hop = 0; ; hop += 1) {
    const addresses = await unlessAborted(guard.addressesOf(url), limits.signal);
    const response = await requestPinned({ url, addresses, method, headers, body, ...limits });
    const location = response.headers.get('location');
    if (!follows || !REDIRECTS.has(response.status) || location === null) return response;
    if (hop === MAX_REDIRECTS) throw badRedirect('redirects too often', url);
    const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
    if (next === undefined) throw badRedirect('redirects to what is no address', url);
    next.hash = '';
    // Nothing that was meant for one origin goes to another.
    if (next.origin !== url.origin) for (const name of ['authorization', 'cookie']) delete headers[name];
    url = checkSignInUrl(next.href, `The address to which ${url.hostname} redirects`);
  }
}

/** Says where a URL leads, and refuses what leads where it must not. */
class AddressGuard {
  readonly #options: GuardedFetchOptions;

  constructor(options: GuardedFetchOptions) {
    this.#options = options;
  }

  /** The addresses for the connection. @throws PortolanError ADDRESS_BLOCKED, CONNECT_REFUSED (no such name) */
  async addressesOf(url: URL): Promise<string[]> {
    const addresses = await this.#resolve(url);
    for (const address of addresses) {
      const kind = addressKind(address);
      // Plain http is for this machine: its name must not lead elsewhere.
      const isOpen = url.protocol === 'http:' && kind !== 'loopback' ? false : await this.#isOpen(kind);
      if (!isOpen) throw blocked(url, kind);
    }
    return addresses;
  }

  async #isOpen(kind: AddressKind): Promise<boolean> {
    if (kind === 'public') return true;
    if (kind === 'never') return false;
    return this.#options.allowPrivateNetwork === true || (await this.#kindsOfHome()).has(kind);
  }

  async #kindsOfHome(): Promise<ReadonlySet<AddressKind>> {
    const { home } = this.#options;
    if (home === undefined) return new Set();
    const kinds = (await this.#resolve(home).catch(() => [])).map(addressKind);
    // A name of the public DNS that leads to this machine is no reason to trust it with this machine.
    return new Set(isLoopbackHost(home.hostname) ? ['loopback'] : kinds.filter((kind) => kind !== 'loopback'));
  }

  async #resolve(url: URL): Promise<string[]> {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0) return [host];
    const lookup = this.#options.lookup ?? systemLookup;
    return new Promise((resolve, reject) => {
      lookup(host, { all: true }, (error, answer) => {
        const found = error === null ? [answer].flat().map((one) => (typeof one === 'string' ? one : one.address)) : [];
        if (found.length > 0) resolve(found);
        else reject(connectionError(error ?? Object.assign(new Error(), { code: 'ENOTFOUND' }), { sent: false }, host));
      });
    });
  }
}

function bodyOf(body: GuardedRequest['body'], headers: Record<string, string>): Buffer | null {
  if (body === undefined || body === null) return null;
  if (body instanceof URLSearchParams) headers['content-type'] ??= 'application/x-www-form-urlencoded;charset=UTF-8';
  if (body instanceof ReadableStream) throw new PortolanError('INTERNAL', 'A guarded request cannot send a stream.');
  if (typeof body === 'string' || body instanceof URLSearchParams) return Buffer.from(body.toString(), 'utf8');
  return body instanceof ArrayBuffer ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as PortolanError);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function blocked(url: URL, kind: AddressKind): PortolanError {
  const where =
    kind === 'private' ? 'into a private network' : kind === 'loopback' ? 'to this computer' : 'to a reserved address';
  return new PortolanError('ADDRESS_BLOCKED', `${url.hostname} leads ${where}, and the server is not there.`, {
    hint: 'If that is your own network, allow it for the server with "allowPrivateNetwork".',
    data: { host: url.hostname, kind },
  });
}

function badRedirect(what: string, url: URL): PortolanError {
  return new PortolanError('URL_REFUSED', `${url.hostname} ${what}.`, {
    hint: 'Tell the operator of the server.',
    data: { host: url.hostname },
  });
}

function tooSlow(url: string | URL): PortolanError {
  const host = URL.canParse(String(url)) ? new URL(url).hostname : 'The server';
  return new PortolanError('REQUEST_TIMEOUT', `${host} did not answer in time.`, {
    hint: 'Check the network, then try again.',
    data: { host },
  });
}

function cancelled(): PortolanError {
  return new PortolanError('SIGN_IN_CANCELLED', 'The sign-in was cancelled.');
}
