import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PortolanError } from '../../../shared/errors.ts';
import { attachTo, echoGateway, recorderGateway } from '../../support/gateway-rig.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

test('a client reaches a real server: handshake, list, call, and the records of all of it', async () => {
  const { gateway, source, audit } = echoGateway();
  const { client, session } = attachTo(gateway, 'echo');
  const initialized = await client.initialize();
  expect(initialized.result).toMatchObject({ protocolVersion: '2025-11-25', serverInfo: { name: 'echo' } });
  expect((await client.request('tools/list')).result?.['tools']).toHaveLength(7);
  expect((await client.call('echo', { text: 'hello' })).result).toEqual({ content: [{ type: 'text', text: 'hello' }] });

  expect(source.status('echo')).toMatchObject({ state: 'ready', toolCount: 7, protocolVersion: '2025-11-25' });
  expect(gateway.sessions()).toMatchObject([
    {
      id: session.id,
      server: 'echo',
      client: { name: 'test-client', version: '2.0.0', pid: 4711 },
      inFlight: 0,
      calls: 1,
    },
  ]);
  expect(audit.events.map(({ kind, outcome }) => `${kind} ${outcome}`)).toEqual([
    'session.opened allowed',
    'call.intent allowed',
    'call.outcome allowed',
  ]);
  expect(audit.pairs()[0]?.intent).toMatchObject({
    client: { name: 'test-client', version: '2.0.0', title: 'Test client', pid: 4711 },
    server: 'echo',
    tool: 'echo',
    method: 'tools/call',
    session: session.id,
    requestId: '3',
    argumentsBytes: 16,
  });
});

test('frames pass byte for byte in both directions', async () => {
  const record = join(tempDir(), 'record');
  const { gateway } = echoGateway({ env: { RECORD: record } });
  const { client } = attachTo(gateway, 'echo');
  await client.initialize();
  const odd =
    '{ "params":{"b":1,  "a":[1.0,1e2,"\\u00e9é"]},"method":"custom/x","x-top":{"k":null},"id":"odd \\u0041","jsonrpc":"2.0"}';
  client.send(odd);
  const answer = await client.answer('odd A');
  expect(answer.result).toEqual({ method: 'custom/x', params: { b: 1, a: [1, 100, 'éé'] } });
  expect(readFileSync(record, 'utf8').split('\n')).toContain(odd);
});

test('an answer carries the id in the spelling of the client, whatever the server made of it', async () => {
  const { gateway, source } = recorderGateway();
  const { client } = attachTo(gateway, 'recorder');
  await client.initialize();
  client.send('{"jsonrpc":"2.0","id":9007199254740993,"method":"x"}');
  await until(() => source.last.methods.includes('x'), 'the request arrived');
  source.last.answer('9007199254740992', '{"kept":[1, 2]}');
  expect(await until(() => client.lines[1], 'the answer')).toBe(
    '{"jsonrpc":"2.0","id":9007199254740993,"result":{"kept":[1, 2]}}',
  );
});

test('what cannot be read is answered with an error and the session goes on', async () => {
  const { gateway } = echoGateway();
  const { client } = attachTo(gateway, 'echo');
  await client.initialize();
  client.send('{"jsonrpc":"2.0","id":7,"method"');
  client.send('{"jsonrpc":"2.0","id":8,"method":"x","method":"y"}');
  client.send('[]');
  client.send('5');
  await until(() => client.lines.length >= 5, 'four errors');
  expect(client.messages.slice(1).map(({ id, error }) => [id, error?.code])).toEqual([
    [null, -32700],
    [8, -32600],
    [null, -32600],
    [null, -32600],
  ]);
  expect((await client.call('echo', { text: 'still here' })).result).toBeDefined();
});

test('a server that cannot be started is an error of the request, with the code in it', async () => {
  const { gateway, source } = recorderGateway();
  source.failure = new PortolanError('SERVER_DISABLED', 'The server is disabled.', { hint: 'Enable it.' });
  const { client } = attachTo(gateway, 'recorder');
  const answer = await client.request('initialize');
  expect(answer.error).toEqual({
    code: -33005,
    message: 'SERVER_DISABLED: The server is disabled.',
    data: { code: 'SERVER_DISABLED', hint: 'Enable it.' },
  });
});

