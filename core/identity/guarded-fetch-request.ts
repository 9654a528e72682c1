// One HTTP request to addresses that were checked before: the connection goes nowhere else, and TLS is always verified.
import { createRequire } from 'node:module';
import type { LookupFunction } from 'node:net';
import type { Client as ClientType } from 'undici';
import { PortolanError } from '../../shared/errors.ts';
import { ByteCollector } from '../base/byte-collector.ts';
import { connectionError } from '../base/connection-error.ts';

const require = createRequire(import.meta.url);

const MAX_HEADER_BYTES = 16 * 1024;
/** Statuses whose answer has no body. Fetch standard, "null body status". */
const BODILESS = new Set([204, 205, 304]);

export interface PinnedRequest {
  readonly url: URL;
  readonly addresses: readonly string[];
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
  readonly maxBytes: number;
  /** Aborts the request; its reason is thrown when it is a PortolanError. */
  readonly signal: AbortSignal;
}

/**
 * The whole answer, of any status.
 * @throws PortolanError CONNECT_REFUSED, CONNECT_TIMEOUT, CONNECTION_LOST, PROTOCOL_ERROR, METADATA_INVALID (longer than `maxBytes`)
 */
export async function requestPinned(request: PinnedRequest): Promise<Response> {
  const Client = require('undici/lib/dispatcher/client.js') as typeof ClientType;
  const client = new Client(request.url.origin, {
    // Without this, NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment would end the verification.
    connect: { rejectUnauthorized: true, lookup: pinnedLookup(request.addresses), timeout: 0 },
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: MAX_HEADER_BYTES,
  });
  // Also ends a connection that is still being made.
  const abort = (): void => void client.destroy();
  request.signal.addEventListener('abort', abort, { once: true });
  try {
    return await exchange(client, request);
  } finally {
    request.signal.removeEventListener('abort', abort);
    await client.destroy();
  }
}

function exchange(client: ClientType, request: PinnedRequest): Promise<Response> {
  const { url, method, body, maxBytes, signal } = request;
  return new Promise((resolve, reject) => {
    let sent = false;
    let head: { status: number; headers: Headers } | undefined;
    const collector = new ByteCollector();
    const fail = (error: Error): void => {
      const reason: unknown = signal.aborted ? signal.reason : error;
      if (reason instanceof PortolanError) reject(reason);
      else reject(connectionError(error, { sent, timedOut: isTimeout(error) }, url.hostname));
    };
    if (signal.aborted) {
      fail(new Error('aborted'));
      return;
    }
    client.dispatch(
      {
        path: `${url.pathname}${url.search}`,
        method,
        headers: { ...request.headers, 'accept-encoding': 'identity' },
        body,
      },
      {
        onRequestStart: () => {
          sent = true;
        },
        onResponseStart: (controller, status, headers) => {
          if (status < 200) return;
          if (status > 599) controller.abort(Object.assign(new Error('status'), { name: 'HTTPParserError' }));
          head = { status, headers: headersOf(headers) };
        },
        onResponseData: (controller, chunk) => {
          collector.add(chunk);
          if (collector.length > maxBytes) controller.abort(tooLarge(url, maxBytes));
        },
        onResponseEnd: () => {
          const { status, headers } = head ?? { status: 502, headers: new Headers() };
          const bytes = BODILESS.has(status) ? null : new Uint8Array(collector.take());
          resolve(new Response(bytes, { status, headers }));
        },
        onResponseError: (_controller, error) => fail(error),
      },
    );
  });
}

/** Answers with the checked addresses, whatever name is asked for. */
function pinnedLookup(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  return (_hostname, options, callback) => {
    const wanted = all.filter(
      ({ family }) => !options.family || options.family === family || options.family === `IPv${family}`,
    );
    const [first] = wanted;
    if (first === undefined) callback(Object.assign(new Error('no such address'), { code: 'ENOTFOUND' }), '');
    else if (options.all === true) callback(null, wanted);
    else callback(null, first.address, first.family);
  };
}

function headersOf(raw: Readonly<Record<string, string | string[] | undefined>>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(raw)) {
    for (const single of [value ?? []].flat()) headers.append(name, single);
  }
  return headers;
}

function isTimeout(error: Error): boolean {
  return 'code' in error && error.code === 'UND_ERR_CONNECT_TIMEOUT';
}

function tooLarge(url: URL, maxBytes: number): PortolanError {
  return new PortolanError('METADATA_INVALID', `The answer of ${url.hostname} is longer than ${maxBytes} bytes.`, {
    hint: 'Tell the operator of the server.',
    data: { host: url.hostname, maxBytes },
  });
}
