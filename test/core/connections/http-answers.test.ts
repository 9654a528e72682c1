import { createServer as createRawServer } from 'node:net';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { retryAfter } from '../../../core/connections/http-errors.ts';
import { PortolanError } from '../../../shared/errors.ts';
import { HttpMcpServer, type Reply, respond } from '../../support/http-mcp-server.ts';
import { peakMemory } from '../../support/peak-memory.ts';
import { RemoteClient } from '../../support/remote-client.ts';

/** What a call comes to when the server replies to it so. */
async function outcomeOf(reply: Reply): Promise<{ code: string; data: unknown; message: string }> {
  const server = await HttpMcpServer.start();
  server.on('tools/call', reply);
  const client = new RemoteClient(server.url);
  await client.handshake();
  const outcome = await client.ask(1, 'tools/call');
  expect(server.count('tools/call')).toBe(1);
  if (!(outcome instanceof PortolanError)) return { code: 'answered', data: outcome.message, message: '' };
  // The next call goes through: one bad answer does not end the connection.
  expect(await client.ask(2, 'ping')).not.toBeInstanceOf(PortolanError);
  return { code: outcome.code, data: outcome.data, message: outcome.message };
}

const html = '<html>token=hunter2</html>';

test.each<[string, number, Record<string, string>, string, string]>([
  ['a 200 with HTML', 200, { 'content-type': 'text/html; charset=utf-8' }, html, 'text/html'],
  ['a 204', 204, {}, '', ''],
  ['a 202 with a body', 202, { 'content-type': 'text/plain' }, 'accepted', 'text/plain'],
  ['a 200 without a content type', 200, {}, '{}', ''],
])(
  'FRM-21 %s to a request is a typed error that names the content type and quotes nothing',
  async (_name, status, headers, body, contentType) => {
    const outcome = await outcomeOf((_request, response) => void response.writeHead(status, headers).end(body));
    expect(outcome).toMatchObject({ code: 'HTTP_UNEXPECTED_CONTENT', data: { sent: true, status, contentType } });
    expect(outcome.message).toContain(contentType);
    expect(outcome.message).not.toContain('hunter2');
  },
);

test.each([400, 403, 405, 409, 413, 429, 431, 500, 503, 302])(
  'status %i is HTTP_STATUS with the status in its data',
  async (status) => {
    const outcome = await outcomeOf(
      (_request, response) => void response.writeHead(status, { 'content-type': 'text/html' }).end(html),
    );
    expect(outcome).toMatchObject({ code: 'HTTP_STATUS', data: { sent: true, status } });
  },
);

test('a JSON-RPC error for the request is delivered in-band whatever the status, one for another id is not', async () => {
  const error = { code: -32_602, message: 'bad' };
  const own = await outcomeOf((request, response) => respond(response, 400, { jsonrpc: '2.0', id: request.id, error }));
  expect(own).toMatchObject({ code: 'answered', data: { id: 1, error } });
  const other = await outcomeOf((_request, response) => respond(response, 400, { jsonrpc: '2.0', id: null, error }));
  expect(other).toMatchObject({ code: 'HTTP_STATUS', data: { status: 400, rpcCode: -32_602 } });
});

test.each([
  ['Bearer resource_metadata="https://a.example/.well-known/x", scope="r"', 'https://a.example/.well-known/x'],
  ['Bearer realm="m", resource_metadata=http://127.0.0.1:9/x', 'http://127.0.0.1:9/x'],
  ['Bearer resource_metadata="http://a.example/x"', undefined],
  ['Bearer resource_metadata="file:///etc/passwd"', undefined],
  ['Bearer', undefined],
])('a 401 asks for a sign-in and carries a safe metadata URL: %s', async (challenge, expected) => {
  const outcome = await outcomeOf(
    (_request, response) => void response.writeHead(401, { 'www-authenticate': challenge }).end(),
  );
  expect(outcome).toMatchObject({
    code: 'NEEDS_SIGN_IN',
    data: { status: 401, ...(expected === undefined ? {} : { resourceMetadata: expected }) },
  });
  if (expected === undefined) expect(outcome.data).not.toHaveProperty('resourceMetadata');
});

