import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Era } from '../../../../core/connections/era.ts';
import { parseFrame } from '../../../../core/connections/frame.ts';
import { WarmStore } from '../../../../core/eras/warm/warm-store.ts';
import { WarmUpstream } from '../../../../core/eras/warm/warm-upstream.ts';
import { PortolanError } from '../../../../shared/errors.ts';
import { initializeParams, modernParams } from '../../../support/raw-client.ts';
import { RecordingUpstream } from '../../../support/recording-upstream.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { until } from '../../../support/until.ts';

const HANDSHAKE =
  '{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}}';
const TOOLS = '{"tools":[{"name":"a","inputSchema":{"type":"object"}}]}';
const OTHER_TOOLS = '{"tools":[]}';

function openStore(now = () => 0) {
  const path = join(tempDir(), 'warm.db');
  const store = WarmStore.open(path, { now });
  onTestFinished(() => store.close());
  return { store, path };
}

interface Told {
  readonly lines: string[];
  readonly failed: [string, string, unknown][];
  readonly closed: string[];
}

/** A session in front of a server that the test answers for, opened when the test says so. */
function session(store: WarmStore, options: { dialect?: Era; principal?: string; endpoint?: string } = {}) {
  const { dialect = 'legacy', principal = 'me', endpoint = 'e' } = options;
  const told: Told = { lines: [], failed: [], closed: [] };
  const gate = Promise.withResolvers<void>();
  let server: RecordingUpstream | undefined;
  const upstream = new WarmUpstream({
    store,
    keyOf: (variant) => ({ server: 's', endpoint, principal, dialect, variant }),
    dialect,
    transport: 'stdio',
    open: async (events) => {
      await gate.promise;
      server = new RecordingUpstream(events, () => undefined);
      return server;
    },
    events: {
      onFrame: ({ bytes }) => told.lines.push(bytes.toString()),
      onRequestFailed: (id, error) => told.failed.push([id, error.code, error.data['sent']]),
      onClosed: (error) => told.closed.push(error.code),
      onLog: () => undefined,
    },
  });
  const opening = upstream.open(false);
  return {
    ...told,
    upstream,
    ask: (id: number | string, method: string, params: object = {}) =>
      upstream.send(parseFrame(Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, method, params })), 'client')),
    tell: (method: string) =>
      upstream.send(parseFrame(Buffer.from(JSON.stringify({ jsonrpc: '2.0', method })), 'client')),
    /** The server is there from now on. */
    arrive: async () => {
      gate.resolve();
      await opening;
      if (server === undefined) throw new Error('not opened');
      return server;
    },
    fail: async (error: PortolanError) => {
      gate.reject(error);
      await opening;
    },
    told: (part: string) => until(() => told.lines.find((line) => line.includes(part)), part),
  };
}

/** Lets the store learn what the server says. */
async function learn(store: WarmStore, options: Parameters<typeof session>[1] = {}) {
  const first = session(store, options);
  const server = await first.arrive();
  if (options.dialect === 'modern') {
    first.ask(1, 'server/discover', modernParams());
    server.answer('1', '{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{}}}');
    first.ask(2, 'tools/list', modernParams());
  } else {
    first.ask(1, 'initialize', initializeParams());
    server.answer('1', HANDSHAKE);
    first.ask(2, 'tools/list');
  }
  server.answer('2', TOOLS);
  return first;
}

test('the first session is passed on untouched, and the next is answered before the server is even there', async () => {
  const { store } = openStore();
  const first = await learn(store);
  expect(first.lines).toEqual([
    `{"jsonrpc":"2.0","id":1,"result":${HANDSHAKE}}`,
    `{"jsonrpc":"2.0","id":2,"result":${TOOLS}}`,
  ]);

  const second = session(store);
  second.ask('x', 'initialize', initializeParams());
  second.tell('notifications/initialized');
  second.ask('y', 'tools/list');
  await second.told('"y"');
  expect(second.lines).toEqual([
    `{"jsonrpc":"2.0","id":"x","result":${HANDSHAKE.replace('"tools":{}', '"tools":{"listChanged":true}')}}`,
    `{"jsonrpc":"2.0","id":"y","result":${TOOLS}}`,
  ]);
  const server = await second.arrive();
  expect(server.methods).toEqual(['initialize']);
  server.answer('"x"', HANDSHAKE);
  expect(server.methods).toEqual(['initialize', 'notifications/initialized', 'tools/list']);
  server.answer(server.frames[2]?.id, TOOLS);
  expect(second.lines).toHaveLength(2);
});

test('what was told is kept over a restart', async () => {
  const { store, path } = openStore();
  await learn(store);
  store.close();
  const again = WarmStore.open(path, { now: () => 0 });
  const second = session(again);
  second.ask(1, 'initialize', initializeParams());
  await second.told('serverInfo');
  again.close();
});

test('CAC-04: a list that has changed meanwhile is told by its notification, and the next answer is the server’s own', async () => {
  const { store } = openStore();
  await learn(store);
  const second = session(store);
  second.ask(1, 'initialize', initializeParams());
  second.tell('notifications/initialized');
  second.ask(2, 'tools/list');
  const server = await second.arrive();
  server.answer('1', HANDSHAKE);
  server.answer(server.frames[2]?.id, OTHER_TOOLS);
  expect(second.lines.at(-1)).toBe('{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}');
  second.ask(3, 'tools/list');
  expect(server.frames.at(-1)?.id).toBe('3');
  server.answer('3', OTHER_TOOLS);
  expect(second.lines.at(-1)).toContain('"id":3');
});

