import { expect, test } from 'vitest';
import { META } from '../../../../core/connections/era.ts';
import { attachTo } from '../../../support/gateway-rig.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { gets, profileGateway, type Replies, settled, toolsText } from '../../../support/profile-rig.ts';
import type { Message, RawClient } from '../../../support/raw-client.ts';
import { until } from '../../../support/until.ts';

const own = {
  [META.protocolVersion]: '2026-07-28',
  [META.clientInfo]: { name: 'modern client', version: '3' },
  [META.clientCapabilities]: { elicitation: {} },
};
const UPDATED = 'notifications/resources/updated';
const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged';
const TOOLS_CHANGED = 'notifications/tools/list_changed';

const begin = (client: RawClient, method: string, params: object = {}) =>
  client.begin(method, { ...params, _meta: own });
const request = (client: RawClient, method: string, params: object = {}) =>
  client.answer(begin(client, method, params));
const namesOf = (answer: Message) => ((answer.result ?? {})['tools'] as { name: string }[]).map(({ name }) => name);
const said = ({ messages }: RawClient, method: string) => messages.filter((message) => message.method === method);

function modern(replies: Record<string, Replies>, clock?: ManualClock) {
  const rig = profileGateway(replies, clock === undefined ? {} : { clock });
  return { ...rig, ...attachTo(rig.gateway, 'profile:p') };
}

test('a modern client is told about the profile without any server, for a short time and for itself', async () => {
  const { client, servers } = modern({ a: {} });
  const { result } = await request(client, 'server/discover');
  expect(result).toMatchObject({
    resultType: 'complete',
    cacheScope: 'private',
    ttlMs: 5000,
    capabilities: { tools: { listChanged: true } },
    _meta: { [META.serverInfo]: { name: 'portolan' } },
  });
  expect(result?.['supportedVersions']).toContain('2026-07-28');
  expect(servers.opened).toEqual([]);
});

test('lists and calls carry the client’s own metadata, and no handshake is sent', async () => {
  const { client, servers } = modern({
    a: { 'tools/list': toolsText('t') },
    b: { 'tools/list': '{"code":-32601,"message":"no"}' },
  });
  const listed = await request(client, 'tools/list');
  expect(listed.result).toMatchObject({ resultType: 'complete', ttlMs: 0, cacheScope: 'private' });
  expect(listed.result?.['_meta']).toEqual({ [META.serverInfo]: expect.anything() as object });
  expect(namesOf(listed)).toEqual(['a__t']);
  expect(servers.got('a', 'tools/list')[0]?.message['params']).toEqual({ _meta: own });
  servers.replies['a'] = { 'tools/call': '{"resultType":"input_required","requestState":"opaque"}' };
  expect((await request(client, 'tools/call', { name: 'a__t' })).result).toEqual({
    resultType: 'input_required',
    requestState: 'opaque',
  });
  const retry = { name: 'a__t', requestState: 'opaque', inputResponses: { x: { action: 'decline' } } };
  await request(client, 'tools/call', retry);
  expect(servers.got('a', 'tools/call')[1]?.message['params']).toEqual({ ...retry, name: 't', _meta: own });
  expect(servers.of('a').methods).not.toContain('initialize');
});

test('a modern client is known by what it says of itself, and a subscription keeps no host from leaving', async () => {
  const { client, servers, gateway, audit } = modern({ a: { 'subscriptions/listen': undefined } });
  const id = begin(client, 'subscriptions/listen', { notifications: {} });
  await gets(servers, 'a', 'subscriptions/listen');
  expect(gateway.sessions()[0]).toMatchObject({ client: { name: 'modern client', version: '3' }, inFlight: 0 });
  expect(audit.of('session.opened')[0]).toMatchObject({
    server: 'profile:p',
    detail: { protocolVersion: '2026-07-28' },
  });
  const [left] = await gateway.drain();
  expect(JSON.parse(Buffer.concat(left?.pending ?? []).toString())).toMatchObject({
    id,
    method: 'subscriptions/listen',
  });
});

test('a client that has only asked who this is may still choose the handshake', async () => {
  const { client, servers } = modern({ a: { 'tools/list': toolsText('t') } });
  await request(client, 'server/discover');
  expect((await client.initialize()).result).toMatchObject({ protocolVersion: '2025-11-25' });
  expect((await client.request('tools/list')).result).toEqual({
    tools: [{ name: 'a__t', inputSchema: { type: 'object' } }],
  });
  expect(servers.of('a').methods).toEqual(['initialize', 'notifications/initialized', 'tools/list']);
});

