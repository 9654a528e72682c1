// Modern requests over HTTP: where answers go, and what ends them.
import { expect, test } from 'vitest';
import { valueKey } from '../../../../core/connections/request-id.ts';
import { modernRequest } from '../../../support/http-client.ts';
import { playedGateway, recordedGateway } from '../../../support/http-gateway-rig.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { until } from '../../../support/until.ts';

const PATH = '/mcp/s/recorder';
const SUBSCRIPTION = 'io.modelcontextprotocol/subscriptionId';

test('BAS-13: a modern request reaches the server and its answer comes back as JSON under its own id', async () => {
  const { client, sessions } = await playedGateway();
  const { body, headers } = modernRequest(7, 'server/discover');
  const exchange = client.post(PATH, body, headers);
  const frame = await until(() => sessions[0]?.last, 'the request arrived');
  sessions[0]?.answer(frame.id, '{"supportedVersions":["2026-07-28"],"x":1.50}');
  await client.answered(exchange);
  expect([exchange.status, exchange.text]).toEqual([
    200,
    '{"jsonrpc":"2.0","id":7,"result":{"supportedVersions":["2026-07-28"],"x":1.50}}',
  ]);
  expect(exchange.headers['content-type']).toBe('application/json');
});

test('two POSTs may use one id and one progress token: each gets its own', async () => {
  const { client, sessions } = await playedGateway();
  const ask = (name: string) => {
    const { body, headers } = modernRequest('same', 'tools/call', { name }, { progressToken: 5 });
    return client.post(PATH, body, headers);
  };
  const [first, second] = [ask('a'), ask('b')];
  await until(() => sessions[0]?.frames.length === 2, 'both arrived');
  expect(sessions).toHaveLength(1);
  const frames = Object.fromEntries(
    (sessions[0]?.frames ?? []).map((frame) => [(frame.message['params'] as { name: string }).name, frame]),
  );
  expect(frames['a']?.id).not.toBe(frames['b']?.id);
  const token = (frames['b']?.message['params'] as { _meta?: { progressToken: unknown } } | undefined)?._meta
    ?.progressToken;
  sessions[0]?.say(
    `{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":${valueKey(token)},"progress":1}}`,
  );
  sessions[0]?.answer(frames['b']?.id, '{"of":"b"}');
  sessions[0]?.answer(frames['a']?.id, '{"of":"a"}');
  await client.answered(first);
  await client.answered(second);
  expect(first.messages).toEqual([{ jsonrpc: '2.0', id: 'same', result: { of: 'a' } }]);
  expect(second.messages).toEqual([
    { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 5, progress: 1 } },
    { jsonrpc: '2.0', id: 'same', result: { of: 'b' } },
  ]);
});

