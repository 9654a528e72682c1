import { expect, test } from 'vitest';
import { parseFrame } from '../../../core/connections/frame.ts';
import { SharedConnection } from '../../../core/connections/shared-connection.ts';
import type { Upstream } from '../../../core/connections/upstream.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { initializeParams } from '../../support/raw-client.ts';
import { RecordingUpstream } from '../../support/recording-upstream.ts';

interface Line {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: { readonly [key: string]: unknown };
  readonly result?: unknown;
  readonly error?: { readonly code: number };
}

function shared() {
  const clock = new ManualClock();
  let server: RecordingUpstream | undefined;
  const gone: true[] = [];
  const connection = new SharedConnection({
    open: (events) => {
      server = new RecordingUpstream(events, () => undefined);
      return Promise.resolve(server);
    },
    clock,
    onGone: () => gone.push(true),
  });
  const join = async () => {
    const lines: Line[] = [];
    const related: (string | undefined)[] = [];
    const failed: [string, string][] = [];
    const closed: string[] = [];
    const upstream: Upstream = await connection.attach({
      onFrame: ({ bytes }, relatedTo) => {
        lines.push(JSON.parse(bytes.toString()) as Line);
        related.push(relatedTo);
      },
      onRequestFailed: (id, error) => failed.push([id, error.code]),
      onClosed: (error) => closed.push(error.code),
      onDrain: () => void lines.push({ method: 'drained' }),
      onLog: () => undefined,
    });
    const say = (message: object) =>
      upstream.send(parseFrame(Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message })), 'client'));
    return { upstream, lines, related, failed, closed, say };
  };
  return {
    clock,
    connection,
    gone,
    join,
    get server() {
      if (server === undefined) throw new Error('not opened');
      return server;
    },
  };
}

const HANDSHAKE = '{"protocolVersion":"2025-11-25","capabilities":{},"serverInfo":{"name":"s","version":"1"}}';

/** Two sessions after the handshake; the first can be asked for samples, the second for nothing. */
async function pair() {
  const rig = shared();
  const one = await rig.join();
  const two = await rig.join();
  one.say({ id: 1, method: 'initialize', params: initializeParams('2025-11-25', { sampling: {} }) });
  two.say({ id: 1, method: 'initialize', params: initializeParams() });
  rig.server.answer(rig.server.frames[0]?.id, HANDSHAKE);
  await Promise.resolve();
  one.say({ method: 'notifications/initialized' });
  two.say({ method: 'notifications/initialized' });
  one.lines.length = 0;
  two.lines.length = 0;
  rig.server.frames.length = 0;
  return { ...rig, one, two, server: rig.server };
}

test('the handshake is made once, and its answer is told to every session under its own id', async () => {
  const rig = shared();
  const one = await rig.join();
  const two = await rig.join();
  one.say({ id: 'a', method: 'initialize', params: initializeParams() });
  two.say({ id: 'b', method: 'initialize', params: initializeParams() });
  expect(rig.server.methods).toEqual(['initialize']);
  rig.server.answer(rig.server.frames[0]?.id, HANDSHAKE);
  await Promise.resolve();
  one.say({ method: 'notifications/initialized' });
  two.say({ method: 'notifications/initialized' });
  const late = await rig.join();
  late.say({ id: 'c', method: 'initialize', params: initializeParams() });
  await Promise.resolve();
  expect([one, two, late].map(({ lines }) => lines.map(({ id }) => id))).toEqual([['a'], ['b'], ['c']]);
  expect(rig.server.methods).toEqual(['initialize', 'notifications/initialized']);
});

test('FRM-09, BRG-14: equal ids and progress tokens of two sessions never meet', async () => {
  const { one, two, server } = await pair();
  const params = { name: 't', _meta: { progressToken: 'p' } };
  one.say({ id: 7, method: 'tools/call', params });
  two.say({ id: 7, method: 'tools/call', params });
  const [first, second] = server.frames;
  expect(first?.id).not.toBe(second?.id);
  server.say(
    `{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":${second?.id},"progress":1}}`,
  );
  server.answer(second?.id, '{"for":"two"}');
  server.answer(first?.id, '{"for":"one"}');
  expect(one.lines).toEqual([{ jsonrpc: '2.0', id: 7, result: { for: 'one' } }]);
  expect(two.lines).toEqual([
    { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 'p', progress: 1 } },
    { jsonrpc: '2.0', id: 7, result: { for: 'two' } },
  ]);
  expect(two.related).toEqual(['1', '7', '7']);
});

