// `portolan-app://app/…`: every page, style and call of the window, forwarded to the host's control socket. The handler
// adds no trust and strips what a page could forge; the socket's owner and folder rights are the access check.
import { Readable } from 'node:stream';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { protocol } from 'electron';

export const SCHEME = 'portolan-app';
export const APP_ORIGIN = `${SCHEME}://app`;

const http = process.getBuiltinModule('node:http');
const FORWARDED_HEADERS = ['accept', 'content-type', 'last-event-id'];

/** Must run before Electron is ready: gives the scheme the rights of a standard, secure origin with streams. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: SCHEME,
      privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
    },
  ]);
}

/** Answers the scheme from the host that listens on `socketPath`. */
export function handleScheme(socketPath: string): void {
  protocol.handle(SCHEME, (request) => forward(request, socketPath));
}

/** One request to the host, streamed both ways. 404 outside the app's origin, 405 for other methods, 502 without a host. */
async function forward(request: Request, socketPath: string): Promise<Response> {
  const url = new URL(request.url);
  if (url.host !== 'app') return refusal(404, 'NOT_FOUND', 'there is no such page');
  if (request.method !== 'GET' && request.method !== 'POST')
    return refusal(405, 'FORBIDDEN', 'only GET and POST are answered');
  const headers: Record<string, string> = { host: 'portolan' };
  for (const name of FORWARDED_HEADERS) {
    const value = request.headers.get(name);
    if (value !== null) headers[name] = value;
  }
  const body = request.method === 'POST' ? Buffer.from(await request.arrayBuffer()) : undefined;
  if (body) headers['content-length'] = String(body.length);
  return new Promise((resolve) => {
    const outgoing = http.request(
      { socketPath, path: `${url.pathname}${url.search}`, method: request.method, headers, agent: false },
      (answer) => {
        const stream = Readable.toWeb(answer) as NodeReadableStream<Uint8Array>;
        const bodyAllowed = answer.statusCode !== 204 && answer.statusCode !== 304;
        resolve(
          new Response(bodyAllowed ? (stream as unknown as ReadableStream<Uint8Array>) : null, {
            status: answer.statusCode ?? 502,
            headers: headersOf(answer.headersDistinct),
          }),
        );
      },
    );
    request.signal.addEventListener('abort', () => outgoing.destroy(), { once: true });
    outgoing.on('error', (error: NodeJS.ErrnoException) =>
      resolve(refusal(502, 'HOST_UNREACHABLE', `the host does not answer (${error.code ?? error.message})`)),
    );
    outgoing.end(body);
  });
}

function headersOf(distinct: NodeJS.Dict<string[]>): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(distinct)) for (const value of values ?? []) headers.append(name, value);
  for (const name of ['connection', 'keep-alive', 'transfer-encoding']) headers.delete(name);
  return headers;
}

function refusal(status: number, code: string, message: string): Response {
  return Response.json({ code, message }, { status, headers: { 'x-content-type-options': 'nosniff' } });
}
