// A notification has no answer, whoever sends it and whatever it says. (JSON-RPC 2.0 section 4.1)
import { expect, test } from 'vitest';
import { openBridge } from '../../support/bridge-rig.ts';
import { attachTo, recorderGateway } from '../../support/gateway-rig.ts';
import { openRig } from '../../support/modern-bridge-rig.ts';
import { profileGateway, settled } from '../../support/profile-rig.ts';
import { modernParams } from '../../support/raw-client.ts';
import { until } from '../../support/until.ts';

/** Known, unknown, removed, malformed, and methods that are requests elsewhere. */
const METHODS = [
  'notifications/initialized',
  'notifications/cancelled',
  'notifications/progress',
  'notifications/roots/list_changed',
  'notifications/unknown',
  'tools/call',
  'tools/list',
  'ping',
  'server/discover',
  'logging/setLevel',
  'resources/subscribe',
];

test('BAS-04: neither side of a session answers the other’s notifications', async () => {
  for (const speak of ['legacy', 'modern'] as const) {
    const { gateway, source } = recorderGateway();
    const { client } = attachTo(gateway, 'recorder');
    if (speak === 'legacy') await client.initialize();
    else {
      const id = client.begin('server/discover', modernParams());
      await until(() => source.opened[0]?.methods.length === 1, 'the server is asked');
      source.last.answer(String(id));
      await client.answer(id);
    }
    for (const method of METHODS) {
      client.notify(method, { requestId: 99, _meta: 7 });
      source.last.say(JSON.stringify({ jsonrpc: '2.0', method, params: { requestId: 99, progressToken: {} } }));
    }
    client.notify('marker');
    await until(() => source.last.methods.includes('marker'), 'all arrived');
    expect(source.last.frames.filter(({ kind }) => kind === 'response')).toEqual([]);
    expect(client.messages.filter(({ method }) => method === undefined)).toHaveLength(1);
  }
});

test('BAS-04: a profile and its members answer none', async () => {
  const { gateway, servers } = profileGateway({ a: {} });
  const { client } = attachTo(gateway, 'profile:p');
  await client.initialize();
  await client.request('tools/list');
  for (const method of METHODS) {
    client.notify(method, { requestId: 99 });
    servers.of('a').say(JSON.stringify({ jsonrpc: '2.0', method, params: { requestId: 99 } }));
  }
  await settled();
  await client.request('ping');
  expect(servers.of('a').frames.filter(({ kind }) => kind === 'response')).toEqual([]);
  expect(client.messages.filter(({ method }) => method === undefined)).toHaveLength(3);
});

test('BAS-04: a bridge answers none, of a legacy client or a modern server', async () => {
  const client = await openBridge();
  for (const method of METHODS) {
    client.notify(method, { requestId: 99 });
    await client.call('say', { text: JSON.stringify({ jsonrpc: '2.0', method, params: { requestId: 99 } }) });
  }
  expect(client.got.filter(({ frame }) => frame.kind === 'response')).toHaveLength(1 + METHODS.length);
  expect(client.sent.filter(({ kind }) => kind === 'response')).toEqual([]);
  expect(client.failures).toEqual([]);
});

test('BAS-04: a bridge answers none, of a modern client or a legacy server', async () => {
  const { caller, server } = await openRig();
  await caller.result('server/discover');
  for (const method of METHODS) {
    caller.notify(method, { requestId: 99 });
    server.say(JSON.stringify({ jsonrpc: '2.0', method, params: { requestId: 99 } }));
  }
  await caller.result('tools/list');
  expect(caller.frames.filter(({ frame }) => frame.kind === 'response')).toHaveLength(2);
  expect(server.frames.filter(({ kind }) => kind === 'response')).toEqual([]);
});
