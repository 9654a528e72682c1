import { expect, test } from 'vitest';
import { PortolanError } from '../../../shared/errors.ts';
import { answerInitialize, HttpMcpServer, openEvents, respond, sendEvent } from '../../support/http-mcp-server.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { RemoteClient } from '../../support/remote-client.ts';
import { until } from '../../support/until.ts';

const result = (id: unknown, value: unknown = {}) => ({ jsonrpc: '2.0', id, result: value });
const codeOf = (outcome: unknown) => (outcome instanceof PortolanError ? outcome.code : 'answered');

test('PRX-05 HTL-03 200 calls that meet a lost session cause one new handshake and run once each', async () => {
  const server = await HttpMcpServer.start();
  const ran: unknown[] = [];
  server.on('tools/call', (request, response) => {
    if (server.sessions.has(String(request.headers['mcp-session-id']))) ran.push(request.id);
    return server.usual(request, response);
  });
  const client = new RemoteClient(server.url);
  await client.handshake();
  await client.ask('warm', 'ping');
  server.sessions.clear();
  for (let id = 0; id < 200; id++) client.request(id, 'tools/call');
  await until(() => client.frames.length === 202, 'all calls are answered');
  expect(client.failures).toEqual([]);
  expect([server.count('initialize'), server.count('notifications/initialized'), server.issued.length]).toEqual([
    2, 2, 2,
  ]);
  expect(ran.toSorted((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 200 }, (_, id) => id));
  const attempts = server.seen.filter((request) => request.id === 0).length;
  expect(attempts).toBeLessThanOrEqual(2);
  expect(client.frames.filter((frame) => frame.id === '"init"')).toHaveLength(1);
  const [first, second] = server.seen.filter((request) => request.method === 'initialize');
  expect(second?.body).toEqual(first?.body);
  expect(second?.headers).not.toHaveProperty('mcp-session-id');
});

test('PRX-05 a second 404 for the same request surfaces as SESSION_LOST', async () => {
  const server = await HttpMcpServer.start();
  server.on('tools/call', (_request, response) => void response.writeHead(404).end());
  const client = new RemoteClient(server.url);
  await client.handshake();
  const outcomes = await Promise.all([1, 2, 3].map((id) => client.ask(id, 'tools/call')));
  expect(outcomes.map(codeOf)).toEqual(['SESSION_LOST', 'SESSION_LOST', 'SESSION_LOST']);
  expect(server.count('tools/call')).toBe(6);
});

test('PRX-05 a server that gives no new session fails the calls, and the next call tries again', async () => {
  const server = await HttpMcpServer.start();
  const client = new RemoteClient(server.url);
  await client.handshake();
  await client.ask('warm', 'ping');
  server.sessions.clear();
  server.on('initialize', (_request, response) => void response.writeHead(503).end());
  expect(codeOf(await client.ask(1, 'ping'))).toBe('SESSION_LOST');
  server.on('initialize', server.usual);
  expect(codeOf(await client.ask(2, 'ping'))).toBe('answered');
});

test('PRX-05 a session that comes back with another protocol version is not the one the client agreed to', async () => {
  const server = await HttpMcpServer.start();
  const client = new RemoteClient(server.url);
  await client.handshake();
  await client.ask('warm', 'ping');
  server.sessions.clear();
  server.on('initialize', (request, response) =>
    respond(response, 200, result(request.id, { protocolVersion: '2025-03-26' }), { 'mcp-session-id': 'other' }),
  );
  expect(codeOf(await client.ask(1, 'ping'))).toBe('SESSION_LOST');
});

test('a 404 with "method not found" for the request is its answer, not a lost session', async () => {
  const server = await HttpMcpServer.start();
  server.on('x/y', (request, response) =>
    respond(response, 404, { jsonrpc: '2.0', id: request.id, error: { code: -32_601, message: 'no' } }),
  );
  const client = new RemoteClient(server.url);
  await client.handshake();
  expect(codeOf(await client.ask(1, 'x/y'))).toBe('answered');
  expect(server.count('initialize')).toBe(1);
});

test('HTL-08 a server without its own stream is asked for it once', async () => {
  const server = await HttpMcpServer.start();
  const client = new RemoteClient(server.url);
  await client.handshake();
  await client.ask(1, 'ping');
  await until(() => server.requests('GET').length === 1, 'the stream was asked for');
  expect(client.logs).toEqual([]);
});

