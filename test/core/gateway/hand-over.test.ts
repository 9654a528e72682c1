import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AuditLog } from '../../../core/audit/audit-log.ts';
import { silentLogger } from '../../../core/base/logger.ts';
import type { CatalogReader } from '../../../core/connections/upstream.ts';
import { attachTo, gatewayOf, recorderGateway } from '../../support/gateway-rig.ts';
import { initializeParams } from '../../support/raw-client.ts';
import { RecordingSource } from '../../support/recording-upstream.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

const SESSION = 'a'.repeat(32);
const CATALOG: CatalogReader = { get: () => undefined, list: () => [] };
const FIRST_LINE = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: initializeParams() });

async function hostOn(dir: string) {
  const audit = await AuditLog.open({ dir, cacheDir: join(dir, 'cache'), logger: silentLogger });
  const rig = gatewayOf({ source: new RecordingSource(), audit, catalog: CATALOG });
  const end = async () => {
    await rig.gateway.close();
    await audit.close();
  };
  return { ...rig, end };
}

test('a host that died under calls: the next one closes them as unknown, tells the client, and goes on with the server', async () => {
  const dir = tempDir();
  const first = await hostOn(join(dir, 'one'));
  const { client: before } = attachTo(first.gateway, 'recorder', { id: SESSION });
  before.send(FIRST_LINE);
  await before.answer(1);
  before.send('{"jsonrpc":"2.0","id":"c\\u0061ll","method":"tools/call","params":{"name":"pay"}}');
  await until(() => first.source.last.methods.includes('tools/call'), 'the call left');
  // What a killed process leaves is its files as they are at this moment.
  cpSync(join(dir, 'one'), join(dir, 'two'), { recursive: true });
  const second = await hostOn(join(dir, 'two'));
  const { client: after } = attachTo(second.gateway, 'recorder', { id: SESSION, resume: Buffer.from(FIRST_LINE) });
  expect((await after.answer('call')).error).toMatchObject({ code: -33001, data: { code: 'OUTCOME_UNKNOWN' } });
  expect(after.lines[0]).toContain('"id":"c\\u0061ll"');
  await until(
    () => second.source.opened[0]?.methods.includes('notifications/initialized'),
    'the server is initialised',
  );

  after.notify('notifications/initialized');
  const id = after.begin('tools/list');
  await until(() => second.source.last.methods.includes('tools/list'), 'the session goes on');
  second.source.last.answer(String(id));
  await after.answer(id);
  expect(second.source.last.methods).toEqual(['initialize', 'notifications/initialized', 'tools/list']);
  expect(after.lines).toHaveLength(2);
  expect(await second.audit.openIntents(SESSION)).toEqual([]);
  const { records } = await second.audit.list({ session: SESSION }, { limit: 10 });
  expect(records.map(({ kind, outcome, client }) => [kind, outcome, client]).reverse()).toEqual([
    ['session.opened', 'allowed', 'test-client'],
    ['call.intent', 'allowed', 'test-client'],
    ['call.outcome', 'unknown', 'test-client'],
    ['session.opened', 'allowed', 'test-client'],
  ]);
  await first.end();
  await second.end();
});

test('a host that died before the handshake was answered: the next one answers it, once', async () => {
  const { gateway, source } = recorderGateway();
  const { client } = attachTo(gateway, 'recorder', {
    id: SESSION,
    resume: Buffer.from(FIRST_LINE),
    pending: [Buffer.from(`${FIRST_LINE}\n`)],
  });
  expect((await client.answer(1)).result).toBeDefined();
  client.notify('notifications/initialized');
  await until(() => source.last.methods.length === 2, 'all arrived');
  expect(source.last.methods).toEqual(['initialize', 'notifications/initialized']);
  expect(client.lines).toHaveLength(1);
});

test('what the client’s side knows to be unanswered gets exactly one error each, the handshake itself none', async () => {
  const { gateway, source, audit } = recorderGateway();
  audit.append({ kind: 'session.opened', outcome: 'allowed', session: SESSION });
  audit.append({ kind: 'call.intent', outcome: 'allowed', session: SESSION, requestId: '2', tool: 'x' });
  const resume = Buffer.from(FIRST_LINE);
  const { client } = attachTo(gateway, 'recorder', { id: SESSION, resume, unanswered: ['1', '2', '"list"', '3'] });
  for (const id of [2, 'list', 3]) expect((await client.answer(id)).error?.data?.code).toBe('OUTCOME_UNKNOWN');
  client.send({ jsonrpc: '2.0', id: 4, method: 'tools/list' });
  await until(() => source.opened[0]?.methods.includes('tools/list'), 'the session goes on');
  expect(client.lines).toHaveLength(3);
  expect(source.last.methods).toEqual(['initialize', 'notifications/initialized', 'tools/list']);
});

