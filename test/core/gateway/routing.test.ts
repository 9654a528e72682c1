import { expect, test } from 'vitest';
import { parseFrame } from '../../../core/connections/frame.ts';
import { FRAME_MATRIX } from '../../support/frame-matrix.ts';
import { attachTo, echoGateway, recorderGateway } from '../../support/gateway-rig.ts';
import { until } from '../../support/until.ts';

test('FRM-09: equal ids of two clients in 10,000 interleavings: each answer reaches exactly its requester', async () => {
  const { gateway, source } = recorderGateway();
  const clients = [attachTo(gateway, 'a').client, attachTo(gateway, 'b').client];
  for (const client of clients) await client.initialize();
  const upstreams = [...source.opened];
  let wrong = 0;
  let right = 0;
  for (const [owner, client] of clients.entries()) {
    client.onMessage = ({ id, result }) => {
      if (result?.['for'] === `${owner}/${id}`) right++;
      else wrong++;
    };
  }
  for (let round = 0; round < 40; round++) {
    const ids = Array.from({ length: 250 }, (_, n) => 1000 + round * 250 + n);
    for (const id of ids) for (const client of clients) client.send({ jsonrpc: '2.0', id, method: 'x' });
    await until(() => upstreams.every(({ frames }) => frames.length === 2 + (round + 1) * 250), 'all requests arrived');
    const answers = upstreams.flatMap((upstream, owner) => ids.map((id) => ({ upstream, owner, id })));
    for (const { upstream, owner, id } of shuffled(answers)) upstream.answer(String(id), `{"for":"${owner}/${id}"}`);
    await until(() => right + wrong === (round + 1) * 500, 'all answers arrived');
  }
  expect({ right, wrong }).toEqual({ right: 20_000, wrong: 0 });
});

test('FRM-10: unknown, early, repeated and late answers are dropped and counted', async () => {
  const { gateway, source, audit } = recorderGateway();
  const { client } = attachTo(gateway, 'recorder');
  await client.initialize();
  source.last.answer('7', '{"early":true}');
  source.last.answer('"never asked"');
  client.send({ jsonrpc: '2.0', id: 7, method: 'x' });
  client.send({ jsonrpc: '2.0', id: 8, method: 'y' });
  client.notify('notifications/cancelled', { requestId: 8 });
  await until(() => source.last.methods.at(-1) === 'notifications/cancelled', 'all arrived');
  source.last.answer('7', '{"right":true}');
  source.last.answer('7', '{"repeated":true}');
  source.last.answer('8', '{"late":true}');
  expect((await client.answer(7)).result).toEqual({ right: true });
  client.stream.end();
  const closed = await until(() => audit.of('session.closed')[0], 'the session is closed');
  expect(client.lines).toHaveLength(2);
  expect(closed.detail?.['dropped']).toBe('4');
});

test('FRM-10: an answer from the client that no server waits for is dropped', async () => {
  const { gateway, source } = recorderGateway();
  const { client } = attachTo(gateway, 'recorder');
  await client.initialize();
  client.send({ jsonrpc: '2.0', id: 1, result: { unasked: true } });
  client.notify('marker');
  await until(() => source.last.methods.includes('marker'), 'the answer was read');
  source.last.say('{"jsonrpc":"2.0","id":1,"method":"roots/list"}');
  await until(() => client.messages.some(({ method }) => method === 'roots/list'), 'the question arrived');
  client.send({ jsonrpc: '2.0', id: 1, result: { roots: [] } });
  client.send({ jsonrpc: '2.0', id: 1, result: { roots: ['again'] } });
  client.notify('last');
  await until(() => source.last.methods.includes('last'), 'all arrived');
  const answers = source.last.frames.filter(({ kind }) => kind === 'response').map(({ bytes }) => bytes.toString());
  expect(answers).toEqual(['{"jsonrpc":"2.0","id":1,"result":{"roots":[]}}']);
});

test('FRM-10: the id of a given-up request is not used again, so that its late answer reaches nobody', async () => {
  const { gateway, source } = recorderGateway();
  const { client } = attachTo(gateway, 'recorder');
  await client.initialize();
  client.send({ jsonrpc: '2.0', id: 7, method: 'x' });
  client.notify('notifications/cancelled', { requestId: 7 });
  client.send({ jsonrpc: '2.0', id: 7, method: 'y' });
  expect((await client.answer(null)).error?.code).toBe(-32600);
  source.last.answer('7', '{"of":"x"}');
  source.last.lose();
  client.send({ jsonrpc: '2.0', id: 7, method: 'z' });
  await until(
    () => source.opened.length === 2 && source.last.methods.includes('z'),
    'a new connection has no old answers',
  );
  source.last.answer('7', '{"of":"z"}');
  expect((await client.answer(7)).result).toEqual({ of: 'z' });
  expect(client.messages.filter(({ id }) => id === 7)).toHaveLength(1);
});

