// Ids, tokens and errors of a legacy client's requests on their way through the bridge, seen by hand on both sides.
import { describe, expect, onTestFinished, test } from 'vitest';
import { objectOf } from '../../../../core/base/json-object.ts';
import { systemClock } from '../../../../core/base/clock.ts';
import { META, metaOf } from '../../../../core/connections/era.ts';
import type { DiscoverResult } from '../../../../core/eras/discover-result.ts';
import { otherVersion } from '../../../../core/eras/legacy-client/answer-map.ts';
import { bridgeLegacyClient } from '../../../../core/eras/legacy-client/legacy-client-bridge.ts';
import { PortolanError } from '../../../../shared/errors.ts';
import { errorOf, gotBy, LegacyClient, openBridge, resultOf } from '../../../support/bridge-rig.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { RecordingUpstream } from '../../../support/recording-upstream.ts';
import { thrown } from '../../../support/thrown.ts';
import { until } from '../../../support/until.ts';

const DISCOVERED: DiscoverResult = {
  supportedVersions: ['2026-07-28'],
  capabilities: { tools: {} },
  serverInfo: undefined,
  instructions: undefined,
  ttlMs: 0,
  cacheScope: 'private',
  raw: {},
};

/** A server by hand behind the bridge, the handshake done. */
async function byHand() {
  const client = new LegacyClient();
  const opened: RecordingUpstream[] = [];
  client.upstream = await bridgeLegacyClient({
    server: 'by-hand',
    client: () => 'Test client',
    open: async (events) => {
      const upstream = new RecordingUpstream(events, () => undefined);
      opened.push(upstream);
      return upstream;
    },
    events: client,
    clock: systemClock,
    human: undefined,
    startMs: 1_000,
    discovered: DISCOVERED,
  });
  const [server] = opened;
  if (server === undefined) throw new Error('nothing was opened');
  onTestFinished(() => client.upstream.close());
  const handshake = await client.outcome('initialize', { protocolVersion: '2025-11-25', capabilities: { roots: {} } });
  return { client, server, handshake };
}

describe('the handshake', () => {
  test('BRG-01: with the discovery known nothing is sent; without a name the catalog’s is told', async () => {
    const { server, handshake } = await byHand();
    expect(resultOf(handshake)['serverInfo']).toEqual({ name: 'by-hand', version: 'unknown' });
    expect(server.frames).toEqual([]);
  });

  test('BAS-15: a server that speaks no common version is told with both lists', async () => {
    const client = await openBridge({ bare: true, mode: 'later' });
    expect(await client.outcome('initialize', { protocolVersion: '2025-11-25' })).toEqual({
      failure: 'PROTOCOL_ERROR',
    });
    expect(client.failures[0]?.error.message).toMatch(/2027-01-01.*2026-07-28.*2025-11-25/);
  });

  test('a server that refuses to tell what it is fails the handshake with its words', async () => {
    const client = await openBridge({ bare: true, mode: 'strange' });
    expect(await client.outcome('initialize', {})).toEqual({ failure: 'PROTOCOL_ERROR' });
    expect(client.failures[0]?.error.message).toContain('out of order');
  });

  test('a silent server fails the handshake in time, and with it what waited for it', async () => {
    const clock = new ManualClock();
    const client = await openBridge({ bare: true, mode: 'silent', clock });
    client.ask('initialize', { protocolVersion: '2025-11-25' });
    client.ask('tools/list');
    clock.advance(10_000);
    await until(() => client.failures.length === 2, 'both fail');
    expect(client.failures.map(({ id, error }) => [id, error.code, error.data['sent']])).toEqual([
      ['1', 'SERVER_START_TIMEOUT', undefined],
      ['2', 'SERVER_START_TIMEOUT', false],
    ]);
    expect(client.sentOf('tools/list')).toEqual([]);
  });

  test('a server that is lost before it told what it is fails the handshake and what waited for it', async () => {
    const client = await openBridge({ bare: true, mode: 'exit', transport: 'stdio' });
    client.ask('initialize', { protocolVersion: '2025-11-25' });
    client.ask('tools/list');
    await until(() => client.closed.length === 1, 'the connection is closed');
    expect(client.failures.map(({ id, error }) => [id, error.code, error.data['sent']])).toEqual([
      ['1', 'SERVER_EXITED', true],
      ['2', 'SERVER_EXITED', false],
    ]);
  });

  test.each([
    ['loss', (server: RecordingUpstream) => server.lose()],
    ['close', (_server: RecordingUpstream, client: LegacyClient) => client.upstream.close()],
  ])('nothing waits for the discovery after a %s', async (_end, end) => {
    const clock = new ManualClock();
    let server: RecordingUpstream | undefined;
    const client = await openBridge({
      bare: true,
      clock,
      peer: async (events) => (server = new RecordingUpstream(events, () => undefined)),
    });
    client.ask('initialize', {});
    expect(clock.waiting).toBe(1);
    if (server !== undefined) await end(server, client);
    await until(() => clock.waiting === 0, 'no timer runs');
  });

  test('requests that come before the discovery is answered follow it in order', async () => {
    const client = await openBridge({ bare: true });
    client.ask('initialize', { protocolVersion: '2025-11-25' });
    const list = client.ask('tools/list');
    const taken = client.ask('tools/call', { name: 'echo' });
    client.notify('notifications/cancelled', { requestId: Number(taken) });
    await client.answerTo(list);
    expect(client.sent.map(({ method }) => method)).toEqual(['server/discover', 'tools/list']);
  });

  test('BAS-15: of the versions that a server names, the newest other one that is spoken is tried', () => {
    const spoken = ['2028-01-01', '2027-01-01', '2026-07-28'];
    expect(otherVersion(['2026-07-28', '2027-01-01'], '2026-07-28', spoken)).toBe('2027-01-01');
    expect(otherVersion(['2026-07-28'], '2026-07-28', spoken)).toBeUndefined();
    expect(otherVersion(['2099-01-01'], '2026-07-28', spoken)).toBeUndefined();
  });
});

