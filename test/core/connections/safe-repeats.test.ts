// What a remote server is asked again after a failure, how often and when.
import { expect, test } from 'vitest';
import { RemoteCare } from '../../../core/connections/remote-care.ts';
import { PortolanError } from '../../../shared/errors.ts';
import { HttpMcpServer, respond } from '../../support/http-mcp-server.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { RemoteClient } from '../../support/remote-client.ts';
import { until } from '../../support/until.ts';

const codeOf = (outcome: unknown) => (outcome instanceof PortolanError ? outcome.code : 'answered');

/** A message waits to be sent again; attempts to connect may take longer. */
const waits = (clock: ManualClock) => until(() => clock.nextIn < 30_000, 'it waits');

/** A client that waits as long as it may: the longest wait that the jitter can draw. */
async function connected(options: { startMs?: number; era?: 'modern' } = {}) {
  const server = await HttpMcpServer.start({ sessions: false });
  const clock = new ManualClock();
  const care = new RemoteCare({ clock, random: () => 0.999_999 });
  const client = new RemoteClient(server.url, { clock, care, ...options });
  if (options.era !== 'modern') {
    await client.handshake();
    await until(() => server.requests('GET').length === 1, 'the own stream was asked for');
  }
  return { server, clock, care, client };
}

const READS = ['tools/list', 'resources/list', 'resources/templates/list', 'prompts/list', 'ping'];

test.each(READS)('PRX-02: %s that fails in passing is repeated, twice at most, with growing waits', async (method) => {
  const { server, clock, client } = await connected();
  server.on(method, (_request, response) => void response.writeHead(503).end());
  client.request(1, method);
  for (const [tries, waitMs] of [
    [1, 250],
    [2, 500],
  ] as const) {
    await waits(clock);
    expect(server.count(method)).toBe(tries);
    clock.advance(waitMs - 1);
    expect(clock.waiting).toBe(1);
    clock.advance(1);
  }
  expect(await client.outcome(1)).toMatchObject({ code: 'HTTP_STATUS', data: { status: 503 } });
  expect(server.count(method)).toBe(3);
});

test('PRX-02: a list whose connection breaks is answered by the repeat', async () => {
  const { server, clock, client } = await connected();
  server.on('tools/list', (request, response) => {
    if (server.count('tools/list') === 1) response.destroy();
    else void server.usual(request, response);
  });
  client.request(1, 'tools/list');
  await waits(clock);
  clock.advance(250);
  expect(codeOf(await client.outcome(1))).toBe('answered');
  expect(server.count('tools/list')).toBe(2);
});

test.each([429, 500, 502, 503, 504, 'broken'])('PRX-01: a call that meets %s is not repeated', async (what) => {
  const { server, clock, client } = await connected();
  server.on('tools/call', (_request, response) => {
    if (typeof what === 'number') response.writeHead(what, { 'retry-after': '1' }).end();
    else response.destroy();
  });
  const outcome = await client.ask(1, 'tools/call');
  expect(outcome).toMatchObject({ data: { sent: true, ...(what === 'broken' ? {} : { retryAfterMs: 1_000 }) } });
  expect([server.count('tools/call'), clock.waiting]).toEqual([1, 0]);
});

test.each([400, 401, 404, 405, 500])('PRX-02: a list that is refused with %i is not repeated', async (status) => {
  const { server, client } = await connected();
  server.on('tools/list', (_request, response) => void response.writeHead(status).end());
  expect(codeOf(await client.ask(1, 'tools/list'))).toBe(status === 401 ? 'NEEDS_SIGN_IN' : 'HTTP_STATUS');
  expect(server.count('tools/list')).toBe(1);
});

test.each(['tools/list', 'tools/call'])(
  'PRX-02 CON-05: %s goes out once the refused connection stands',
  async (method) => {
    const { server, clock, client } = await connected();
    const { port } = new URL(server.url);
    await server.stop();
    client.request(1, method);
    await waits(clock);
    await server.restart(Number(port));
    clock.advance(250);
    expect(codeOf(await client.outcome(1))).toBe('answered');
    expect(server.count(method)).toBe(1);
  },
);

test('PRX-02: what is refused three times has failed, and was never sent', async () => {
  const { server, clock, client } = await connected();
  await server.stop();
  client.request(1, 'tools/call');
  for (const waitMs of [250, 500]) {
    await waits(clock);
    clock.advance(waitMs);
  }
  expect(await client.outcome(1)).toMatchObject({ code: 'CONNECT_REFUSED', data: { sent: false } });
});

test('PRX-03: 500 lists that fail cost at most 600 requests, 500 calls no more than 500', async () => {
  const { server, clock, client } = await connected();
  for (const method of ['tools/list', 'tools/call']) {
    server.on(method, (_request, response) => void response.writeHead(429).end());
  }
  for (const [first, method] of [
    [0, 'tools/list'],
    [1_000, 'tools/call'],
  ] as const) {
    for (let batch = 0; batch < 500; batch += 50) {
      for (let id = 0; id < 50; id++) client.request(first + batch + id, method);
      await until(() => {
        clock.advance(100);
        return client.failures.length === (first > 0 ? 500 : 0) + batch + 50;
      }, 'the batch has failed');
    }
  }
  expect(server.count('tools/list')).toBeGreaterThan(540);
  expect(server.count('tools/list')).toBeLessThanOrEqual(600);
  expect(server.count('tools/call')).toBe(500);
}, 60_000);