test('CAC-04: the server’s own list_changed ends the kept answer at once', async () => {
  const { store } = openStore();
  const first = await learn(store);
  const server = await first.arrive();
  server.say('{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}');
  const second = session(store);
  second.ask(1, 'initialize', initializeParams());
  second.ask(2, 'tools/list');
  await second.told('"id":1');
  expect(second.lines).toHaveLength(1);
});

test.each([
  ['version', HANDSHAKE.replace('2025-11-25', '2025-06-18')],
  ['capabilities', HANDSHAKE.replace('"tools":{}', '"tools":{},"prompts":{}')],
])('a handshake with another %s ends the session, and the next one is told the new one', async (_what, other) => {
  const { store } = openStore();
  await learn(store);
  const second = session(store);
  second.ask(1, 'initialize', initializeParams());
  second.ask(2, 'tools/call', { name: 'a' });
  const server = await second.arrive();
  server.answer('1', other);
  expect(second.failed).toEqual([['2', 'SERVER_CHANGED', false]]);
  expect(second.closed).toEqual(['SERVER_CHANGED']);
  expect(server.methods).toEqual(['initialize']);
  const third = session(store);
  third.ask(1, 'initialize', initializeParams());
  await third.told(other.includes('prompts') ? 'prompts' : '2025-06-18');
});

test('a server that only has a new version number or new instructions goes on', async () => {
  const { store } = openStore();
  await learn(store);
  const second = session(store);
  second.ask(1, 'initialize', initializeParams());
  second.ask(2, 'tools/call', { name: 'a' });
  const server = await second.arrive();
  server.answer('1', HANDSHAKE.replace('"version":"1"', '"version":"2"'));
  expect(second.closed).toEqual([]);
  expect(server.methods).toEqual(['initialize', 'tools/call']);
});

test('a server that cannot be started fails what waits for it as not sent', async () => {
  const { store } = openStore();
  await learn(store);
  const second = session(store);
  second.ask(1, 'initialize', initializeParams());
  second.ask(2, 'tools/call', { name: 'a' });
  await second.fail(new PortolanError('SPAWN_NOT_FOUND', 'gone'));
  expect(second.failed).toEqual([['2', 'SPAWN_NOT_FOUND', false]]);
  expect(second.closed).toEqual(['SPAWN_NOT_FOUND']);
});

test.each([
  ['principal', { principal: 'someone else' }, initializeParams()],
  ['endpoint', { endpoint: 'other' }, initializeParams()],
  ['protocol version', {}, initializeParams('2025-06-18')],
  ['declared capabilities', {}, initializeParams('2025-11-25', { sampling: {} })],
])('CAC-01, CAC-02, PRX-12: nothing is served to a client with another %s', async (_what, options, params) => {
  const { store } = openStore();
  await learn(store);
  const second = session(store, options);
  second.ask(1, 'initialize', params);
  const server = await second.arrive();
  expect(second.lines).toEqual([]);
  expect(server.methods).toEqual(['initialize']);
});

test.each([
  ['a page with more to come', '{"tools":[],"nextCursor":"2"}'],
  ['a question back', '{"resultType":"input_required","inputRequests":{}}'],
])('CAC-03: %s is not kept', async (_what, result) => {
  const { store } = openStore();
  const first = session(store);
  const server = await first.arrive();
  first.ask(1, 'initialize', initializeParams());
  server.answer('1', HANDSHAKE);
  first.ask(2, 'tools/list');
  server.answer('2', result);
  const second = session(store);
  second.ask(1, 'initialize', initializeParams());
  second.ask(2, 'tools/list');
  await second.told('"id":1');
  expect(second.lines).toHaveLength(1);
});

test('PAG-01: a request with a cursor, the empty one too, goes to the server', async () => {
  const { store } = openStore();
  await learn(store);
  const second = session(store);
  second.ask(1, 'initialize', initializeParams());
  second.ask(2, 'tools/list', { cursor: '' });
  await second.told('"id":1');
  expect(second.lines).toHaveLength(1);
});

test('a modern client gets discover and lists at once, and hears of a change on its subscription', async () => {
  const { store } = openStore();
  await learn(store, { dialect: 'modern' });
  const second = session(store, { dialect: 'modern' });
  second.ask(1, 'server/discover', modernParams());
  second.ask(2, 'tools/list', modernParams());
  await second.told('"id":2');
  second.ask('sub', 'subscriptions/listen', modernParams({ notifications: { toolsListChanged: true } }));
  const server = await second.arrive();
  expect(server.methods).toEqual(['server/discover', 'tools/list', 'subscriptions/listen']);
  server.answer(server.frames[1]?.id, OTHER_TOOLS);
  expect(JSON.parse(second.lines.at(-1) ?? '')).toEqual({
    jsonrpc: '2.0',
    method: 'notifications/tools/list_changed',
    params: { _meta: { 'io.modelcontextprotocol/subscriptionId': 'sub' } },
  });
});

test('what the server says of its own is passed on while answers to our own questions are not', async () => {
  const { store } = openStore();
  await learn(store);
  const second = session(store);
  second.ask(1, 'initialize', initializeParams());
  const server = await second.arrive();
  server.say('{"jsonrpc":"2.0","id":"q","method":"ping"}');
  expect(second.lines.at(-1)).toBe('{"jsonrpc":"2.0","id":"q","method":"ping"}');
  server.answer('1', HANDSHAKE);
  expect(second.lines).toHaveLength(2);
});