test('drain: what is under way is answered, nothing new leaves, and every byte not forwarded goes to the next host', async () => {
  const old = recorderGateway();
  const { client } = attachTo(old.gateway, 'recorder', { id: SESSION });
  client.send(FIRST_LINE);
  await client.answer(1);
  client.notify('notifications/initialized');
  client.send({ jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'x' } });
  await until(() => old.source.last.methods.includes('tools/call'), 'the call left');
  const drained = old.gateway.drain();
  old.source.last.say('{"jsonrpc":"2.0","id":1,"method":"elicitation/create","params":{}}');
  await until(() => client.messages.some(({ method }) => method === 'elicitation/create'), 'the question came');
  client.send({ jsonrpc: '2.0', id: 3, method: 'tools/call', params: { name: 'y' } });
  client.send({ jsonrpc: '2.0', id: 1, result: { action: 'accept' } });
  await until(() => old.source.last.frames.at(-1)?.kind === 'response', 'the answer of the client still passes');
  expect(() => attachTo(old.gateway, 'recorder')).toThrow('handing over');
  client.stream.write('{"jsonrpc":"2.0","id":4,"met');
  old.source.last.answer('2', '{"content":[]}');
  expect((await client.answer(2)).result).toEqual({ content: [] });
  const [handed] = await drained;

  expect(old.source.last.methods.filter((method) => method === 'tools/call')).toHaveLength(1);
  expect(old.source.last.closed).toBe(true);
  expect(old.audit.of('session.closed')).toEqual([]);
  const next = recorderGateway();
  next.audit.events.push(...old.audit.events);
  const { client: again } = attachTo(next.gateway, 'recorder', {
    id: SESSION,
    resume: Buffer.from(FIRST_LINE),
    pending: handed?.pending ?? [],
  });
  again.stream.write('hod":"tools/list"}\n');
  await until(() => next.source.opened[0]?.methods.includes('tools/list'), 'the rest arrived');
  expect(next.source.last.frames.map(({ id, method }) => [id, method])).toEqual([
    ['1', 'initialize'],
    [undefined, 'notifications/initialized'],
    ['3', 'tools/call'],
    ['4', 'tools/list'],
  ]);
});

test('a client that comes back to a living host takes its session over from the old stream', async () => {
  const { gateway, source, audit } = recorderGateway();
  const { client: old } = attachTo(gateway, 'recorder', { id: SESSION });
  old.send(FIRST_LINE);
  await old.answer(1);
  old.send({ jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'x' } });
  await until(() => source.last.methods.includes('tools/call'), 'the call left');
  const { client } = attachTo(gateway, 'recorder', { id: SESSION, resume: Buffer.from(FIRST_LINE) });
  expect((await client.answer(2)).error?.data?.code).toBe('OUTCOME_UNKNOWN');
  await until(() => source.opened.length === 2, 'a new connection');
  expect(source.opened[0]?.closed).toBe(true);
  expect(gateway.sessions().map(({ id }) => id)).toEqual([SESSION]);
  expect(audit.pairs().map(({ outcomes }) => outcomes.map(({ outcome }) => outcome))).toEqual([['unknown']]);
});

test('closing a server ends its sessions with a clear error and leaves others alone', async () => {
  const { gateway, source, audit } = recorderGateway();
  const { client } = attachTo(gateway, 'one');
  const { client: other } = attachTo(gateway, 'two');
  await client.initialize();
  await other.initialize();
  const [call, list] = [client.begin('tools/call', { name: 'x' }), client.begin('tools/list')];
  await until(() => source.opened[0]?.methods.includes('tools/list'), 'both left');
  await gateway.closeServer('one');
  expect((await client.answer(call)).error?.data?.code).toBe('OUTCOME_UNKNOWN');
  expect((await client.answer(list)).error?.data?.code).toBe('SERVER_DISABLED');
  await until(() => client.ended, 'the stream ended');
  expect(gateway.sessions().map(({ server }) => server)).toEqual(['two']);
  expect(audit.of('session.closed').map(({ detail }) => detail?.['reason'])).toEqual(['server-closed']);
});