test('PRX-07 Retry-After in seconds or as a date is honoured up to five minutes, anything else is none', async () => {
  const now = Date.UTC(2026, 0, 1, 12);
  const values = [
    '5',
    '0',
    '1000000000',
    'Thu, 01 Jan 2026 12:00:07 GMT',
    'Thu, 01 Jan 2026 11:00:00 GMT',
    '-1',
    'soon',
    '5x',
    '',
    undefined,
  ];
  expect(values.map((value) => retryAfter(value, now))).toEqual([
    5_000,
    0,
    300_000,
    7_000,
    0,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  const outcome = await outcomeOf((_request, response) => void response.writeHead(429, { 'retry-after': '5' }).end());
  expect(outcome.data).toMatchObject({ status: 429, retryAfterMs: 5_000 });
});

test('FRM-20 a compressed answer is refused, since it was not asked for', async () => {
  const outcome = await outcomeOf((_request, response) => {
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
      .end(gzipSync(Buffer.alloc(1_000_000)));
  });
  expect(outcome.code).toBe('HTTP_UNEXPECTED_CONTENT');
});

test('FRM-20 a body shorter than announced is a broken answer, one announced too large is refused unread', async () => {
  const short = await outcomeOf((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' }).write('{"a":1}');
    setImmediate(() => response.destroy());
  });
  expect(short).toMatchObject({ code: 'CONNECTION_LOST', data: { sent: true } });
  const long = await outcomeOf((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '200000000' }).write('{');
  });
  expect(long).toMatchObject({ code: 'FRAME_TOO_LARGE', data: { bytes: 200_000_000 } });
});

test('a JSON body that is no message fails its request', async () => {
  for (const body of ['', '{', '{"jsonrpc":"2.0"}', '[]', '{"a":1,"a":2}']) {
    const outcome = await outcomeOf(
      (_request, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(body),
    );
    expect(outcome).toMatchObject({ code: 'FRAME_INVALID', data: { sent: true } });
  }
  const other = await outcomeOf((_request, response) => respond(response, 200, { jsonrpc: '2.0', id: 99, result: {} }));
  expect(other.code).toBe('PROTOCOL_ERROR');
});

test('FRM-11 a batch from a server of 2025-03-26 is taken apart', async () => {
  const outcome = await outcomeOf((request, response) =>
    respond(response, 200, [
      { jsonrpc: '2.0', method: 'notifications/x' },
      { jsonrpc: '2.0', id: request.id, result: 'ok' },
    ]),
  );
  expect(outcome).toMatchObject({ code: 'answered', data: { result: 'ok' } });
});

test('a header block over 16 KiB or an answer that is not HTTP is a protocol error', async () => {
  const outcome = await outcomeOf(
    (_request, response) => void response.writeHead(200, { 'x-big': 'x'.repeat(20_000) }).end(),
  );
  expect(outcome).toMatchObject({ code: 'PROTOCOL_ERROR', data: { sent: true, reason: 'UND_ERR_HEADERS_OVERFLOW' } });
  const raw = createRawServer((socket) => socket.end('SSH-2.0-x\r\n'));
  await new Promise<void>((resolve) => raw.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void raw.close());
  const address = raw.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const answer = await new RemoteClient(`http://127.0.0.1:${String(port)}/`).ask(1, 'initialize');
  expect(answer instanceof PortolanError && answer.code).toBe('PROTOCOL_ERROR');
});

test.each([
  ['FRM-20 a JSON answer without end', 'application/json', '"'],
  ['FRM-19 an event without end', 'text/event-stream', 'data: '],
])('%s is cut at the cap, and the process holds less than twice that', async (_name, contentType, start) => {
  const server = await HttpMcpServer.start({ sessions: false });
  server.on('initialize', (_request, response) => {
    response.writeHead(200, { 'content-type': contentType }).write(start);
    const block = Buffer.alloc(65_536, 120);
    const endless = new Readable({
      read() {
        this.push(block);
      },
    });
    response.once('close', () => endless.destroy());
    endless.pipe(response);
  });
  const { growth, result } = await peakMemory(`
    const { openRemote } = await load('core/connections/open-remote.ts');
    const { frameOf } = await load('core/connections/frame.ts');
    const { silentLogger } = await load('core/base/logger.ts');
    begin();
    result = await new Promise((resolve) => {
      const endpoint = { type: 'streamable-http', url: ${JSON.stringify(server.url)}, headers: {} };
      const events = { onFrame() {}, onLog() {}, onClosed() {}, onRequestFailed: (_id, error) => resolve(error.code) };
      const server = { name: 'x', endpoint, options: { timeouts: {} }, secretValues: [] };
      openRemote(server, events, { logger: silentLogger }).send(frameOf({ jsonrpc: '2.0', id: 1, method: 'initialize' }));
    });`);
  expect(result).toBe('FRAME_TOO_LARGE');
  expect(growth).toBeLessThan(2 * 64 * 1024 * 1024);
});