test('TOL-05: what a modern client calls itself changes no list', async () => {
  const { client } = modern({ server: { 'tools/list': toolsText('x'.repeat(54)) } });
  const meta = { ...own, [META.clientInfo]: { name: 'cursor-vscode', version: '1' } };
  const id = client.begin('tools/list', { _meta: meta });
  expect(namesOf(await client.answer(id))[0]).toHaveLength(62);
});

test('a listen is acknowledged with what the servers honour, first, and everything on it carries the client’s id', async () => {
  const clock = new ManualClock();
  const { client, servers } = modern(
    {
      a: { 'resources/list': '{"resources":[{"uri":"x://1","name":"1"}]}', 'subscriptions/listen': undefined },
      b: {
        'resources/list': '{"resources":[{"uri":"x://1","name":"1"},{"uri":"x://2","name":"2"}]}',
        'subscriptions/listen': undefined,
      },
    },
    clock,
  );
  await request(client, 'resources/list');
  await request(client, 'tools/list');
  const id = begin(client, 'subscriptions/listen', {
    notifications: { toolsListChanged: true, resourceSubscriptions: ['portolan://b/x://1', 'x://2'] },
  });
  const atA = await gets(servers, 'a', 'subscriptions/listen');
  const atB = await gets(servers, 'b', 'subscriptions/listen');
  const wanted = (frame: typeof atA) =>
    frame.message['params'] as { notifications: { resourceSubscriptions: string[] } };
  expect([wanted(atA).notifications.resourceSubscriptions, wanted(atB).notifications.resourceSubscriptions]).toEqual([
    [],
    ['x://1', 'x://2'],
  ]);
  const tag = `"_meta":{"${META.subscriptionId}":${id}}`;
  const tell = (name: string, method: string, more: string) =>
    servers.of(name).say(`{"jsonrpc":"2.0","method":"${method}","params":{${more}${tag}}}`);
  tell('b', ACKNOWLEDGED, '"notifications":{"resourceSubscriptions":["x://1"]},');
  tell('b', UPDATED, '"uri":"x://1",');
  await settled();
  expect(said(client, UPDATED)).toEqual([]);
  tell('a', ACKNOWLEDGED, '"notifications":{},');
  await until(() => said(client, UPDATED).length === 1, 'what was held comes');
  expect(client.messages.slice(2).map(({ method, params }) => [method, params])).toEqual([
    [
      ACKNOWLEDGED,
      {
        notifications: { toolsListChanged: true, resourceSubscriptions: ['portolan://b/x://1'] },
        _meta: { [META.subscriptionId]: id },
      },
    ],
    [UPDATED, { uri: 'portolan://b/x://1', _meta: { [META.subscriptionId]: id } }],
  ]);
  tell('a', TOOLS_CHANGED, '');
  tell('b', TOOLS_CHANGED, '');
  tell('b', 'notifications/prompts/list_changed', '');
  clock.advance(50);
  await until(() => client.lines.length > 4, 'the change is told');
  await settled();
  expect(client.messages.slice(4)).toMatchObject([
    { method: TOOLS_CHANGED, params: { _meta: { [META.subscriptionId]: id } } },
  ]);
  client.notify('notifications/cancelled', { requestId: id });
  await gets(servers, 'a', 'notifications/cancelled');
  await gets(servers, 'b', 'notifications/cancelled');
});

test('a listen does not wait for a server that says nothing, and ends when all have ended it', async () => {
  const clock = new ManualClock();
  const { client, servers } = modern(
    { a: { 'subscriptions/listen': undefined }, mute: { 'subscriptions/listen': undefined } },
    clock,
  );
  const id = begin(client, 'subscriptions/listen', { notifications: { promptsListChanged: true } });
  await gets(servers, 'a', 'subscriptions/listen');
  await gets(servers, 'mute', 'subscriptions/listen');
  clock.advance(1000);
  const [acknowledged] = await until(
    () => (said(client, ACKNOWLEDGED).length > 0 ? said(client, ACKNOWLEDGED) : undefined),
    'ack',
  );
  expect(acknowledged?.params?.['notifications']).toEqual({ promptsListChanged: true });
  servers.of('a').answer(String(id), '{"resultType":"complete"}');
  await settled();
  expect(client.messages.some((message) => message.id === id)).toBe(false);
  servers.of('mute').answer(String(id), '{"resultType":"complete"}');
  expect((await client.answer(id)).result).toEqual({ resultType: 'complete', _meta: { [META.subscriptionId]: id } });
});
