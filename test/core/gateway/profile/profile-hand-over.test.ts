import { expect, test } from 'vitest';
import { PortolanError } from '../../../../shared/errors.ts';
import { attachTo } from '../../../support/gateway-rig.ts';
import { gets, profileGateway, toolsText } from '../../../support/profile-rig.ts';
import { initializeParams } from '../../../support/raw-client.ts';
import { until } from '../../../support/until.ts';

const SESSION = 'a'.repeat(32);
const FIRST_LINE = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: initializeParams() });
const LISTS = { a: { 'tools/list': toolsText('t'), 'tools/call': undefined }, b: { 'tools/list': toolsText('t') } };

test('PRX-20: after a host’s death every call of a member is closed as unknown and answered once; servers are opened when needed', async () => {
  const { gateway, servers, audit } = profileGateway(LISTS);
  audit.append({ kind: 'session.opened', outcome: 'allowed', session: SESSION });
  const intent = { kind: 'call.intent', outcome: 'allowed', server: 'b', tool: 't' } as const;
  audit.append({ ...intent, session: `${SESSION}.b`, requestId: '"x"' });
  const resume = Buffer.from(FIRST_LINE);
  const { client } = attachTo(gateway, 'profile:p', { id: SESSION, resume, unanswered: ['"x"', '7', '1'] });
  for (const id of ['x', 7]) expect((await client.answer(id)).error?.data?.code).toBe('OUTCOME_UNKNOWN');
  expect(audit.of('call.outcome')).toMatchObject([{ server: 'b', outcome: 'unknown', requestId: '"x"' }]);
  expect(servers.opened).toEqual([]);
  client.send({ jsonrpc: '2.0', id: 8, method: 'tools/call', params: { name: 'b__t' } });
  expect((await client.answer(8)).result).toEqual({ content: [] });
  expect(client.lines).toHaveLength(3);
  expect(servers.got('b', 'initialize')[0]?.message['params']).toMatchObject({ clientInfo: { name: 'test-client' } });
});

test('a host that died before the handshake was answered: the next one answers it, once', async () => {
  const { gateway } = profileGateway(LISTS);
  const { client } = attachTo(gateway, 'profile:p', {
    id: SESSION,
    resume: Buffer.from(FIRST_LINE),
    pending: [Buffer.from(`${FIRST_LINE}\n`)],
  });
  expect((await client.answer(1)).result).toBeDefined();
  client.send({ jsonrpc: '2.0', id: 2, method: 'ping' });
  await client.answer(2);
  expect(client.lines).toHaveLength(2);
});

test('a drain waits for the call under way, keeps what comes after it, and ends the members without an ending', async () => {
  const { gateway, servers, audit } = profileGateway(LISTS);
  const { client } = attachTo(gateway, 'profile:p', { id: SESSION });
  await client.initialize();
  await client.request('tools/list');
  const call = client.begin('tools/call', { name: 'a__t' });
  await gets(servers, 'a', 'tools/call');
  const drained = gateway.drain();
  const later = { jsonrpc: '2.0', id: 'later', method: 'tools/call', params: { name: 'b__t' } };
  client.send(later);
  servers.of('a').answer(String(call), '{"content":[]}');
  expect((await client.answer(call)).result).toEqual({ content: [] });
  const all = await drained;
  expect(all.map(({ sessionId }) => sessionId)).toEqual([SESSION]);
  expect(Buffer.concat(all[0]?.pending ?? []).toString()).toBe(`${JSON.stringify(later)}\n`);
  expect(servers.got('b', 'tools/call')).toEqual([]);
  expect(servers.opened.every(({ upstream }) => upstream.closed)).toBe(true);
  expect(audit.of('session.closed')).toEqual([]);
  expect(gateway.sessions()).toEqual([]);
});

test('the next host goes on from what was kept, as a session of the same client', async () => {
  const { gateway, servers, audit } = profileGateway({ b: { 'tools/list': toolsText('t') } });
  audit.append({ kind: 'session.opened', outcome: 'allowed', session: SESSION });
  const kept = `${JSON.stringify({ jsonrpc: '2.0', id: 5, method: 'tools/call', params: { name: 'b__t' } })}\n`;
  const { client } = attachTo(gateway, 'profile:p', {
    id: SESSION,
    resume: Buffer.from(FIRST_LINE),
    pending: [Buffer.from(kept)],
  });
  expect((await client.answer(5)).result).toEqual({ content: [] });
  expect(servers.opened.map(({ session }) => session)).toEqual([`${SESSION}.b`]);
  expect(audit.of('call.outcome')).toMatchObject([
    { client: { name: 'test-client' }, server: 'b', session: `${SESSION}.b` },
  ]);
});

test('a client that leaves takes its members with it, and their calls are recorded as cancelled', async () => {
  const { gateway, servers, audit } = profileGateway(LISTS);
  const { client } = attachTo(gateway, 'profile:p');
  await client.initialize();
  await client.request('tools/list');
  client.begin('tools/call', { name: 'a__t' });
  await gets(servers, 'a', 'tools/call');
  expect(gateway.sessions().map(({ server }) => server)).toEqual(['profile:p', 'a', 'b']);
  expect(gateway.inFlight()).toBe(1);
  client.stream.end();
  await until(() => gateway.sessions().length === 0, 'all sessions end');
  expect(audit.of('call.outcome')).toMatchObject([{ server: 'a', outcome: 'cancelled' }]);
  expect(
    audit
      .of('session.closed')
      .map(({ server }) => server)
      .toSorted((one, other) => String(one).localeCompare(String(other))),
  ).toEqual(['a', 'b', 'profile:p']);
});

test('a session that Portolan ends answers what is under way, also at a server that is still starting', async () => {
  const { gateway, servers } = profileGateway({ ...LISTS, slow: { initialize: undefined } });
  const { client, session } = attachTo(gateway, 'profile:p');
  await client.initialize();
  const one = client.begin('tools/call', { name: 'a__t' });
  const two = client.begin('tools/call', { name: 'slow__t' });
  await gets(servers, 'a', 'tools/call');
  await gets(servers, 'slow', 'initialize');
  await session.close('test');
  expect((await client.answer(one)).error?.data?.code).toBe('OUTCOME_UNKNOWN');
  expect((await client.answer(two)).error?.data?.code).toBe('SESSION_LOST');
  expect(client.messages.filter(({ id }) => id === two)).toHaveLength(1);
});

test('an unknown profile is refused, and one that is removed ends its sessions', async () => {
  const { gateway, profiles } = profileGateway(LISTS);
  expect(() => attachTo(gateway, 'profile:none')).toThrow(PortolanError);
  const { client } = attachTo(gateway, 'profile:p');
  await client.initialize();
  profiles.clear();
  await gateway.profilesChanged(['other']);
  expect((await client.request('ping')).result).toEqual({});
  await gateway.profilesChanged(['p']);
  await until(() => client.ended, 'the session ends');
});