test('the own stream of the server brings its messages, and a silent one stalls nothing', async () => {
  const server = await HttpMcpServer.start({ sessions: false });
  server.on('GET', () => undefined);
  const client = new RemoteClient(server.url);
  await client.handshake();
  await until(() => server.requests('GET').length === 1, 'the stream was asked for');
  expect(codeOf(await client.ask(1, 'ping'))).toBe('answered');

  const speaking = await HttpMcpServer.start();
  speaking.on('GET', (_request, response) => {
    openEvents(response);
    sendEvent(response, { data: { jsonrpc: '2.0', method: 'notifications/tools/list_changed' } });
    sendEvent(response, { data: 'no message' });
    sendEvent(response, { data: { jsonrpc: '2.0', id: 5, method: 'roots/list' } });
  });
  const listener = new RemoteClient(speaking.url);
  await listener.handshake();
  await until(() => listener.frames.length === 3, 'both messages are here');
  expect(listener.frames.slice(1).map((frame) => frame.method)).toEqual([
    'notifications/tools/list_changed',
    'roots/list',
  ]);
  expect(listener.logs).toHaveLength(1);
});

test('HTL-05 HTL-06 the own stream is taken up again after the last event, not before the time the server asked for', async () => {
  const server = await HttpMcpServer.start();
  const clock = new ManualClock();
  server.on('GET', (request, response) => {
    openEvents(response);
    if (request.headers['last-event-id'] !== undefined) return;
    sendEvent(response, { id: 'é-7', retry: 5_000, data: { jsonrpc: '2.0', method: 'notifications/one' } });
    response.end();
  });
  const client = new RemoteClient(server.url, { clock });
  await client.handshake();
  await until(() => client.frames.length === 2 && clock.waiting === 1, 'the stream has ended');
  clock.advance(4_999);
  await client.ask(1, 'ping');
  expect(server.requests('GET')).toHaveLength(1);
  clock.advance(1);
  await until(() => server.requests('GET').length === 2, 'the stream is asked for again');
  expect(Buffer.from(String(server.requests('GET')[1]?.headers['last-event-id']), 'latin1').toString()).toBe('é-7');
});

test('HTL-05 HTL-06 HTL-07 a POST stream that the server closes after an event id is resumed by GET, and the call runs once', async () => {
  const server = await HttpMcpServer.start();
  const clock = new ManualClock();
  let callId: unknown;
  server.on('tools/call', (request, response) => {
    callId = request.id;
    openEvents(response);
    sendEvent(response, { id: 'e1', retry: 500, data: '' });
    response.end();
  });
  server.on('GET', (request, response) => {
    if (request.headers['last-event-id'] === undefined) {
      response.writeHead(405).end();
      return;
    }
    openEvents(response);
    if (request.headers['last-event-id'] === 'e1')
      sendEvent(response, { id: 'e2', data: { jsonrpc: '2.0', method: 'notifications/progress' } });
    else sendEvent(response, { id: 'e3', data: result(callId, 'done') });
    response.end();
  });
  const client = new RemoteClient(server.url, { clock });
  await client.handshake();
  client.request(1, 'tools/call');
  for (const gets of [1, 2]) {
    await until(() => clock.waiting === 1, 'the client waits');
    clock.advance(499);
    expect(server.requests('GET').filter((request) => 'last-event-id' in request.headers)).toHaveLength(gets - 1);
    clock.advance(1);
    await until(
      () => server.requests('GET').filter((request) => 'last-event-id' in request.headers).length === gets,
      'resumed',
    );
    await until(() => client.frames.length === gets + 1, 'its event is here');
  }
  expect(client.frames.at(-1)?.message).toEqual(result(1, 'done'));
  expect(client.failures).toEqual([]);
  expect(server.count('tools/call')).toBe(1);
});

test('a POST stream that ends without an answer or an event id fails its request at once', async () => {
  const server = await HttpMcpServer.start();
  server.on('tools/call', (_request, response) => {
    openEvents(response);
    sendEvent(response, { data: { jsonrpc: '2.0', method: 'notifications/progress' } });
    response.end();
  });
  const client = new RemoteClient(server.url, { clock: new ManualClock() });
  await client.handshake();
  const outcome = await client.ask(1, 'tools/call');
  expect(outcome instanceof PortolanError && [outcome.code, outcome.data['sent']]).toEqual(['CONNECTION_LOST', true]);
  expect(server.count('tools/call')).toBe(1);
});

test('a stream that cannot be resumed fails its request with what the server said', async () => {
  const server = await HttpMcpServer.start();
  server.on('tools/call', (_request, response) => {
    openEvents(response);
    sendEvent(response, { id: 'e1', retry: 0, data: '' });
    response.end();
  });
  const client = new RemoteClient(server.url);
  await client.handshake();
  const outcome = await client.ask(1, 'tools/call');
  expect(outcome instanceof PortolanError && [outcome.code, outcome.data['status'], outcome.data['sent']]).toEqual([
    'HTTP_STATUS',
    405,
    true,
  ]);
});

test('a session id that a header cannot carry is not taken', async () => {
  const server = await HttpMcpServer.start({ sessions: false });
  server.on('initialize', (request, response) => answerInitialize(request, response, 'has space'));
  const client = new RemoteClient(server.url);
  await client.handshake();
  await client.ask(1, 'ping');
  expect(server.seen.at(-1)?.headers).not.toHaveProperty('mcp-session-id');
});