test('a second request with an id in flight is refused without an answer to the first', async () => {
  const { gateway, source } = recorderGateway();
  const { client } = attachTo(gateway, 'recorder');
  await client.initialize();
  client.send('{"jsonrpc":"2.0","id":5,"method":"x"}');
  client.send('{"jsonrpc":"2.0","id":5.0,"method":"y"}');
  expect((await client.answer(null)).error?.code).toBe(-32600);
  source.last.answer('5', '{"of":"x"}');
  expect((await client.answer(5)).result).toEqual({ of: 'x' });
  expect(source.last.methods).not.toContain('y');
});

test('the 257th waiting request is refused with SERVER_BUSY, and cancellations still pass', async () => {
  const { gateway, source } = recorderGateway();
  const { client } = attachTo(gateway, 'recorder');
  await client.initialize();
  for (let id = 1000; id < 1257; id++) client.send({ jsonrpc: '2.0', id, method: 'x' });
  expect((await client.answer(1256)).error?.data?.code).toBe('SERVER_BUSY');
  client.notify('notifications/cancelled', { requestId: 1000 });
  await until(() => source.last.methods.includes('notifications/cancelled'), 'the cancellation arrived');
  expect(gateway.inFlight()).toBe(255);
});

test('while a server takes no more, the client is not read and nothing is lost or reordered', async () => {
  const { gateway, source } = recorderGateway();
  const { client } = attachTo(gateway, 'recorder');
  await client.request('initialize');
  let full = true;
  source.onSend = () => {
    if (full) throw new PortolanError('SERVER_BUSY', 'The buffers are full.');
  };
  client.notify('notifications/initialized');
  for (let n = 0; n < 100; n++) client.notify('n', { n, fill: 'x'.repeat(50_000) });
  await until(() => client.stream.writableNeedDrain, 'the client is held back');
  full = false;
  await until(() => source.last.frames.length === 102, 'everything arrived');
  expect(source.last.methods.slice(0, 2)).toEqual(['initialize', 'notifications/initialized']);
  expect(source.last.frames.slice(2).map(({ message }) => (message['params'] as { n: number }).n)).toEqual(
    Array.from({ length: 100 }, (_, n) => n),
  );
});

test('a server that says when it takes more is offered nothing before, and everything then', async () => {
  const { gateway, source } = recorderGateway({ clock: new ManualClock() });
  const { client } = attachTo(gateway, 'recorder');
  await client.request('initialize');
  let full = true;
  let offered = 0;
  source.onSend = () => {
    offered++;
    if (full) throw new PortolanError('SERVER_BUSY', 'The buffers are full.');
  };
  client.notify('notifications/initialized');
  for (let n = 0; n < 100; n++) client.notify('n', { n, fill: 'x'.repeat(50_000) });
  await until(() => client.stream.writableNeedDrain, 'the client is held back');
  source.last.events.onDrain?.();
  expect(offered).toBe(2);
  full = false;
  source.last.events.onDrain?.();
  await until(() => source.last.frames.length === 102, 'everything arrived');
});

test('while the client takes no more, the server is not read', async () => {
  const { gateway, source } = recorderGateway();
  const { client } = attachTo(gateway, 'recorder');
  await client.initialize();
  client.stream.pause();
  source.last.say(`{"jsonrpc":"2.0","method":"n","params":{"fill":"${'x'.repeat(1_000_000)}"}}`);
  await until(() => source.last.paused, 'the server is held back');
  client.stream.resume();
  await until(() => !source.last.paused, 'the server goes on');
});

test('sessions are told together after changes', async () => {
  const { gateway, told } = recorderGateway();
  const { client } = attachTo(gateway, 'recorder');
  await client.initialize();
  await until(() => told.at(-1)?.[0]?.client.name === 'test-client', 'the session was told');
  expect(told.length).toBeLessThanOrEqual(3);
  await gateway.closeServer('recorder');
  await until(() => told.at(-1)?.length === 0, 'the end was told');
});
