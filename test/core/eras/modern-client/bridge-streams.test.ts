// What a legacy server sends beside its answers, behind every transport: progress, log messages and announcements reach the request or
// the listen that they belong to, and no other.
import { describe, expect, test } from 'vitest';
import { META } from '../../../../core/connections/era.ts';
import { LEGACY_SERVERS } from '../../../support/legacy-servers.ts';
import { type Json, ModernCaller } from '../../../support/modern-caller.ts';
import { until } from '../../../support/until.ts';

const ACCEPT = { action: 'accept', content: { age: 7 } };

describe.each(LEGACY_SERVERS)('a legacy server %s', (_name, start) => {
  const opened = async (): Promise<ModernCaller> => ModernCaller.open(await start());

  test('PRG-02: progress goes to its request, rises, and stops at the end', async () => {
    const caller = await opened();
    const id = caller.send('tools/call', { name: 'progress' }, { progressToken: 5 });
    await caller.answer(id);
    expect(caller.notifications('notifications/progress').map(({ params }) => params)).toEqual(
      [1, 2, 3].map((progress) => ({ progressToken: 5, progress })),
    );
    const progress = caller.frames.filter(({ frame }) => frame.method === 'notifications/progress');
    expect(progress.map(({ relatedTo }) => relatedTo)).toEqual(['1', '1', '1']);
  });

  test('PRG-02: after a retry, progress comes under the token of the retry', async () => {
    const caller = await opened();
    const tool = 'progress-around-a-question';
    const asked = await caller.call(tool, {}, { progressToken: 'one' });
    await caller.retry(tool, asked, { 'question-1': ACCEPT }, { progressToken: 'two' });
    expect(caller.notifications('notifications/progress').map(({ params }) => params)).toEqual([
      { progressToken: 'one', progress: 1 },
      { progressToken: 'two', progress: 2 },
    ]);
  });

  test('LOG-01: log messages come at the level that the request asks for, and only then', async () => {
    const caller = await opened();
    await caller.call('log');
    expect(caller.notifications('notifications/message')).toEqual([]);
    await caller.call('log', {}, { [META.logLevel]: 'warning' });
    const data = () => caller.notifications('notifications/message').map(({ params }) => (params as Json)['data']);
    expect(data()).toEqual(['warning', 'error']);
    await caller.call('log', {}, { [META.logLevel]: 'error' });
    expect(data()).toEqual(['warning', 'error', 'error']);
    await caller.call('log', {}, { [META.logLevel]: 'debug' });
    const levels = (await caller.seen()).filter(({ method }) => method === 'logging/setLevel');
    expect(levels.map(({ params }) => params)).toEqual([{ level: 'warning' }, { level: 'debug' }]);
  });

  test('SUB-01, SUB-02, SUB-04: a listen is acknowledged first and hears what it asked for, under its id', async () => {
    const caller = await opened();
    const listen = caller.send('subscriptions/listen', {
      notifications: {
        toolsListChanged: true,
        promptsListChanged: true,
        resourceSubscriptions: ['mem:a', 'mem:refused'],
      },
    });
    const tag = { _meta: { [META.subscriptionId]: listen } };
    const ack = await until(() => caller.frames[0]?.frame.message, 'the listen is acknowledged');
    expect(ack).toEqual({
      jsonrpc: '2.0',
      method: 'notifications/subscriptions/acknowledged',
      params: { notifications: { toolsListChanged: true, resourceSubscriptions: ['mem:a'] }, ...tag },
    });
    caller.send('tools/call', { name: 'announce' });
    await until(() => caller.notifications('notifications/resources/updated').length >= 2, 'the updates come');
    const told = caller.frames.filter(({ frame }) => frame.kind === 'notification').slice(1);
    expect(told.map(({ frame: { method, message } }) => [method, message['params']])).toEqual([
      ['notifications/tools/list_changed', tag],
      ['notifications/resources/updated', { uri: 'mem:a', ...tag }],
      ['notifications/resources/updated', { uri: 'mem:a/part', ...tag }],
    ]);
    expect(told.every(({ relatedTo }) => relatedTo === String(listen))).toBe(true);
    caller.notify('notifications/cancelled', { requestId: listen });
    const ended = await until(
      async () => (await caller.seen()).find(({ method }) => method === 'resources/unsubscribe'),
      'the resource is given up',
    );
    expect(ended['params']).toEqual({ uri: 'mem:a' });
  });

  test('BRG-07: a cancelled request is cancelled at the server, and the next one goes on', async () => {
    const caller = await opened();
    await caller.result('server/discover');
    const id = caller.send('tools/call', { name: 'hang' });
    caller.notify('notifications/cancelled', { requestId: id, reason: 'enough' });
    const cancelled = await until(
      async () => (await caller.seen()).find(({ method }) => method === 'notifications/cancelled'),
      'the server is told',
    );
    expect(cancelled['params']).toEqual({ requestId: id, reason: 'enough' });
    expect(caller.frames.some(({ frame }) => frame.id === String(id))).toBe(false);
  });
});