test.each([
  ['5', 5_000],
  ['0', 0],
  ['-1', 0],
  ['soon', 0],
  ['Thu, 01 Jan 2026 12:00:07 GMT', 7_000],
])('PRX-07: a list waits for Retry-After: %s', async (value, waitMs) => {
  const { server, clock, client } = await connected();
  server.on('tools/list', (request, response) => {
    if (server.count('tools/list') > 1) void server.usual(request, response);
    else response.writeHead(503, { 'retry-after': value }).end();
  });
  client.request(1, 'tools/list');
  await waits(clock);
  clock.advance(waitMs + 249);
  expect(clock.waiting).toBe(1);
  clock.advance(1);
  expect(codeOf(await client.outcome(1))).toBe('answered');
});

test.each(['61', '1000000000'])(
  'PRX-07: Retry-After: %s is longer than the request has: it fails at once and says so',
  async (value) => {
    const { server, clock, client } = await connected();
    server.on('tools/list', (_request, response) => void response.writeHead(429, { 'retry-after': value }).end());
    const seconds = Math.min(Number(value), 300);
    expect(await client.ask(1, 'tools/list')).toMatchObject({
      hint: `The server asks to wait ${seconds} seconds before the next try.`,
      data: { retryAfterMs: seconds * 1_000 },
    });
    expect([server.count('tools/list'), clock.waiting]).toEqual([1, 0]);
  },
);

test('PRX-07: five minutes are waited for by who gives a request that long', async () => {
  const server = await HttpMcpServer.start({ sessions: false });
  const clock = new ManualClock();
  const client = new RemoteClient(server.url, { clock, idleMs: 600_000 });
  server.on('tools/list', (request, response) => {
    if (server.count('tools/list') > 1) void server.usual(request, response);
    else response.writeHead(503, { 'retry-after': '1000000000' }).end();
  });
  client.request(1, 'tools/list');
  await until(() => server.count('tools/list') === 1 && clock.waiting === 1, 'it waits');
  clock.advance(299_999);
  expect(clock.waiting).toBe(1);
  clock.advance(251);
  expect(codeOf(await client.outcome(1))).toBe('answered');
});

test.each(['legacy', 'modern'] as const)('PRX-08: what is cancelled while it waits is not sent (%s)', async (era) => {
  const { server, clock, client } = await connected(era === 'modern' ? { era } : {});
  const { port } = new URL(server.url);
  await server.stop();
  client.request(1, 'tools/call');
  await waits(clock);
  client.notify('notifications/cancelled', { requestId: 1 });
  await server.restart(Number(port));
  clock.advance(10_000);
  await client.ask(2, 'ping');
  expect(server.count('tools/call')).toBe(0);
  expect(server.count('notifications/cancelled')).toBe(0);
});

test('a call that waits for its first connection was not sent when the connection is closed', async () => {
  const { server, clock, client } = await connected();
  await server.stop();
  client.request(1, 'tools/call');
  await waits(clock);
  await client.upstream.close();
  expect(await client.outcome(1)).toMatchObject({ code: 'CONNECTION_LOST', data: { sent: false } });
});

test('PRX-04: five failures in a row and requests fail at once; after 30 seconds the first answer lets all through', async () => {
  const { server, clock, client } = await connected();
  server.on('tools/call', (_request, response) => void response.writeHead(502).end());
  for (let id = 0; id < 5; id++) expect(codeOf(await client.ask(id, 'tools/call'))).toBe('HTTP_STATUS');
  expect(await client.ask(5, 'tools/call')).toMatchObject({ code: 'CIRCUIT_OPEN', data: { sent: false } });
  expect(codeOf(await client.ask(6, 'tools/list'))).toBe('CIRCUIT_OPEN');
  expect([server.count('tools/call'), server.count('tools/list')]).toEqual([5, 0]);
  clock.advance(30_000);
  expect(codeOf(await client.ask(7, 'tools/call'))).toBe('HTTP_STATUS');
  expect(codeOf(await client.ask(8, 'tools/list'))).toBe('CIRCUIT_OPEN');
  clock.advance(30_000);
  expect(codeOf(await client.ask(9, 'tools/list'))).toBe('answered');
  expect(codeOf(await client.ask(10, 'tools/call'))).toBe('HTTP_STATUS');
});

test('PRX-04: a server error with a JSON-RPC answer is an answer', async () => {
  const { server, client } = await connected();
  server.on('tools/call', (request, response) =>
    respond(response, 500, { jsonrpc: '2.0', id: request.id, error: { code: -32_603, message: 'no' } }),
  );
  for (let id = 0; id < 10; id++) expect(codeOf(await client.ask(id, 'tools/call'))).toBe('answered');
});

test('CON-05: a network that goes and comes leaves the session usable, without a new handshake', async () => {
  const { server, clock, client } = await connected();
  const { port } = new URL(server.url);
  await server.stop();
  const outcomes = new Set<string>();
  for (let id = 0; id < 10; id++) {
    client.request(id, 'tools/call');
    await until(() => {
      clock.advance(100);
      return client.failures.length === id + 1;
    }, 'it has failed');
    outcomes.add(codeOf(await client.outcome(id)));
  }
  expect(outcomes).toEqual(new Set(['CONNECT_REFUSED', 'CIRCUIT_OPEN']));
  await server.restart(Number(port));
  clock.advance(30_000);
  expect(codeOf(await client.ask(20, 'tools/call'))).toBe('answered');
  expect(codeOf(await client.ask(21, 'tools/call'))).toBe('answered');
  expect([server.count('initialize'), client.closed.length]).toEqual([1, 0]);
});
