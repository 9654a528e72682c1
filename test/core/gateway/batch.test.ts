import { expect, test } from 'vitest';
import { attachTo, echoGateway, recorderGateway } from '../../support/gateway-rig.ts';
import { until } from '../../support/until.ts';

const call = (id: number, text: string) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name: 'echo', arguments: { text } },
});

test('FRM-11: in 2025-03-26 a batch goes to the server message by message and is answered by one array', async () => {
  const { gateway, audit } = echoGateway();
  const { client } = attachTo(gateway, 'echo');
  await client.initialize('2025-03-26');
  client.send([call(10, 'a'), { jsonrpc: '2.0', method: 'notifications/x' }, call(11, 'b')]);
  const line = await until(() => client.lines[1], 'the array');
  const answers = JSON.parse(line) as { id: number }[];
  expect(new Set(answers.map(({ id }) => id))).toEqual(new Set([10, 11]));
  expect(audit.pairs()).toHaveLength(2);
});

test('FRM-11: a batch of notifications alone gets no answer; a cancelled request is left out of the array', async () => {
  const { gateway, source } = recorderGateway();
  source.protocolVersion = '2025-03-26';
  const { client } = attachTo(gateway, 'recorder');
  await client.initialize('2025-03-26');
  client.send([{ jsonrpc: '2.0', method: 'n' }]);
  client.send([
    { jsonrpc: '2.0', id: 5, method: 'x' },
    { jsonrpc: '2.0', id: 6, method: 'x' },
  ]);
  client.notify('notifications/cancelled', { requestId: 5 });
  await until(() => source.last.methods.at(-1) === 'notifications/cancelled', 'all arrived');
  source.last.answer('6');
  await until(() => client.lines.length === 2, 'the array');
  expect(client.lines[1]).toBe('[{"jsonrpc":"2.0","id":6,"result":{}}]');
});

test.each([
  ['empty', '[]'],
  [
    'of 101 messages',
    JSON.stringify(Array.from({ length: 101 }, (_, id) => ({ jsonrpc: '2.0', id: 100 + id, method: 'x' }))),
  ],
  ['nested', '[[{"jsonrpc":"2.0","id":5,"method":"x"}]]'],
  ['with initialize', '[{"jsonrpc":"2.0","id":5,"method":"initialize"}]'],
])('FRM-11: a batch %s is refused whole', async (_, text) => {
  const { gateway, source } = recorderGateway();
  source.protocolVersion = '2025-03-26';
  const { client } = attachTo(gateway, 'recorder');
  await client.initialize('2025-03-26');
  client.send(text);
  expect((await client.answer(null)).error?.code).toBe(-32600);
  expect(source.last.methods).toEqual(['initialize', 'notifications/initialized']);
});

test.each(['2024-11-05', '2025-06-18', '2025-11-25'])('FRM-11: in %s a batch is refused', async (version) => {
  const { gateway, source } = recorderGateway();
  source.protocolVersion = version;
  const { client } = attachTo(gateway, 'recorder');
  await client.initialize(version);
  client.send([call(10, 'a')]);
  expect((await client.answer(null)).error?.code).toBe(-32600);
  expect(source.last.methods).not.toContain('tools/call');
});