test('FRM-24: unknown methods, members and _meta keys pass unchanged in both directions', async () => {
  const { gateway, source } = recorderGateway();
  const { client } = attachTo(gateway, 'recorder');
  await client.initialize();
  const request =
    '{"jsonrpc":"2.0","id":"u","method":"vendor/unknown","params":{"_meta":{"com.example/k":[1,{"x":null}]},"y":1e3},"extra":true}';
  const notification = '{"jsonrpc":"2.0","method":"vendor/event","params":[1,2],"_":{"deep":{"er":0.10}}}';
  client.send(request);
  client.send(notification);
  await until(() => source.last.methods.includes('vendor/event'), 'both arrived');
  expect(source.last.frames.slice(2).map(({ bytes }) => bytes.toString())).toEqual([request, notification]);
  const answer = '{"id":"u","extra":{"kept":1.50},"result":{"_meta":{"a/b":0},"resultType":"new"},"jsonrpc":"2.0"}';
  const error = '{"jsonrpc":"2.0","method":"vendor/told","params":{"z":[]},"t":1}';
  source.last.say(error);
  source.last.say(answer);
  await until(() => client.lines.length === 3, 'both arrived');
  expect(client.lines.slice(1)).toEqual([error, answer]);
});

test.each(FRAME_MATRIX.filter(({ from }) => from === 'client'))(
  'from the client, byte for byte: $name',
  async ({ text }) => {
    const { gateway, source } = recorderGateway();
    const { client } = attachTo(gateway, 'recorder');
    await client.initialize();
    const frame = parseFrame(Buffer.from(text), 'client');
    if (frame.kind === 'response') source.last.say(`{"jsonrpc":"2.0","id":${frame.id},"method":"roots/list"}`);
    client.send(text);
    await until(() => source.last.frames.length === 3, 'the message arrived');
    expect(source.last.frames[2]?.bytes.toString()).toBe(text);
  },
);

test.each(FRAME_MATRIX.filter(({ from }) => from === 'server'))(
  'from the server, byte for byte: $name',
  async ({ text }) => {
    const { gateway, source } = recorderGateway();
    const { client } = attachTo(gateway, 'recorder');
    client.send({ jsonrpc: '2.0', id: 'init', method: 'initialize', params: {} });
    await client.answer('init');
    const { kind, id } = parseFrame(Buffer.from(text), 'server');
    if (kind === 'response' && id !== 'null') {
      client.send(`{"jsonrpc":"2.0","id":${id},"method":"x"}`);
      await until(() => source.last.methods.includes('x'), 'the request arrived');
    }
    source.last.say(text);
    source.last.say('{"jsonrpc":"2.0","method":"marker"}');
    await until(() => client.messages.at(-1)?.method === 'marker', 'the marker arrived');
    expect(client.lines.slice(1, -1)).toEqual([text]);
  },
);

test('requests of a real server reach its client, and the answers the server', async () => {
  const { gateway, toolsChanged } = echoGateway();
  const { client } = attachTo(gateway, 'echo');
  await client.initialize('2025-11-25', { sampling: {}, elicitation: {}, roots: {} });
  client.onMessage = ({ id, method }) => {
    if (method !== undefined && id !== undefined) client.send({ jsonrpc: '2.0', id, result: { answered: method } });
  };
  for (const method of ['sampling/createMessage', 'elicitation/create', 'roots/list', 'ping']) {
    const answer = await client.call('ask', { method });
    expect(answer.result).toEqual({ content: [{ type: 'text', text: `{"answered":"${method}"}` }] });
  }
  await client.call('change');
  expect(client.messages.map(({ method }) => method)).toContain('notifications/tools/list_changed');
  expect(toolsChanged).toEqual(['echo']);
});

test('a question of a lost server is taken back, and its late answer never reaches the next server', async () => {
  const { gateway, source } = recorderGateway();
  const { client } = attachTo(gateway, 'recorder');
  await client.initialize();
  source.last.say('{"jsonrpc":"2.0","id":1,"method":"elicitation/create","params":{"old":true}}');
  source.last.lose();
  await until(() => client.messages.at(-1)?.method === 'notifications/cancelled', 'the question is taken back');
  expect(client.messages.at(-1)?.params?.['requestId']).toBe(1);
  client.begin('x');
  const next = await until(() => source.opened[1], 'a new connection');
  await until(() => next.methods.includes('x'), 'the new server is in use');
  next.say('{"jsonrpc":"2.0","id":1,"method":"elicitation/create","params":{"new":true}}');
  client.send({ jsonrpc: '2.0', id: 1, result: { answerTo: 'old' } });
  client.notify('last');
  await until(() => next.methods.includes('last'), 'all arrived');
  const answers = next.frames.filter(({ kind }) => kind === 'response').map(({ message }) => message);
  expect(answers).toMatchObject([{ id: 1, error: { data: { code: 'SERVER_BUSY' } } }]);
});

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, key: Math.random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
