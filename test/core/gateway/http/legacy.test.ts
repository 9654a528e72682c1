// Legacy sessions over HTTP: which stream a message goes to, what survives a lost connection, and whose session it is.
import { expect, test } from 'vitest';
import type { HttpTestClient } from '../../../support/http-client.ts';
import { playedGateway, type PlayedSession, recordedGateway } from '../../../support/http-gateway-rig.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { until } from '../../../support/until.ts';

const PATH = '/mcp/s/recorder';
const INITIALIZE = {
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'legacy-client', version: '1' } },
};

/** A session that is initialised, with the headers of everything after. */
async function begin(client: HttpTestClient, sessions: readonly PlayedSession[], version = '2025-11-25') {
  const before = sessions.length;
  const exchange = client.post(PATH, INITIALIZE);
  const session = await until(() => sessions[before], 'the session was opened');
  await until(() => session.last, 'initialize arrived');
  session.answer('0', `{"protocolVersion":"${version}","capabilities":{},"serverInfo":{"name":"s","version":"1"}}`);
  await client.answered(exchange);
  const id = String(exchange.headers['mcp-session-id']);
  return { session, id, headers: { 'Mcp-Session-Id': id, 'MCP-Protocol-Version': version }, exchange };
}

const request = (id: number | string, method = 'tools/call', params: object = { name: 'x' }) => ({
  jsonrpc: '2.0',
  id,
  method,
  params,
});
const notification = (method: string, params: object = {}) => JSON.stringify({ jsonrpc: '2.0', method, params });

test('ERA-12: a client that opens with initialize gets a session on the same endpoint', async () => {
  const { client, source, audit } = await recordedGateway();
  const exchange = await client.answered(client.post(PATH, INITIALIZE));
  expect(exchange.messages[0]?.result).toMatchObject({ protocolVersion: '2025-11-25' });
  const id = String(exchange.headers['mcp-session-id']);
  expect(id).toMatch(/^[\w-]{43}$/);
  const headers = { 'Mcp-Session-Id': id, 'MCP-Protocol-Version': '2025-11-25' };
  const told = await client.answered(client.post(PATH, notification('notifications/initialized'), headers));
  expect([told.status, told.text]).toEqual([202, '']);
  const call = client.post(PATH, request('a'), headers);
  await until(() => source.last.methods.includes('tools/call'), 'the call arrived');
  source.last.answer('"a"', '{"content":[ ]}');
  await client.answered(call);
  expect([call.status, call.text]).toEqual([200, '{"jsonrpc":"2.0","id":"a","result":{"content":[ ]}}']);
  expect(audit.pairs()[0]?.intent.client).toEqual({
    name: 'laptop (legacy-client)',
    version: '1',
    gatewayClient: 'laptop',
  });
});

test('HTL-12: session ids are random, another client’s or target’s is unknown, and without the token one is nothing', async () => {
  const { client, clientOf, clients, sessions, base } = await playedGateway();
  const { headers, id } = await begin(client, sessions);
  const second = await begin(client, sessions);
  expect(second.id).not.toBe(id);
  const other = clientOf(clients.add({ name: 'desktop' }).token);
  expect((await other.answered(other.post(PATH, request(1), headers))).status).toBe(404);
  expect((await client.answered(client.post('/mcp/s/other', request(1), headers))).status).toBe(404);
  expect((await client.answered(client.post(PATH, request(1), { 'Mcp-Session-Id': 'x' }))).status).toBe(404);
  expect((await client.answered(client.begin('DELETE', PATH, { 'Mcp-Session-Id': 'x' }))).status).toBe(404);
  const nobody = await fetch(`${base}${PATH}`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(request(1)),
  });
  expect(nobody.status).toBe(401);
  expect(sessions[0]?.frames).toHaveLength(1);
});

