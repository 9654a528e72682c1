// Passing requests on to the host's socket: streams stay streams, ends reach the host, and nothing a page says is believed.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { forward } from '../../electron/forward.ts';
import { tempDir } from '../support/temp-dir.ts';
import { rejected } from '../support/thrown.ts';
import { until } from '../support/until.ts';

type Answer = (req: IncomingMessage, res: ServerResponse) => void;

/** A little HTTP server on a Unix socket; the path of it. */
async function serve(answer: Answer): Promise<string> {
  const path = join(tempDir(), 's.sock');
  const server = createServer(answer);
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(path, resolve);
  await promise;
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return path;
}

const get = (path = '/', init: RequestInit = {}) => new Request(`portolan-app://app${path}`, init);
const NEVER = new AbortController().signal;

test('the window is named by the shell; a page cannot name itself, sign in, or pose as another host', async () => {
  let seen: IncomingMessage['headers'] = {};
  const socket = await serve((req, res) => {
    seen = req.headers;
    res.end();
  });
  const headers = {
    accept: 'text/event-stream',
    'last-event-id': '7',
    authorization: 'Bearer x',
    cookie: 'a=b',
    origin: 'https://evil.test',
    'x-portolan-from': 'cli',
    'x-portolan-session': 'ab',
    upgrade: 'portolan-stdio',
    forwarded: 'for=1',
  };
  await forward(get('/', { headers }), socket, NEVER);
  expect(seen).toEqual({
    accept: 'text/event-stream',
    'last-event-id': '7',
    host: 'portolan',
    'x-portolan-from': 'window',
    connection: 'close',
  });
});

test('method, path, query, body, status and headers arrive as they are', async () => {
  const socket = await serve((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      res.writeHead(422, { 'Content-Type': 'application/json', 'X-Two': ['a', 'b'] });
      res.end(JSON.stringify([req.method, req.url, Buffer.concat(chunks).toString('utf8')]));
    });
  });
  const body = `{"json":"${'é'.repeat(100_000)}"}`;
  const request = get('/rpc/a?b=c%20d', { method: 'POST', body, headers: { 'content-type': 'application/json' } });
  const answer = await forward(request, socket, NEVER);
  expect([answer.status, answer.headers.get('x-two'), answer.headers.get('transfer-encoding')]).toEqual([
    422,
    'a, b',
    null,
  ]);
  expect(await answer.json()).toEqual(['POST', '/rpc/a?b=c%20d', body]);
});

test('answers without a body stay without one', async () => {
  const socket = await serve((_req, res) => res.writeHead(304).end());
  expect((await forward(get(), socket, NEVER)).body).toBeNull();
});

test('events pass one by one, before the answer is over', async () => {
  const answers: ServerResponse[] = [];
  const socket = await serve((_req, res) => {
    res.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: 1\n\n');
    answers.push(res);
  });
  const reader = (await forward(get(), socket, NEVER)).body?.getReader();
  const next = async () => new TextDecoder().decode((await reader?.read())?.value);
  expect(await next()).toBe('data: 1\n\n');
  answers[0]?.write('data: 2\n\n');
  expect(await next()).toBe('data: 2\n\n');
  answers[0]?.end();
  expect((await reader?.read())?.done).toBe(true);
});

/** A server that sends one event and then nothing; `closed` counts the connections it saw end. */
async function silentStream() {
  const state = { closed: 0 };
  const socket = await serve((_req, res) => {
    res.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: 1\n\n');
    res.on('close', () => (state.closed += 1));
  });
  return { socket, state };
}

test('the end signal closes the host’s connection in the middle of an answer', async () => {
  const { socket, state } = await silentStream();
  const end = new AbortController();
  const answer = await forward(get(), socket, end.signal);
  const reader = answer.body?.getReader();
  await reader?.read();
  end.abort();
  await until(() => state.closed === 1, 'the host sees the end');
  await expect(reader?.read()).rejects.toThrow();
});

test('a reader that gives up closes the host’s connection', async () => {
  const { socket, state } = await silentStream();
  const answer = await forward(get(), socket, NEVER);
  await answer.body?.cancel();
  await until(() => state.closed === 1, 'the host sees the end');
});

test('the request’s own signal closes the host’s connection, also before there is an answer', async () => {
  let arrived = false;
  let closed = false;
  const socket = await serve((req) => {
    arrived = true;
    req.on('close', () => (closed = true));
  });
  const abort = new AbortController();
  const answer = rejected(forward(get('/', { signal: abort.signal }), socket, NEVER));
  await until(() => arrived, 'the request arrives');
  abort.abort();
  expect((await answer).code).toBe('HOST_UNREACHABLE');
  await until(() => closed, 'the host sees the end');
});

test('without a host it says HOST_UNREACHABLE', async () => {
  const socket = join(tempDir(), 'nobody.sock');
  expect(await rejected(forward(get(), socket, NEVER))).toMatchObject({
    code: 'HOST_UNREACHABLE',
    message: 'the host does not answer (ENOENT)',
  });
});

test('a host that dies in the middle of an answer ends the page’s stream with an error', async () => {
  const socket = await serve((_req, res) => {
    res.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: 1\n\n');
    setImmediate(() => res.destroy());
  });
  const answer = await forward(get(), socket, NEVER);
  await expect(answer.text()).rejects.toThrow();
});
