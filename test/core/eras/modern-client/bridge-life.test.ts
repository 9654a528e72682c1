// What a bridge holds between its two sides over time: calls that wait for their turn, listens, and what becomes of them when the
// caller gives up or the server is lost.
import { describe, expect, test } from 'vitest';
import { META } from '../../../../core/connections/era.ts';
import { frameOf } from '../../../../core/connections/frame.ts';
import { openRig, sent } from '../../../support/modern-bridge-rig.ts';
import { HttpMcpServer } from '../../../support/http-mcp-server.ts';
import { overHttp, overStdio, SCRIPTED } from '../../../support/legacy-servers.ts';
import { type Json, ModernCaller, textIn } from '../../../support/modern-caller.ts';
import { thrown } from '../../../support/thrown.ts';
import { until } from '../../../support/until.ts';

const ACCEPT = { action: 'accept', content: { age: 7 } };
const INVALID = { error: { code: -32_602 } };

describe('calls side by side', () => {
  test('BRG-11: tool calls of a caller that can be asked go one at a time, lists run on', async () => {
    const rig = await openRig();
    const { caller } = rig;
    await caller.result('server/discover');
    const [first, second, third] = [1, 2, 3].map(() => caller.send('tools/call', { name: 'hang' }));
    expect(await caller.result('tools/list')).toMatchObject({ tools: [{}] });
    expect(sent(rig, 'tools/call').map(({ id }) => id)).toEqual([first]);
    caller.notify('notifications/cancelled', { requestId: second });
    caller.notify('notifications/cancelled', { requestId: first });
    expect(sent(rig, 'tools/call').map(({ id }) => id)).toEqual([first, third]);
    expect(sent(rig, 'notifications/cancelled')).toMatchObject([{ params: { requestId: first } }]);
  });

  test('a call that was interrupted does not keep the next one waiting', async () => {
    const { caller } = await openRig();
    const asked = await caller.call('form');
    const other = await caller.call('form');
    const answer = (age: number) => ({ 'question-1': { action: 'accept', content: { age } } });
    const { result } = await caller.retry('form', other, answer(2));
    expect(textIn(result)).toMatchObject({ content: { age: 2 } });
    expect(textIn((await caller.retry('form', asked, answer(1)))['result'])).toMatchObject({ content: { age: 1 } });
  });

  test('calls of a caller that can be asked nothing go side by side', async () => {
    const rig = await openRig({ capabilities: {} });
    for (const _ of [1, 2]) rig.caller.send('tools/call', { name: 'hang' });
    await until(() => sent(rig, 'tools/call').length === 2, 'both have gone');
  });

  test('BRG-14: an id and a token may be used again while the first call is held at the server', async () => {
    const rig = await openRig();
    const { caller } = rig;
    const first = caller.send('tools/call', { name: 'form', arguments: {} }, { progressToken: 9 }, 'same');
    const asked = (await caller.answer(first))['result'] as Json;
    caller.frames.length = 0;
    caller.send('tools/call', { name: 'progress' }, { progressToken: 9 }, 'same');
    expect(await caller.answer('same')).toMatchObject({ id: 'same' });
    expect(caller.notifications('notifications/progress')).toHaveLength(3);
    expect(caller.notifications('notifications/progress')[0]).toMatchObject({ params: { progressToken: 9 } });
    const ids = sent(rig, 'tools/call').map(({ id }) => id);
    expect(ids[0]).toBe('same');
    expect(ids[1]).not.toBe('same');
    expect(textIn((await caller.retry('form', asked, { 'question-1': ACCEPT }))['result'])).toEqual(ACCEPT);
  });

  test('BAS-02: an id that the caller uses again reaches the server under another', async () => {
    const rig = await openRig({ capabilities: {} });
    const { caller } = rig;
    for (const id of [1, 'a', 1, 'a', 1] as const) {
      caller.frames.length = 0;
      caller.send('tools/list', {}, {}, id);
      expect(await caller.answer(id)).toMatchObject({ id, result: { resultType: 'complete' } });
    }
    const ids = sent(rig, 'tools/list').map(({ id }) => id);
    expect(ids.slice(0, 2)).toEqual([1, 'a']);
    expect(new Set(ids).size).toBe(5);
  });

  test('LOG-01: with several requests under way, a log message that belongs to none is not passed on', async () => {
    const rig = await openRig();
    const { caller, server } = rig;
    await caller.result('server/discover');
    server.onSend = (frame) => frame.method === 'logging/setLevel' && server.answer(frame.id);
    const level = { [META.logLevel]: 'info' };
    caller.send('tools/list', {}, level, 'a');
    caller.send('tools/list', {}, level, 'b');
    await until(() => sent(rig, 'tools/list').length === 2, 'both have gone');
    const message = frameOf({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'error' } });
    server.events.onFrame(message);
    expect(caller.notifications('notifications/message')).toEqual([]);
    server.events.onFrame(message, '"b"');
    expect(caller.frames.at(-1)).toMatchObject({ relatedTo: '"b"' });
  });

  test('SUB-05: a listen hears no log messages and no progress', async () => {
    const { caller, server } = await openRig();
    caller.send('subscriptions/listen', { notifications: { toolsListChanged: true } }, { [META.logLevel]: 'debug' });
    await until(() => caller.frames.length > 0, 'the acknowledgement comes');
    for (const method of ['notifications/message', 'notifications/progress', 'notifications/elicitation/complete']) {
      server.events.onFrame(
        frameOf({ jsonrpc: '2.0', method, params: { level: 'error', progress: 1, progressToken: 1 } }),
      );
    }
    expect(caller.frames).toHaveLength(1);
  });

  test('a resource that two listens want is subscribed once and given up with the last', async () => {
    const rig = await openRig();
    const notifications = { resourceSubscriptions: ['mem:a', 'mem:a'] };
    const listens = [1, 2].map(() => rig.caller.send('subscriptions/listen', { notifications }));
    await until(() => rig.caller.frames.length === 2, 'both are acknowledged');
    expect(sent(rig, 'resources/subscribe')).toHaveLength(1);
    rig.caller.notify('notifications/cancelled', { requestId: listens[0] });
    await rig.caller.result('tools/list');
    expect(sent(rig, 'resources/unsubscribe')).toEqual([]);
    rig.caller.notify('notifications/cancelled', { requestId: listens[1] });
    await rig.caller.result('tools/list');
    expect(sent(rig, 'resources/unsubscribe')).toHaveLength(1);
    expect(sent(rig, 'notifications/cancelled')).toEqual([]);
  });

  test('SUB-02: what is announced before the acknowledgement comes after it', async () => {
    const rig = await openRig();
    const { caller, server } = rig;
    await caller.result('server/discover');
    caller.frames.length = 0;
    server.onSend = () => undefined;
    const notifications = { toolsListChanged: true, resourceSubscriptions: ['mem:a'] };
    caller.send('subscriptions/listen', { notifications });
    server.say('{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}');
    expect(caller.frames).toEqual([]);
    server.answer(server.frames.at(-1)?.id);
    await until(() => caller.frames.length === 2, 'both have come');
    expect(caller.frames.map(({ frame }) => frame.method)).toEqual([
      'notifications/subscriptions/acknowledged',
      'notifications/tools/list_changed',
    ]);
  });

  test('LOG-01: a request goes when the server logs as it wants; one that is cancelled before never goes', async () => {
    const rig = await openRig();
    const { caller, server } = rig;
    await caller.result('server/discover');
    const take = server.onSend;
    server.onSend = () => undefined;
    const [kept, cancelled] = [1, 2].map(() => caller.send('tools/list', {}, { [META.logLevel]: 'info' }));
    caller.notify('notifications/cancelled', { requestId: cancelled });
    expect(sent(rig, 'tools/list')).toEqual([]);
    server.onSend = take;
    server.answer(server.frames.at(-1)?.id);
    await caller.answer(kept ?? '');
    expect(sent(rig, 'tools/list').map(({ id }) => id)).toEqual([kept]);
    expect(sent(rig, 'notifications/cancelled')).toEqual([]);
  });

  test('a listen without a filter is refused', async () => {
    const { caller } = await openRig();
    expect(await caller.ask('subscriptions/listen')).toMatchObject(INVALID);
  });
});

