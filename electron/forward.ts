// One request of the window, passed on to the host's control socket and streamed back. It adds no trust and strips what a
// page could forge; the socket's owner and folder rights are the access check.
import { Readable } from 'node:stream';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { PortolanError } from '../shared/errors.ts';

const http = process.getBuiltinModule('node:http');
const FORWARDED_HEADERS = ['accept', 'content-type', 'last-event-id'];
const HOP_BY_HOP_HEADERS = ['connection', 'keep-alive', 'transfer-encoding'];

/**
 * Asks the host at `socketPath`. `end` closes the connection, also in the middle of an answer, as does a reader that
 * cancels the body. Rejects with HOST_UNREACHABLE when nobody answers.
 */
export async function forward(request: Request, socketPath: string, end: AbortSignal): Promise<Response> {
  const url = new URL(request.url);
  const body = request.method === 'POST' ? Buffer.from(await request.arrayBuffer()) : undefined;
  const headers: Record<string, string> = { host: 'portolan', 'x-portolan-from': 'window' };
  for (const name of FORWARDED_HEADERS) {
    const value = request.headers.get(name);
    if (value !== null) headers[name] = value;
  }
  if (body) headers['content-length'] = String(body.length);
  const answered = Promise.withResolvers<Response>();
  const outgoing = http.request(
    {
      socketPath,
      path: `${url.pathname}${url.search}`,
      method: request.method,
      headers,
      agent: false,
      signal: AbortSignal.any([request.signal, end]),
    },
    (answer) => {
      const status = answer.statusCode ?? 502;
      const stream = Readable.toWeb(answer) as NodeReadableStream<Uint8Array> & ReadableStream<Uint8Array>;
      const hasBody = status !== 204 && status !== 304;
      answered.resolve(new Response(hasBody ? stream : null, { status, headers: headersOf(answer.headersDistinct) }));
    },
  );
  outgoing.on('error', (error: NodeJS.ErrnoException) => answered.reject(unreachable(error)));
  outgoing.end(body);
  return answered.promise;
}

function headersOf(distinct: NodeJS.Dict<string[]>): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(distinct)) for (const value of values ?? []) headers.append(name, value);
  for (const name of HOP_BY_HOP_HEADERS) headers.delete(name);
  return headers;
}

function unreachable(cause: NodeJS.ErrnoException): PortolanError {
  return new PortolanError('HOST_UNREACHABLE', `the host does not answer (${cause.code ?? cause.name})`, {
    hint: 'Start it again.',
    cause,
  });
}
