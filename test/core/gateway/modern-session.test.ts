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

test('STD-09: a lost connection is opened again without a handshake; what was in flight is lost with it, and not sent again', async () => {
  const { client, source } = await modernSession();
  const lost = client.begin('tools/call', modernParams({ name: 'x' }));
  await until(() => source.last.methods.includes('tools/call'), 'the call left');
  source.last.lose();
  expect((await client.answer(lost)).error?.data).toMatchObject({ code: 'OUTCOME_UNKNOWN' });
  const id = client.begin('tools/list', modernParams());
  await until(() => source.opened.length === 2 && source.last.methods.length === 1, 'a new connection');
  expect(source.last.methods).toEqual(['tools/list']);
  source.last.answer(String(id));
  await client.answer(id);
});

test('STD-04, STD-05: no request reaches a modern client, and no response its server', async () => {
  const { client, source, session } = await modernSession();
  const call = client.begin('tools/call', modernParams({ name: 'x' }));
  await until(() => source.last.methods.includes('tools/call'), 'the call left');
  const sent = source.last.frames.length;
  for (const method of ['ping', 'roots/list', 'sampling/createMessage', 'elicitation/create']) {
    source.last.say(`{"jsonrpc":"2.0","id":"${method}","method":"${method}","params":{}}`, String(call));
    client.send({ jsonrpc: '2.0', id: method, result: {} });
  }
  client.notify('marker');
  await until(() => source.last.methods.includes('marker'), 'everything arrived');
  expect(source.last.frames.slice(sent).map(({ method }) => method)).toEqual(['marker']);
  source.last.answer(String(call));
  await client.answer(call);
  expect(client.messages.filter(({ method }) => method !== undefined)).toEqual([]);
  expect(session.inFlight).toBe(0);
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