test('ERA-11: without a session the refusal names the versions; a bad version header is refused', async () => {
  const { client, sessions } = await playedGateway();
  const missing = client.post(PATH, request(3));
  const { error, id } = await missing.message();
  expect([missing.status, id]).toEqual([400, 3]);
  expect(error?.data).toMatchObject({ supported: expect.arrayContaining(['2026-07-28', '2025-11-25']) as unknown });
  const { headers, session } = await begin(client, sessions);
  for (const version of ['1.0', '2025-01-01', '']) {
    const bad = await client.answered(client.post(PATH, request(4), { ...headers, 'MCP-Protocol-Version': version }));
    expect([version, bad.status]).toEqual([version, 400]);
  }
  const { 'MCP-Protocol-Version': _, ...without } = headers;
  client.post(PATH, request(5), without);
  await until(() => session.last?.id === '5', 'HTL-11: without the header it is taken');
});

test('HTL-13: batches are for 2025-03-26 alone, and their answers come together', async () => {
  const { client, sessions } = await playedGateway();
  const newer = await begin(client, sessions);
  const batch = [request(1), JSON.parse(notification('notifications/custom')) as object, request(2)];
  expect((await client.answered(client.post(PATH, batch, newer.headers))).status).toBe(400);
  const { session, headers } = await begin(client, sessions, '2025-03-26');
  const exchange = client.post(PATH, batch, headers);
  await until(() => session.frames.length === 4, 'all three arrived');
  session.answer('2', '{"of":2}');
  session.answer('1', '{"of":1}');
  await client.answered(exchange);
  expect(JSON.parse(exchange.text)).toEqual([
    { jsonrpc: '2.0', id: 2, result: { of: 2 } },
    { jsonrpc: '2.0', id: 1, result: { of: 1 } },
  ]);
  const streamed = client.post(PATH, [request(3), request(4)], headers);
  await until(() => session.last?.id === '4', 'both arrived');
  session.answer('4', '{"of":4}');
  session.say(notification('notifications/message'), '3');
  session.answer('3', '{"of":3}');
  await client.answered(streamed);
  expect(streamed.messages.map(({ id, method }) => id ?? method)).toEqual(['notifications/message', 4, 3]);
  expect((await client.answered(client.post(PATH, [], headers))).status).toBe(400);
  expect((await client.answered(client.post(PATH, [INITIALIZE], headers))).status).toBe(400);
});

test('HTL-10: a message goes to one stream: its request’s, the only one in flight, the GET stream, any', async () => {
  const { client, sessions } = await playedGateway();
  const { session, headers } = await begin(client, sessions);
  const get = client.begin('GET', PATH, headers);
  await until(() => get.isStream, 'the GET stream is open');
  const one = client.post(PATH, request(1, 'tools/call', { name: 'x', _meta: { progressToken: 't' } }), headers);
  await until(() => session.last?.id === '1', 'the first call arrived');
  session.say('{"jsonrpc":"2.0","id":50,"method":"sampling/createMessage","params":{}}');
  await until(() => one.messages.some(({ id }) => id === 50), 'the only one in flight has the question');
  const two = client.post(PATH, request(2), headers);
  await until(() => session.last?.id === '2', 'the second call arrived');
  session.say('{"jsonrpc":"2.0","id":51,"method":"elicitation/create","params":{}}', '2');
  session.say('{"jsonrpc":"2.0","id":52,"method":"roots/list"}');
  session.say(notification('notifications/progress', { progressToken: 't', progress: 1 }));
  session.say(notification('notifications/tools/list_changed'));
  session.answer('2');
  session.answer('1');
  await client.answered(one);
  await client.answered(two);
  await until(() => get.messages.length === 2, 'the GET stream has the rest');
  const shown = (messages: { id?: unknown; method?: string }[]) => messages.map(({ id, method }) => id ?? method);
  expect(shown(one.messages)).toEqual([50, 'notifications/progress', 1]);
  expect(shown(two.messages)).toEqual([51, 2]);
  expect(shown(get.messages)).toEqual([52, 'notifications/tools/list_changed']);
});