describe('ids and tokens', () => {
  test('BRG-14: an id passes as it is written, and one that could meet our own is refused', async () => {
    const { client, server } = await byHand();
    for (const id of ['1.0', '"a\\u0062"', '-7', '9007199254740993']) {
      client.say(`{"jsonrpc":"2.0","id":${id},"method":"tools/list"}`);
      expect(server.frames.at(-1)?.id).toBe(id);
      server.answer(id);
      expect(client.got.at(-1)?.frame.id).toBe(id);
    }
    client.say('{"jsonrpc":"2.0","id":"x","method":"tools/call","params":{"name":"n"}}');
    server.answer('"x"', '{"resultType":"input_required","inputRequests":{"r":{"method":"roots/list"}}}');
    await until(() => client.heard('roots/list').length > 0, 'the roots are asked for');
    const own = String(client.heard('roots/list')[0]?.frame.message['id']);
    const next = JSON.stringify(own.replace(/\d+$/, '99'));
    const before = server.frames.length;
    client.say(`{"jsonrpc":"2.0","id":${next},"method":"tools/list"}`);
    const refused = await client.answerTo(next);
    expect(errorOf(refused.message)['code']).toBe(-32_603);
    expect(server.frames.length).toBe(before);
  });

  test('BRG-14: no bridge’s ids can be guessed from another’s', async () => {
    const ids = await Promise.all([0, 1].map(async () => (await openBridge()).sentAt('server/discover', 0).id));
    expect(ids[0]).not.toBe(ids[1]);
    expect(ids[0]).toMatch(/^"portolan-[\w-]{16}-\d+"$/);
  });

  test('PRG-01: a token that another request has is replaced on the way and put back', async () => {
    const { client, server } = await byHand();
    const ask = (id: number) =>
      client.say(
        JSON.stringify({
          jsonrpc: '2.0',
          id: `r${id}`,
          method: 'tools/call',
          params: { name: 'n', _meta: { progressToken: 7 } },
        }),
      );
    ask(1);
    ask(2);
    const tokens = server.frames.map((frame) => metaOf(frame)?.['progressToken']);
    expect(tokens[0]).toBe(7);
    expect(tokens[1]).not.toBe(7);
    for (const token of tokens) {
      server.say(
        JSON.stringify({
          jsonrpc: '2.0',
          method: 'notifications/progress',
          params: { progressToken: token, progress: 1 },
        }),
      );
    }
    expect(
      client
        .heard('notifications/progress')
        .map(({ frame, relatedTo }) => [objectOf(frame.message['params'])?.['progressToken'], relatedTo]),
    ).toEqual([
      [7, '"r1"'],
      [7, '"r2"'],
    ]);
  });

  test('progress after the answer is dropped', async () => {
    const { client, server } = await byHand();
    client.say('{"jsonrpc":"2.0","id":"x","method":"tools/call","params":{"_meta":{"progressToken":"t"}}}');
    server.answer('"x"');
    server.say('{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"t","progress":1}}');
    expect(client.heard('notifications/progress')).toEqual([]);
  });

  test('BAS-32: an answer after a cancel, and a second answer, are dropped', async () => {
    const { client, server } = await byHand();
    client.say('{"jsonrpc":"2.0","id":"x","method":"tools/list"}');
    client.notify('notifications/cancelled', { requestId: 'x' });
    server.answer('"x"');
    client.say('{"jsonrpc":"2.0","id":"y","method":"tools/list"}');
    server.answer('"y"');
    server.answer('"y"');
    expect(client.got.filter(({ frame }) => frame.id === '"x"')).toEqual([]);
    expect(client.got.filter(({ frame }) => frame.id === '"y"').length).toBe(1);
  });
});