test('PRX-17: a question goes only to the session whose request it belongs to, and only when its client can answer', async () => {
  const { one, two, server } = await pair();
  const ask = (id: string, relatedTo?: string) =>
    server.say(`{"jsonrpc":"2.0","id":${id},"method":"sampling/createMessage","params":{}}`, relatedTo);
  one.say({ id: 1, method: 'tools/call', params: {} });
  ask('"q1"');
  expect(one.lines).toMatchObject([{ id: 'q1', method: 'sampling/createMessage' }]);
  two.say({ id: 'q1', result: {} });
  expect(server.frames.at(-1)?.method).toBe('tools/call');
  one.say({ id: 'q1', result: { ok: true } });
  expect(JSON.parse(server.frames.at(-1)?.bytes.toString() ?? '')).toMatchObject({ id: 'q1', result: { ok: true } });

  two.say({ id: 1, method: 'tools/call', params: {} });
  const twos = server.frames.at(-1)?.id;
  ask('"q2"');
  expect(server.frames.at(-1)?.message).toMatchObject({ id: 'q2', error: { code: -32601 } });
  ask('"q3"', twos);
  expect(server.frames.at(-1)?.message).toMatchObject({ id: 'q3', error: { code: -32601 } });
  expect(one.lines).toHaveLength(1);
  expect(two.lines).toEqual([]);
});

test('a ping of the server is answered without a session', async () => {
  const { server, one } = await pair();
  server.say('{"jsonrpc":"2.0","id":5,"method":"ping"}');
  expect(server.frames.at(-1)?.message).toEqual({ jsonrpc: '2.0', id: 5, result: {} });
  expect(one.lines).toEqual([]);
});

test('a cancellation names the id that the server knows, and cannot name another session’s', async () => {
  const { one, two, server } = await pair();
  one.say({ id: 3, method: 'tools/call', params: {} });
  const id = Number(server.frames[0]?.id);
  two.say({ method: 'notifications/cancelled', params: { requestId: 3 } });
  two.say({ method: 'notifications/cancelled', params: { requestId: id } });
  expect(server.methods).toEqual(['tools/call']);
  one.say({ method: 'notifications/cancelled', params: { requestId: 3, reason: 'r' } });
  expect(server.frames.at(-1)?.message['params']).toEqual({ requestId: id, reason: 'r' });
});

test('a resource is subscribed to once for all, told to those who want it, and given up by the last', async () => {
  const { one, two, server } = await pair();
  const subscribe = (method: string) => ({ id: method, method: `resources/${method}`, params: { uri: 'x:1' } });
  one.say(subscribe('subscribe'));
  two.say(subscribe('subscribe'));
  expect(server.methods).toEqual(['resources/subscribe']);
  two.say({ id: 9, method: 'tools/list' });
  server.say('{"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"x:1"}}');
  one.say(subscribe('unsubscribe'));
  server.say('{"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"x:1"}}');
  await Promise.resolve();
  const updates = ({ lines }: { lines: Line[] }) =>
    lines.filter(({ method }) => method === 'notifications/resources/updated').length;
  expect([updates(one), updates(two)]).toEqual([1, 2]);
  await two.upstream.close();
  expect(server.methods.filter((method) => method === 'resources/unsubscribe')).toHaveLength(1);
});

test('a log message reaches the session it belongs to, all when nothing is under way, and nobody when that cannot be told', async () => {
  const { one, two, server } = await pair();
  const log = (text: string) =>
    server.say(`{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"${text}"}}`);
  log('to all');
  one.say({ id: 1, method: 'tools/call', params: {} });
  log('to one');
  two.say({ id: 1, method: 'tools/call', params: {} });
  log('to nobody');
  const data = ({ lines }: { lines: Line[] }) => lines.map(({ params }) => params?.['data']);
  expect([data(one), data(two)]).toEqual([['to all', 'to one'], ['to all']]);
});

test('the lowest log level that a session wants is set, and each hears from its own on', async () => {
  const { one, two, server } = await pair();
  one.say({ id: 1, method: 'logging/setLevel', params: { level: 'error' } });
  two.say({ id: 1, method: 'logging/setLevel', params: { level: 'debug' } });
  one.say({ id: 2, method: 'logging/setLevel', params: { level: 'warning' } });
  expect(server.frames.map(({ message }) => (message['params'] as { level: string }).level)).toEqual([
    'error',
    'debug',
    'debug',
  ]);
  for (const { id } of server.frames) server.answer(id);
  server.say('{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":1}}');
  const messages = ({ lines }: { lines: Line[] }) => lines.filter(({ method }) => method !== undefined).length;
  expect([messages(one), messages(two)]).toEqual([0, 1]);
});

