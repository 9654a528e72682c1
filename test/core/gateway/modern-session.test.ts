import { expect, test } from 'vitest';
import { attachTo, recorderGateway } from '../../support/gateway-rig.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { modernParams } from '../../support/raw-client.ts';
import { until } from '../../support/until.ts';

async function modernSession(options: Parameters<typeof recorderGateway>[0] = {}) {
  const rig = recorderGateway(options);
  const { client, session } = attachTo(rig.gateway, 'recorder');
  const id = client.begin('server/discover', modernParams());
  await until(() => rig.source.opened.length === 1, 'the server is opened');
  rig.source.last.answer(String(id));
  await client.answer(id);
  return { ...rig, client, session };
}

test('a client that begins with server/discover gets a connection in its own dialect and no handshake', async () => {
  const { source, audit, gateway } = await modernSession();
  expect(source.eras).toEqual(['modern']);
  expect(source.last.methods).toEqual(['server/discover']);
  expect(gateway.sessions()).toMatchObject([{ client: { name: 'modern-client' }, protocolVersion: '2026-07-28' }]);
  expect(audit.events[0]).toMatchObject({ kind: 'session.opened', detail: { protocolVersion: '2026-07-28' } });
});

test('a request with a modern version in its `_meta` is enough to tell the dialect', async () => {
  const { gateway, source, audit } = recorderGateway();
  const { client } = attachTo(gateway, 'recorder');
  const id = client.begin('tools/call', modernParams({ name: 'echo' }));
  await until(() => source.opened[0]?.methods.length === 1, 'the call left');
  source.last.answer(String(id));
  await client.answer(id);
  expect(source.eras).toEqual(['modern']);
  expect(audit.pairs()[0]?.intent).toMatchObject({ client: { name: 'modern-client' }, tool: 'echo' });
});

test('ERA-12: a client that discovers and then initializes is served the handshake on a connection of its own', async () => {
  const { client, source } = await modernSession();
  const answer = await client.initialize();
  expect(answer.result).toMatchObject({ protocolVersion: '2025-11-25' });
  expect(source.eras).toEqual(['modern', 'legacy']);
  expect(source.opened[0]?.closed).toBe(true);
});

test('a modern client’s connection that was lost is opened again without a handshake', async () => {
  const { client, source } = await modernSession();
  source.last.lose();
  const id = client.begin('tools/list', modernParams());
  await until(() => source.opened.length === 2 && source.last.methods.length === 1, 'a new connection');
  expect(source.last.methods).toEqual(['tools/list']);
  source.last.answer(String(id));
  await client.answer(id);
});

test('a subscription has no deadline and does not count as a request under way', async () => {
  const clock = new ManualClock();
  const { client, source, gateway } = await modernSession({ clock });
  const listen = client.begin('subscriptions/listen', modernParams({ notifications: { toolsListChanged: true } }));
  await until(() => source.last.methods.includes('subscriptions/listen'), 'the subscription left');
  clock.advance(24 * 3_600_000);
  expect(gateway.inFlight()).toBe(0);
  source.last.say('{"jsonrpc":"2.0","method":"notifications/tools/list_changed","params":{}}', String(listen));
  await until(() => client.messages.some(({ method }) => method === 'notifications/tools/list_changed'), 'told');
  expect(client.messages.some(({ id }) => id === listen)).toBe(false);
});

test('a subscription goes over to the next host with what was not forwarded yet', async () => {
  const { client, source, gateway, session } = await modernSession();
  client.begin('subscriptions/listen', modernParams({ notifications: {} }));
  await until(() => source.last.methods.includes('subscriptions/listen'), 'the subscription left');
  const drained = await gateway.drain();
  const pending = drained.find(({ sessionId }) => sessionId === session.id)?.pending ?? [];
  expect(Buffer.concat(pending).toString()).toContain('"subscriptions/listen"');
});