describe('what does not fit', () => {
  test('BRG-16: a client cannot claim by its metadata what it did not declare', async () => {
    const client = await openBridge();
    const claimed = { [META.clientCapabilities]: { roots: {} }, [META.protocolVersion]: '2030-01-01' };
    const meta = objectOf(gotBy(await client.call('echo', {}, claimed))['_meta']);
    expect(meta).toMatchObject({ [META.clientCapabilities]: {}, [META.protocolVersion]: '2026-07-28' });
  });

  test('params that are no object are refused here', async () => {
    const { client, server } = await byHand();
    client.say('{"jsonrpc":"2.0","id":"x","method":"tools/call","params":[1]}');
    expect(errorOf((await client.answerTo('"x"')).message)['code']).toBe(-32_602);
    expect(server.frames).toEqual([]);
  });

  test('a request that the connection cannot take now can be offered again', async () => {
    const { client, server } = await byHand();
    server.onSend = () => {
      throw new PortolanError('SERVER_BUSY', 'full');
    };
    const request = '{"jsonrpc":"2.0","id":"x","method":"tools/list","params":{"_meta":{"progressToken":7}}}';
    const say = () => client.say(request);
    expect(thrown(say).code).toBe('SERVER_BUSY');
    server.onSend = () => undefined;
    say();
    expect(server.frames.map((frame) => metaOf(frame)?.['progressToken'])).toEqual([7]);
    server.answer('"x"');
    expect(resultOf((await client.answerTo('"x"')).message)).toEqual({});
  });

  test('PRX-17, STD-04: a request of a modern server reaches nobody, and no response goes to it', async () => {
    const { client, server } = await byHand();
    for (const method of ['sampling/createMessage', 'roots/list', 'elicitation/create', 'ping']) {
      server.say(`{"jsonrpc":"2.0","id":1,"method":"${method}","params":{}}`);
    }
    client.say('{"jsonrpc":"2.0","id":1,"result":{}}');
    expect(server.frames).toEqual([]);
    expect(client.logs.length).toBe(4);
    expect(client.got.length).toBe(1);
  });

  test('BRG-08, LOG-01: tasks, strays and cancellations of the server go nowhere; its other messages pass', async () => {
    const { client, server } = await byHand();
    const say = (method: string, params: object) => server.say(JSON.stringify({ jsonrpc: '2.0', method, params }));
    say('notifications/tasks', { taskId: 't' });
    say('notifications/cancelled', { requestId: 1 });
    say('notifications/tools/list_changed', { _meta: { [META.subscriptionId]: 'x' } });
    say('notifications/message', { _meta: { [META.subscriptionId]: 'x' }, level: 'info', data: 1 });
    expect(client.got.length).toBe(1);
    say('notifications/message', { level: 'info', data: 1 });
    expect(client.heard('notifications/message').length).toBe(1);
  });

  test.each([
    ['tools/call', -32_602, -32_602],
    ['resources/read', -32_602, -32_002],
    ['resources/read', -32_601, -32_601],
    ['tools/call', -32_020, -32_603],
  ])('the error of %s %d is told as %d', async (method, code, told) => {
    const { client, server } = await byHand();
    client.say(`{"jsonrpc":"2.0","id":"x","method":"${method}","params":{}}`);
    server.say(`{"error":{"code":${code}, "message":"no","data":{"n":1.0}},"jsonrpc":"2.0","id":"x"}`);
    const answer = await client.answerTo('"x"');
    expect(errorOf(answer.message)['code']).toBe(told);
    if (told !== -32_603) expect(answer.bytes.toString()).toContain(`"code":${told}, "message":"no","data":{"n":1.0}}`);
  });

  test('a failed request keeps its error and is told under the client’s id', async () => {
    const { client, server } = await byHand();
    client.say('{"jsonrpc":"2.0","id":"x","method":"tools/list"}');
    server.events.onRequestFailed('"x"', new PortolanError('HTTP_STATUS', '503', { data: { status: 503 } }));
    expect(client.failures.map(({ id, error }) => [id, error.code])).toEqual([['"x"', 'HTTP_STATUS']]);
  });

  test('after the end nothing more is said', async () => {
    const { client, server } = await byHand();
    client.say('{"jsonrpc":"2.0","id":"x","method":"tools/list"}');
    await client.upstream.close();
    server.answer('"x"');
    client.notify('notifications/cancelled', { requestId: 'x' });
    expect(client.got.length).toBe(1);
    expect(server.frames.length).toBe(1);
    expect(server.closed).toBe(true);
  });
});
