// How the contract's client speaks over the control socket: plain node:http and no fetch, because loading the built-in
// fetch costs a command-line program 30 ms.
import type { IncomingMessage } from 'node:http';
import { ErrorEvent, withEventMeta } from '@orpc/client';
import type { StandardLinkClient } from '@orpc/client/standard';
import { http } from '../core/base/node-http.ts';

type Send<Context extends Record<PropertyKey, unknown>> = StandardLinkClient<Context>['call'];

/** Sends oRPC requests to the HTTP server at `socketPath`. Bodies are JSON; answers are JSON or event streams. */
export function nodeLinkClient<Context extends Record<PropertyKey, unknown>>(
  socketPath: string,
  extraHeaders: Readonly<Record<string, string>> = {},
): StandardLinkClient<Context> {
  const call: Send<Context> = async (request) => {
    const answer = Promise.withResolvers<IncomingMessage>();
    const body = request.body === undefined ? '' : JSON.stringify(request.body);
    const outgoing = http.request(
      {
        socketPath,
        method: request.method,
        path: `${request.url.pathname}${request.url.search}`,
        headers: {
          ...definedHeaders(request.headers),
          ...extraHeaders,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        },
        agent: false,
        ...(request.signal === undefined ? {} : { signal: request.signal }),
      },
      answer.resolve,
    );
    outgoing.on('error', answer.reject);
    outgoing.end(body);
    const response = await answer.promise;
    // An abort while nobody reads must not become an uncaught error; a reader gets it from the iteration.
    response.on('error', () => undefined);
    return {
      status: response.statusCode ?? 0,
      headers: response.headers,
      body: async () =>
        response.headers['content-type']?.startsWith('text/event-stream') === true
          ? readEvents(response)
          : parseJson(await readText(response)),
    };
  };
  return { call };
}

function definedHeaders(headers: Readonly<Record<string, string | readonly string[] | undefined>>) {
  const pairs = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, typeof value === 'string' ? value : [...value]] as const],
  );
  return Object.fromEntries(pairs);
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  return text === '' ? undefined : JSON.parse(text);
}

/** oRPC's event streams: `message` yields, `error` throws, `done` returns (orpc.dev, event iterator over HTTP). */
async function* readEvents(response: IncomingMessage): AsyncGenerator<unknown, unknown, void> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response as AsyncIterable<Buffer>) {
    let searchFrom = Math.max(0, text.length - 1);
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf('\n\n', searchFrom); end >= 0; end = text.indexOf('\n\n')) {
      const fields = fieldsOf(text.slice(0, end));
      text = text.slice(end + 2);
      searchFrom = 0;
      const data = parseJson(fields.data);
      if (fields.event === 'message') yield withMeta(data, fields.meta);
      else if (fields.event === 'error') throw withMeta(new ErrorEvent({ data }), fields.meta);
      else if (fields.event === 'done') return withMeta(data, fields.meta);
    }
  }
  return undefined;
}

interface EventFields {
  readonly event: string;
  readonly data: string;
  readonly meta: { readonly id?: string; readonly retry?: number };
}

function fieldsOf(block: string): EventFields {
  const values = new Map<string, string[]>();
  for (const line of block.split('\n')) {
    const [, name, value] = /^([a-z]+): ?(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) values.set(name, [...(values.get(name) ?? []), value]);
  }
  const [id] = values.get('id') ?? [];
  const retry = Number(values.get('retry')?.[0]);
  return {
    event: values.get('event')?.[0] ?? (values.has('data') ? 'message' : 'comment'),
    data: (values.get('data') ?? []).join('\n'),
    meta: { ...(id === undefined ? {} : { id }), ...(Number.isSafeInteger(retry) ? { retry } : {}) },
  };
}

function withMeta(value: unknown, meta: EventFields['meta']): unknown {
  return typeof value === 'object' && value !== null ? withEventMeta(value, meta) : value;
}