test('what nobody listened for waits for the GET stream and is sent once', async () => {
  const { client, sessions } = await playedGateway();
  const { session, headers } = await begin(client, sessions);
  session.say(notification('notifications/tools/list_changed'));
  const first = client.begin('GET', PATH, headers);
  await until(() => first.messages.length === 1, 'it came');
  const second = client.begin('GET', PATH, headers);
  await until(() => second.isStream && first.ended, 'the newer stream takes over');
  session.say(notification('notifications/prompts/list_changed'));
  await until(() => second.messages.length === 1, 'only what is new');
  expect(second.messages[0]?.method).toBe('notifications/prompts/list_changed');
});

test('HTL-09: a lost connection cancels nothing, and the client takes up its stream where it was', async () => {
  const { client, sessions } = await playedGateway();
  const { session, headers } = await begin(client, sessions);
  const call = client.post(PATH, request(1), headers);
  await until(() => session.last?.id === '1', 'the call arrived');
  session.say(notification('notifications/message', { data: 1 }), '1');
  await until(() => call.messages.length === 1, 'the first message');
  const [primer, event] = call.events;
  expect([primer?.data, primer?.id === undefined]).toEqual(['', false]);
  call.destroy();
  await until(() => call.ended, 'the connection is gone');
  session.say(notification('notifications/message', { data: 2 }), '1');
  session.answer('1', '{"late":true}');
  const again = client.begin('GET', PATH, { ...headers, 'Last-Event-ID': event?.id ?? '' });
  await client.answered(again);
  expect(again.messages.map(({ params, result }) => params ?? result)).toEqual([{ data: 2 }, { late: true }]);
  expect(session.frames.some(({ method }) => method === 'notifications/cancelled')).toBe(false);
  const bad = await client.answered(client.begin('GET', PATH, { ...headers, 'Last-Event-ID': 'else' }));
  expect(bad.status).toBe(400);
});

test('HTL-09: a stream that is taken up before its answer is there goes on to it', async () => {
  const { client, sessions } = await playedGateway();
  const { session, headers } = await begin(client, sessions);
  const call = client.post(PATH, request(1), headers);
  await until(() => session.last?.id === '1', 'the call arrived');
  session.say(notification('notifications/message', { data: 1 }), '1');
  await until(() => call.events.length === 2, 'primer and message');
  call.destroy();
  const again = client.begin('GET', PATH, { ...headers, 'Last-Event-ID': call.events[0]?.id ?? '' });
  await until(() => again.messages.length === 1, 'what was behind the primer');
  session.answer('1');
  await client.answered(again);
  expect(again.messages.map(({ id, method }) => id ?? method)).toEqual(['notifications/message', 1]);
});

test('clients of older versions get no event without data', async () => {
  const { client, sessions } = await playedGateway();
  const { session, headers } = await begin(client, sessions, '2025-06-18');
  const call = client.post(PATH, request(1), headers);
  await until(() => session.last?.id === '1', 'the call arrived');
  session.say(notification('notifications/message'), '1');
  session.answer('1');
  await client.answered(call);
  expect(call.events.every(({ data }) => data !== '')).toBe(true);
});

test('the events that are kept are bounded: the oldest give way', async () => {
  const { client, sessions } = await playedGateway();
  const { session, headers } = await begin(client, sessions);
  for (let n = 0; n < 1_200; n += 1) session.say(notification('notifications/n', { n }));
  const get = client.begin('GET', PATH, { ...headers, 'Last-Event-ID': '0-0' });
  await until(() => get.messages.length >= 1_000, 'the newest thousand');
  expect(get.messages[0]?.params).toEqual({ n: 200 });
  get.destroy();
  await until(() => get.ended, 'gone');
  const fill = 'x'.repeat(3 * 1024 * 1024);
  for (let n = 0; n < 4; n += 1) session.say(notification('notifications/n', { n, fill }));
  const large = client.begin('GET', PATH, { ...headers, 'Last-Event-ID': '0-0' });
  await until(() => large.text.includes('"n":3') && large.text.endsWith('\n\n'), 'eight MiB at most');
  expect(large.messages.map(({ params }) => params?.['n'])).toEqual([2, 3]);
});