describe('the end', () => {
  test('a lost server fails what is in flight, ends the listens with their result, and closes the bridge', async () => {
    const { caller, server } = await openRig();
    const listen = caller.send('subscriptions/listen', { notifications: {} });
    await until(() => caller.frames.length === 1, 'the listen is acknowledged');
    await caller.call('form');
    const hung = caller.send('tools/call', { name: 'hang' });
    const waiting = caller.send('tools/call', { name: 'hang' });
    server.lose();
    expect(caller.failures.map(({ id, error }) => [id, error.code, error.data['sent']])).toEqual([
      [String(hung), 'SERVER_EXITED', true],
      [String(waiting), 'SERVER_EXITED', false],
    ]);
    expect(caller.frames.at(-1)?.frame.message).toMatchObject({
      id: listen,
      result: { resultType: 'complete', _meta: { [META.subscriptionId]: listen } },
    });
    expect(caller.closed.map(({ code }) => code)).toEqual(['SERVER_EXITED']);
    server.lose();
    expect(caller.closed).toHaveLength(1);
  });

  test('PRX-05: BRG-13: a process that ends fails its call once, with the reason', async () => {
    const caller = await ModernCaller.open(overStdio(SCRIPTED));
    await caller.result('server/discover');
    const id = caller.send('tools/call', { name: 'hang' });
    process.kill(caller.upstream?.pid ?? 0, 'SIGKILL');
    await until(() => caller.closed.length > 0, 'the end is told');
    expect(caller.failures.map(({ id, error }) => [id, error.code, error.data['sent']])).toEqual([
      [String(id), 'SERVER_EXITED', true],
    ]);
  });

  test('BRG-13: a session that an HTTP server has forgotten is opened anew without the caller', async () => {
    const server = await HttpMcpServer.start();
    const caller = await ModernCaller.open(overHttp(server.url));
    await caller.result('tools/list');
    server.sessions.clear();
    expect(await caller.result('tools/list')).toMatchObject({ resultType: 'complete' });
    expect(server.count('initialize')).toBe(2);
    expect(caller.failures).toEqual([]);
  });

  test.each([
    ['an error', (id: string) => `{"jsonrpc":"2.0","id":${id},"error":{"code":-32602,"message":"no"}}`],
    ['an unknown version', (id: string) => `{"jsonrpc":"2.0","id":${id},"result":{"protocolVersion":"1.0"}}`],
  ])('a handshake that ends in %s closes the bridge', async (_what, answer) => {
    const { caller, server } = await openRig();
    server.onSend = (frame) => frame.method === 'initialize' && server.say(answer(frame.id ?? ''));
    caller.send('tools/list');
    await until(() => caller.closed.length > 0, 'the bridge is closed');
    expect(caller.failures.map(({ id, error }) => [id, error.code])).toEqual([['1', 'PROTOCOL_ERROR']]);
    await until(() => server.closed, 'the connection is closed');
  });

  test('a handshake that is not answered in time closes the bridge', async () => {
    const { caller, clock, server } = await openRig();
    server.onSend = () => undefined;
    caller.send('tools/list');
    clock.advance(20_000);
    await until(() => caller.closed.length > 0, 'the bridge is closed');
    expect(caller.failures).toMatchObject([{ id: '1', error: { code: 'SERVER_START_TIMEOUT' } }]);
  });

  test('what is sent while the handshake goes on waits for it, in order; what is cancelled meanwhile never goes', async () => {
    const rig = await openRig({ capabilities: {} });
    const ids = ['a', 'b', 'c'].map((id) => rig.caller.send('tools/list', {}, {}, id));
    rig.caller.notify('notifications/cancelled', { requestId: 'b' });
    await Promise.all([rig.caller.answer('a'), rig.caller.answer('c')]);
    expect(rig.server.methods).toEqual(['initialize', 'notifications/initialized', 'tools/list', 'tools/list']);
    expect(sent(rig, 'tools/list').map(({ id }) => id)).toEqual([ids[0], ids[2]]);
  });

  test('messages that the server cannot take yet are kept in order, and no more are taken meanwhile', async () => {
    const { caller, clock, server } = await openRig({ capabilities: {} });
    await caller.result('server/discover');
    const take = server.onSend;
    server.onSend = () => {
      throw new Error('full');
    };
    caller.send('tools/list', {}, {}, 'kept');
    expect(thrown(() => caller.send('tools/list'))).toMatchObject({ code: 'SERVER_BUSY' });
    server.onSend = take;
    clock.advance(5);
    expect(await caller.answer('kept')).toMatchObject({ result: { resultType: 'complete' } });
  });

  test('closing closes the server and leaves no timer', async () => {
    const { caller, clock, server } = await openRig();
    await caller.call('form');
    expect(clock.waiting).toBeGreaterThan(0);
    await caller.upstream?.close();
    expect(server.closed).toBe(true);
    expect(clock.waiting).toBe(0);
  });
});