test('STD-11: what carries a subscription’s id goes to its owner under the owner’s id', async () => {
  const { one, two, server } = await pair();
  one.say({ id: 'sub', method: 'subscriptions/listen', params: {} });
  const id = server.frames[0]?.id;
  const meta = `"_meta":{"io.modelcontextprotocol/subscriptionId":${id}}`;
  server.say(`{"jsonrpc":"2.0","method":"notifications/tools/list_changed","params":{${meta}}}`);
  expect(one.lines).toEqual([
    {
      jsonrpc: '2.0',
      method: 'notifications/tools/list_changed',
      params: { _meta: { 'io.modelcontextprotocol/subscriptionId': 'sub' } },
    },
  ]);
  expect(two.lines).toEqual([]);
});

test('a session that leaves has its requests cancelled; the server stays a minute for the next', async () => {
  const { one, two, server, clock, gone, connection } = await pair();
  one.say({ id: 1, method: 'tools/call', params: {} });
  await one.upstream.close();
  expect(server.methods).toEqual(['tools/call', 'notifications/cancelled']);
  server.answer(server.frames[0]?.id);
  expect(one.lines).toEqual([]);
  await two.upstream.close();
  clock.advance(59_000);
  expect([server.closed, connection.isGone]).toEqual([false, false]);
  clock.advance(1_000);
  expect([server.closed, connection.isGone, gone.length]).toEqual([true, true, 1]);
});

test('a lost server fails every request once and ends every session’s connection', async () => {
  const { one, two, server, gone } = await pair();
  one.say({ id: 1, method: 'tools/call', params: {} });
  two.say({ id: 'x', method: 'tools/call', params: {} });
  server.lose();
  expect([one.failed, two.failed]).toEqual([[['1', 'SERVER_EXITED']], [['"x"', 'SERVER_EXITED']]]);
  expect([one.closed, two.closed, gone]).toEqual([['SERVER_EXITED'], ['SERVER_EXITED'], [true]]);
});

test('PRX-20: a session that does not read is buffered for and in the end let go; the others go on', async () => {
  const { one, two, server } = await pair();
  one.upstream.pause();
  const big = 'x'.repeat(1024 * 1024);
  const tell = () => server.say(`{"jsonrpc":"2.0","method":"notifications/custom","params":{"big":"${big}"}}`);
  tell();
  one.upstream.resume();
  expect(one.lines).toHaveLength(1);
  one.upstream.pause();
  for (let n = 0; n < 17; n++) tell();
  expect(one.closed).toEqual(['SERVER_BUSY']);
  expect([two.lines.length, server.paused]).toEqual([18, false]);
});

test('when the server has room again, every session may offer what was refused', async () => {
  const { one, two, server } = await pair();
  server.events.onDrain?.();
  expect([one, two].map(({ lines }) => lines)).toEqual([[{ method: 'drained' }], [{ method: 'drained' }]]);
});

test('BAS-02: no id goes to a shared server twice, whatever its sessions and Portolan itself ask', async () => {
  const { join, server, clock } = await (async () => {
    const rig = shared();
    const first = await rig.join();
    first.say({ id: 1, method: 'initialize', params: initializeParams() });
    rig.server.answer(rig.server.frames[0]?.id, HANDSHAKE);
    return { ...rig, server: rig.server };
  })();
  for (const _ of [1, 2, 3]) {
    const member = await join();
    member.say({ id: 1, method: 'initialize', params: initializeParams() });
    for (const uri of ['a:1', 'a:2']) {
      member.say({ id: 5, method: 'resources/subscribe', params: { uri } });
      server.answer(server.frames.at(-1)?.id);
    }
    member.say({ id: 5, method: 'tools/list', params: {} });
    server.answer(server.frames.at(-1)?.id);
    await member.upstream.close();
  }
  clock.advance(1);
  const requests = server.frames.filter(({ kind }) => kind === 'request');
  expect(requests.filter(({ method }) => method === 'resources/unsubscribe')).toHaveLength(6);
  expect(new Set(requests.map(({ id }) => id)).size).toBe(requests.length);
});