test('HTM-22: a message before the answer makes a stream of it, which proxies may not hold back', async () => {
  const { client, sessions } = await playedGateway();
  const { body, headers } = modernRequest(1, 'tools/call', { name: 'x' });
  const exchange = client.post(PATH, body, headers);
  const frame = await until(() => sessions[0]?.last, 'the request arrived');
  sessions[0]?.say('{"jsonrpc":"2.0","method":"notifications/message","params":{"data":"é"}}', frame.id);
  await until(() => exchange.messages.length === 1, 'the log message came at once');
  expect(exchange.headers).toMatchObject({ 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
  sessions[0]?.answer(frame.id);
  await client.answered(exchange);
  expect(exchange.messages.map(({ method, id }) => method ?? id)).toEqual(['notifications/message', 1]);
  expect(exchange.events.every(({ id }) => id === undefined)).toBe(true);
});

test('a silent request becomes a stream with a comment every fifteen seconds', async () => {
  const clock = new ManualClock();
  const { client, sessions } = await playedGateway({ clock });
  const { body, headers } = modernRequest(1, 'tools/call', { name: 'x' });
  const exchange = client.post(PATH, body, headers);
  const frame = await until(() => sessions[0]?.last, 'the request arrived');
  clock.advance(15_000);
  clock.advance(15_000);
  await until(() => exchange.text === ': keep-alive\n\n: keep-alive\n\n', 'two comments');
  sessions[0]?.answer(frame.id);
  await client.answered(exchange);
  expect(exchange.messages).toEqual([{ jsonrpc: '2.0', id: 1, result: {} }]);
});

test('HTM-14: a client that closes the stream has cancelled, and nothing of it is sent on', async () => {
  const { client, sessions } = await playedGateway();
  const { body, headers } = modernRequest(1, 'tools/call', { name: 'x' });
  const exchange = client.post(PATH, body, headers);
  const frame = await until(() => sessions[0]?.last, 'the request arrived');
  exchange.destroy();
  const cancelled = await until(
    () => sessions[0]?.frames.find(({ method }) => method === 'notifications/cancelled'),
    'the cancellation',
  );
  expect(cancelled.message['params']).toMatchObject({ requestId: JSON.parse(frame.id ?? '') as string });
  sessions[0]?.answer(frame.id);
  expect(exchange.text).toBe('');
});

test('HTM-14: through the real gateway the server is told and the log says cancelled', async () => {
  const { client, source, audit } = await recordedGateway();
  const { body, headers } = modernRequest(1, 'tools/call', { name: 'x', arguments: {} });
  const exchange = client.post(PATH, body, headers);
  await until(() => source.opened[0]?.methods.includes('tools/call'), 'the call arrived');
  exchange.destroy();
  await until(() => source.last.methods.includes('notifications/cancelled'), 'the server is told');
  expect(audit.pairs()[0]?.outcomes).toMatchObject([{ outcome: 'cancelled' }]);
  expect(audit.pairs()[0]?.intent.client).toEqual({
    name: 'laptop (modern-client)',
    version: '3',
    gatewayClient: 'laptop',
  });
});

test.each([
  [-32_601, 404],
  [-32_020, 400],
  [-32_021, 400],
  [-32_022, 400],
  [-32_602, 200],
  [-33_001, 200],
])('BAS-16: an error %d of the server goes with status %d', async (code, status) => {
  const { client, sessions } = await playedGateway();
  const { body, headers } = modernRequest(1, 'tools/list');
  const exchange = client.post(PATH, body, headers);
  const frame = await until(() => sessions[0]?.last, 'the request arrived');
  sessions[0]?.say(`{"jsonrpc":"2.0","id":${frame.id},"error":{"code":${code},"message":"no"}}`);
  await client.answered(exchange);
  expect([exchange.status, exchange.messages[0]?.error?.code]).toEqual([status, code]);
});

test('HTM-17: an accepted notification has 202 and no body; a response is refused', async () => {
  const { client, sessions } = await playedGateway();
  const { body, headers } = modernRequest(undefined, 'notifications/custom');
  const told = await client.answered(client.post(PATH, body, headers));
  expect([told.status, told.text]).toEqual([202, '']);
  const response = await client.answered(
    client.post(PATH, '{"jsonrpc":"2.0","id":1,"result":{}}', { 'MCP-Protocol-Version': '2026-07-28' }),
  );
  expect(response.status).toBe(400);
  expect(sessions).toEqual([]);
});

test('HTM-18: GET and DELETE are 405, and the session headers mean nothing to a modern request', async () => {
  const { client, sessions } = await playedGateway();
  for (const method of ['GET', 'DELETE']) {
    const exchange = await client.answered(client.begin(method, PATH));
    expect([exchange.status, exchange.headers['allow']]).toEqual([405, 'POST']);
  }
  const { body, headers } = modernRequest(1, 'tools/list');
  const exchange = client.post(PATH, body, { ...headers, 'Mcp-Session-Id': 'x', 'Last-Event-ID': '0-1' });
  const frame = await until(() => sessions[0]?.last, 'the request arrived');
  sessions[0]?.answer(frame.id);
  await client.answered(exchange);
  expect([exchange.status, exchange.headers['mcp-session-id']]).toEqual([200, undefined]);
});

const base64 = (text: string) => `=?base64?${Buffer.from(text).toString('base64')}?=`;

test('HTM-20: Mcp-Param headers travel with the request as they came, and no other header does', async () => {
  const { client, sessions } = await playedGateway();
  const { body, headers } = modernRequest(1, 'tools/call', { name: 'x' });
  client.post(PATH, body, { ...headers, 'Mcp-Param-Region': base64('日本'), 'mcp-param-x': ' 1 ', 'X-Other': 'y' });
  const frame = await until(() => sessions[0]?.last, 'the request arrived');
  expect(frame.extraHeaders).toEqual({ 'Mcp-Param-Region': base64('日本'), 'mcp-param-x': '1' });
});

test('SUB-04: a listen stays open, and its messages carry the id that the client gave it', async () => {
  const clock = new ManualClock();
  const { client, sessions } = await playedGateway({ clock });
  const { body, headers } = modernRequest(9, 'subscriptions/listen', { notifications: { toolsListChanged: true } });
  const listen = client.post(PATH, body, headers);
  const frame = await until(() => sessions[0]?.last, 'the listen arrived');
  const meta = `"_meta":{"${SUBSCRIPTION}":${frame.id}}`;
  sessions[0]?.say(`{"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{${meta}}}`);
  sessions[0]?.say(`{"jsonrpc":"2.0","method":"notifications/tools/list_changed","params":{${meta}}}`);
  await until(() => listen.messages.length === 2, 'both came');
  clock.advance(3_600_000);
  sessions[0]?.answer(frame.id, `{"resultType":"complete",${meta}}`);
  await client.answered(listen);
  expect(listen.messages).toEqual([
    {
      jsonrpc: '2.0',
      method: 'notifications/subscriptions/acknowledged',
      params: { _meta: { [SUBSCRIPTION]: 9 } },
    },
    { jsonrpc: '2.0', method: 'notifications/tools/list_changed', params: { _meta: { [SUBSCRIPTION]: 9 } } },
    { jsonrpc: '2.0', id: 9, result: { resultType: 'complete', _meta: { [SUBSCRIPTION]: 9 } } },
  ]);
});

test('SUB-05: a log message that names no request goes to the only one in flight and never to a listen', async () => {
  const { client, sessions } = await playedGateway();
  const listening = modernRequest(1, 'subscriptions/listen', { notifications: {} });
  const listen = client.post(PATH, listening.body, listening.headers);
  await until(() => sessions[0]?.frames.length === 1, 'the listen arrived');
  const log = '{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":1}}';
  sessions[0]?.say(log);
  const { body, headers } = modernRequest(2, 'tools/call', { name: 'x' });
  const call = client.post(PATH, body, headers);
  await until(() => sessions[0]?.frames.length === 2, 'the call arrived');
  sessions[0]?.say(log);
  sessions[0]?.answer(sessions[0].last?.id);
  await client.answered(call);
  expect(call.messages).toHaveLength(2);
  expect(listen.text).toBe('');
});

test('requests share a session as long as client, target, capabilities and claimed name are the same', async () => {
  const { client, clientOf, clients, sessions } = await playedGateway();
  const other = clientOf(clients.add({ name: 'desktop' }).token);
  const capabilities = 'io.modelcontextprotocol/clientCapabilities';
  const ask = (from: typeof client, path: string, meta: Record<string, unknown>) => {
    const { body, headers } = modernRequest(1, 'tools/list', {}, meta);
    from.post(path, body, headers);
  };
  ask(client, PATH, { [capabilities]: { sampling: {}, elicitation: { form: {}, url: {} } } });
  ask(client, PATH, { [capabilities]: { elicitation: { url: {}, form: {} }, sampling: {} } });
  await until(() => sessions[0]?.frames.length === 2, 'two in one');
  ask(client, PATH, {});
  ask(client, '/mcp/s/other', {});
  ask(client, '/mcp/p/work', {});
  ask(other, PATH, {});
  await until(() => sessions.length === 5, 'four more sessions');
  expect(sessions.map(({ server, options }) => `${options.caller.gatewayClient} ${server}`).sort()).toEqual([
    'desktop recorder',
    'laptop other',
    'laptop profile:work',
    'laptop recorder',
    'laptop recorder',
  ]);
});

test('an idle session is closed after five minutes, one that waits for an answer is not', async () => {
  const clock = new ManualClock();
  const { client, sessions } = await playedGateway({ clock });
  const { body, headers } = modernRequest(1, 'tools/list');
  const exchange = client.post(PATH, body, headers);
  const frame = await until(() => sessions[0]?.last, 'the request arrived');
  clock.advance(600_000);
  expect(sessions[0]?.isClosed).toBe(false);
  sessions[0]?.answer(frame.id);
  await client.answered(exchange);
  clock.advance(600_000);
  expect(sessions[0]?.hasLeft).toBe(true);
});

test('a client has 64 sessions at most: the one that was idle longest gives way, and none that is in use', async () => {
  const { client, sessions } = await playedGateway();
  const ask = (n: number) => {
    const { body, headers } = modernRequest(
      n,
      'tools/list',
      {},
      { 'io.modelcontextprotocol/clientInfo': { name: `c${n}` } },
    );
    return client.post(PATH, body, headers);
  };
  const first = ask(0);
  await until(() => sessions.length === 1, 'the first');
  sessions[0]?.answer(sessions[0].last?.id);
  await client.answered(first);
  for (let n = 1; n < 65; n += 1) ask(n);
  await until(() => sessions.length === 65, 'the last');
  expect(sessions.filter(({ isClosed }) => isClosed)).toEqual([sessions[0]]);
  const refused = await client.answered(ask(65));
  expect([refused.status, refused.messages[0]?.error?.data?.code]).toEqual([503, 'SERVER_BUSY']);
});
