import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PortolanError } from '../../../shared/errors.ts';
import { MemoryAudit } from '../../support/memory-audit.ts';
import {
  attachTo,
  bareProcesses,
  catalogOf,
  ECHO_SERVER,
  echoGateway,
  gatewayOf,
  recorderGateway,
} from '../../support/gateway-rig.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

test('PRX-01: a server that dies at 200 random points of a call: at most one effect, and the caller is told', async () => {
  const effects = join(tempDir(), 'effects');
  const catalog = catalogOf({ echo: { args: [ECHO_SERVER], env: { EFFECTS: effects } } });
  const { gateway, audit } = gatewayOf({ source: bareProcesses(catalog), audit: new MemoryAudit(), catalog });
  const answers = new Map<number, string>();
  const cutOnce = async (mark: number) => {
    const { client } = attachTo(gateway, 'echo');
    await client.initialize();
    const { error, result } = await client.call('cut', { bytes: Math.floor(Math.random() * 130) - 30, mark });
    answers.set(mark, error?.data?.code ?? JSON.stringify(result?.['content']));
    client.stream.end();
  };
  const lane = async (first: number) => {
    for (let mark = first; mark < 200; mark += 4) await cutOnce(mark);
  };
  await Promise.all([0, 1, 2, 3].map(lane));

  const marks = readFileSync(effects, 'utf8').trim().split('\n');
  expect(new Set(marks).size).toBe(marks.length);
  const told = Map.groupBy(answers.entries(), ([, answer]) => answer);
  expect(new Set(told.keys())).toEqual(new Set(['OUTCOME_UNKNOWN', '[{"type":"text","text":"carried out"}]']));
  for (const { intent, outcomes } of audit.pairs()) {
    expect(outcomes).toHaveLength(1);
    const done = outcomes[0]?.outcome;
    expect(done === 'unknown' || done === 'allowed', intent.id).toBe(true);
  }
}, 120_000);

test('after a loss the next request opens the server again, with the handshake replayed and its answer kept back', async () => {
  const record = join(tempDir(), 'record');
  const { gateway, source } = echoGateway({ env: { RECORD: record } });
  const { client } = attachTo(gateway, 'echo');
  await client.initialize();
  const lost = await client.call('exit');
  expect(lost.error).toMatchObject({ code: -33001, data: { code: 'OUTCOME_UNKNOWN' } });
  expect((await client.call('echo', { text: 'again' })).result).toEqual({ content: [{ type: 'text', text: 'again' }] });
  expect(client.lines).toHaveLength(3);
  const methods = readFileSync(record, 'utf8')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { method: string }).method);
  const start = ['initialize', 'notifications/initialized', 'tools/call'];
  expect(methods).toEqual([...start, ...start]);
  expect(source.status('echo').state).toBe('ready');
});

test('a request that has no effect fails with the loss itself; requests that were never sent go to the next connection', async () => {
  const { gateway, source } = recorderGateway();
  const { client } = attachTo(gateway, 'recorder');
  await client.initialize();
  client.send({ jsonrpc: '2.0', id: 50, method: 'tools/list' });
  await until(() => source.last.methods.includes('tools/list'), 'the list was asked for');
  source.onSend = (frame) => {
    if (frame.method === 'tools/call' && source.opened.length === 1) throw new PortolanError('SERVER_BUSY', 'Full.');
  };
  client.send({ jsonrpc: '2.0', id: 51, method: 'tools/call', params: { name: 'x' } });
  await until(() => gateway.inFlight() === 2, 'the call waits');
  source.last.lose();
  expect((await client.answer(50)).error?.data?.code).toBe('SERVER_EXITED');
  await until(() => source.opened.length === 2 && source.last.methods.includes('tools/call'), 'the call went out once');
  source.last.answer('51', '{"content":[]}');
  expect((await client.answer(51)).result).toEqual({ content: [] });
  expect(source.opened[0]?.methods).not.toContain('tools/call');
});

test('when the handshake cannot be replayed, what waits for it fails and the next request tries again', async () => {
  const { gateway, source } = recorderGateway();
  const { client } = attachTo(gateway, 'recorder');
  await client.initialize();
  source.last.lose();
  source.failure = new PortolanError('SERVER_CRASH_LOOP', 'The server keeps ending.');
  expect((await client.call('x')).error?.data?.code).toBe('SERVER_CRASH_LOOP');
  source.failure = undefined;
  const id = client.begin('tools/list');
  await until(() => source.last.methods.includes('tools/list'), 'the next connection is in use');
  source.last.answer(String(id));
  expect((await client.answer(id)).result).toEqual({});
});

test('a call that the transport says was never sent is an error, not an unknown outcome', async () => {
  const { gateway, source, audit } = recorderGateway();
  const { client } = attachTo(gateway, 'recorder');
  await client.initialize();
  const id = client.begin('tools/call', { name: 'x' });
  await until(() => source.last.methods.includes('tools/call'), 'the call arrived');
  source.last.events.onRequestFailed(
    String(id),
    new PortolanError('CONNECT_REFUSED', 'Nobody listens there.', { data: { sent: false } }),
  );
  expect((await client.answer(id)).error?.data?.code).toBe('CONNECT_REFUSED');
  expect(audit.of('call.outcome')[0]?.outcome).toBe('error');
});

test('a call to a server that never starts has no effect and an outcome that says so', async () => {
  const effects = join(tempDir(), 'effects');
  const { gateway, audit } = echoGateway({ env: { EFFECTS: effects }, entry: { enabled: false } });
  const { client } = attachTo(gateway, 'echo');
  expect((await client.call('echo')).error?.data?.code).toBe('SERVER_DISABLED');
  expect(existsSync(effects)).toBe(false);
  expect(audit.pairs().map(({ outcomes }) => outcomes.map(({ outcome }) => outcome))).toEqual([['error']]);
});