test('an id that is in use is refused, and so is a request while the server takes no more', async () => {
  const { client, sessions } = await playedGateway();
  const { session, headers } = await begin(client, sessions);
  client.post(PATH, request(1), headers);
  await until(() => session.last?.id === '1', 'the call arrived');
  expect((await client.answered(client.post(PATH, request(1), headers))).status).toBe(400);
  session.downstream.pause();
  const busy = await client.answered(client.post(PATH, request(2), headers));
  expect([busy.status, busy.headers['retry-after']]).toEqual([503, '1']);
  session.downstream.resume();
  client.post(PATH, request(3), headers);
  await until(() => session.last?.id === '3', 'it goes on');
});

test('the answers of the client to the server’s questions pass, and DELETE ends the session', async () => {
  const { client, sessions } = await playedGateway();
  const { session, headers } = await begin(client, sessions);
  const get = client.begin('GET', PATH, headers);
  await until(() => get.isStream, 'the GET stream is open');
  const answer = await client.answered(client.post(PATH, '{"jsonrpc":"2.0","id":50,"result":{}}', headers));
  expect([answer.status, session.last?.kind]).toEqual([202, 'response']);
  expect((await client.answered(client.begin('DELETE', PATH, headers))).status).toBe(204);
  await until(() => get.ended, 'the stream ends');
  expect(session.hasLeft).toBe(true);
  expect((await client.answered(client.post(PATH, request(2), headers))).status).toBe(404);
});

test('a refused handshake leaves no session', async () => {
  const { client, sessions } = await playedGateway();
  const exchange = client.post(PATH, INITIALIZE);
  const session = await until(() => sessions[0], 'the session was opened');
  await until(() => session.last, 'initialize arrived');
  session.say('{"jsonrpc":"2.0","id":0,"error":{"code":-32602,"message":"no"}}');
  await client.answered(exchange);
  expect(exchange.messages[0]?.error?.code).toBe(-32_602);
  await until(() => session.hasLeft, 'the session ends');
});

test('a session ends after thirty idle minutes, not while its client listens', async () => {
  const clock = new ManualClock();
  const { client, sessions } = await playedGateway({ clock });
  const { session, headers } = await begin(client, sessions);
  const get = client.begin('GET', PATH, headers);
  await until(() => get.isStream, 'the GET stream is open');
  clock.advance(3_600_000);
  expect(session.isClosed).toBe(false);
  get.destroy();
  await until(() => session.drains > 0, 'the connection is gone');
  clock.advance(3_600_000);
  expect(session.hasLeft).toBe(true);
});

test('a client that reads slowly holds the server back, and lets it go on when it leaves', async () => {
  const { client, sessions } = await playedGateway();
  const { session, headers } = await begin(client, sessions);
  const get = client.begin('GET', PATH, headers);
  await until(() => get.isStream, 'the GET stream is open');
  const text = notification('notifications/n', { fill: 'x'.repeat(4_000_000) });
  expect(session.say(text)).toBe(false);
  await until(() => session.drains > 0, 'it has room again');
});

test('a client that names event streams first is answered by one from the beginning', async () => {
  const { client, sessions } = await playedGateway();
  const { session, headers } = await begin(client, sessions);
  for (const [accept, type] of [
    ['text/event-stream, application/json', 'text/event-stream'],
    ['application/json, text/event-stream', 'application/json'],
  ] as const) {
    const exchange = client.post(PATH, request(type, 'tools/list'), { ...headers, Accept: accept });
    await until(() => session.last?.method === 'tools/list' && session.last.id === `"${type}"`, 'the request arrived');
    session.answer(`"${type}"`, '{"tools":[]}');
    await client.answered(exchange);
    expect(exchange.headers['content-type']).toContain(type);
    expect(exchange.text).toContain('"tools":[]');
  }
});
