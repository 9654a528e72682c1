// The one subscription that is kept for a legacy client at a modern server.
import { describe, expect, test } from 'vitest';
import { type JsonObject, objectOf } from '../../../../core/base/json-object.ts';
import { META } from '../../../../core/connections/era.ts';
import { type Frame, frameOf, parseFrame } from '../../../../core/connections/frame.ts';
import { OwnIds } from '../../../../core/eras/own-ids.ts';
import { listKinds } from '../../../../core/eras/legacy-client/listen-filter.ts';
import { ListenKeeper } from '../../../../core/eras/legacy-client/listen-keeper.ts';
import { openBridge } from '../../../support/bridge-rig.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

const TOOLS = { tools: { listChanged: true }, prompts: { listChanged: true }, resources: { subscribe: true } };
const CHANGED = 'notifications/tools/list_changed';
const UPDATED = 'notifications/resources/updated';

function rig(capabilities: JsonObject = TOOLS) {
  const clock = new ManualClock();
  const ids = new OwnIds();
  const sent: Frame[] = [];
  const delivered: Frame[] = [];
  const logs: string[] = [];
  const keeper = new ListenKeeper({
    kinds: listKinds(capabilities),
    nextId: () => ids.next(),
    requestFor: (id, notifications) =>
      parseFrame(
        Buffer.from(`{"jsonrpc":"2.0","id":${id},"method":"listen","params":${JSON.stringify({ notifications })}}`),
        'server',
      ),
    send: (frame) => sent.push(frame),
    deliver: (frame) => delivered.push(frame),
    log: (text) => logs.push(text),
    clock,
    random: () => 1,
  });
  const listens = () => sent.filter(({ method }) => method === 'listen');
  const cancelled = () => sent.filter(({ method }) => method === 'notifications/cancelled');
  const asked = (index = -1) => objectOf(listens().at(index)?.message['params'])?.['notifications'];
  const tell = (method: string, params: JsonObject = {}, index = -1) =>
    keeper.take(
      frameOf({
        jsonrpc: '2.0',
        method,
        params: { ...params, _meta: { [META.subscriptionId]: listens().at(index)?.message['id'] } },
      }),
    );
  const acknowledge = (notifications: unknown = asked(), index = -1) =>
    tell('notifications/subscriptions/acknowledged', { notifications }, index);
  const answer = (rest: JsonObject, index = -1) =>
    keeper.take(frameOf({ jsonrpc: '2.0', id: listens().at(index)?.message['id'], ...rest }));
  return { keeper, clock, delivered, logs, listens, cancelled, asked, tell, acknowledge, answer };
}

describe('opening', () => {
  test('it asks for the lists that the server declares, once the client is ready', () => {
    const { keeper, listens, asked } = rig();
    expect(listens()).toEqual([]);
    keeper.start();
    keeper.start();
    expect(listens().length).toBe(1);
    expect(asked()).toEqual({ toolsListChanged: true, promptsListChanged: true });
  });

  test('with nothing to hear nothing is opened', () => {
    const { keeper, listens } = rig({ tools: {} });
    keeper.start();
    expect(listens()).toEqual([]);
  });

  test('a new resource opens a new subscription and ends the old one when the new one is acknowledged', async () => {
    const { keeper, listens, cancelled, asked, acknowledge } = rig();
    keeper.start();
    acknowledge();
    const granted = keeper.subscribe('a:1');
    expect(asked()).toEqual({ toolsListChanged: true, promptsListChanged: true, resourceSubscriptions: ['a:1'] });
    expect(cancelled()).toEqual([]);
    acknowledge();
    expect(await granted).toBe(true);
    expect(cancelled().map(({ message }) => message['params'])).toEqual([{ requestId: listens()[0]?.message['id'] }]);
    expect(await keeper.subscribe('a:1')).toBe(true);
    expect(listens().length).toBe(2);
    keeper.unsubscribe('a:1');
    expect(asked()).toEqual({ toolsListChanged: true, promptsListChanged: true });
  });

  test('many wishes at once make two subscriptions, not many', async () => {
    const { keeper, listens, asked, acknowledge } = rig({ resources: {} });
    const all = ['a:1', 'a:2', 'a:3', 'a:4'].map((uri) => keeper.subscribe(uri));
    expect(listens().length).toBe(1);
    acknowledge();
    acknowledge();
    expect(listens().length).toBe(2);
    expect(asked()).toEqual({ resourceSubscriptions: ['a:1', 'a:2', 'a:3', 'a:4'] });
    expect(await Promise.all(all)).toEqual([true, true, true, true]);
  });

  test('the last unsubscribed resource ends a subscription that had nothing else', async () => {
    const { keeper, acknowledge, cancelled, listens } = rig({ resources: {} });
    const granted = keeper.subscribe('a:1');
    acknowledge();
    await granted;
    keeper.unsubscribe('a:1');
    expect(cancelled().length).toBe(1);
    expect(listens().length).toBe(1);
  });

  test('SUB-03: what is not granted is told, refused to the client and not asked for again', async () => {
    const { keeper, acknowledge, asked, logs } = rig();
    keeper.start();
    const one = keeper.subscribe('a:1');
    acknowledge({ toolsListChanged: true });
    expect(logs.join()).toContain('promptsListChanged');
    acknowledge({ toolsListChanged: true, promptsListChanged: true });
    expect(await one).toBe(false);
    const two = keeper.subscribe('a:2');
    expect(asked()).toMatchObject({ resourceSubscriptions: ['a:2'] });
    acknowledge();
    expect(await two).toBe(true);
  });
});

describe('hearing', () => {
  test('SUB-02, STD-11: only the acknowledged subscription is heard, by its own id', () => {
    const { keeper, delivered, acknowledge, tell } = rig();
    keeper.start();
    tell(CHANGED);
    expect(delivered).toEqual([]);
    acknowledge();
    tell(CHANGED);
    keeper.take(frameOf({ jsonrpc: '2.0', method: CHANGED, params: { _meta: { [META.subscriptionId]: 'other' } } }));
    keeper.take(frameOf({ jsonrpc: '2.0', method: CHANGED }));
    expect(delivered.map(({ bytes }) => bytes.toString())).toEqual([
      `{"jsonrpc":"2.0","method":"${CHANGED}","params":{}}`,
    ]);
  });

  test('SUB-01: what was not asked for or not granted is not passed on', () => {
    const { keeper, delivered, acknowledge, tell } = rig();
    keeper.start();
    acknowledge({ promptsListChanged: true });
    for (const method of [CHANGED, UPDATED, 'notifications/resources/list_changed']) tell(method, { uri: 'a:1' });
    expect(delivered).toEqual([]);
    tell('notifications/prompts/list_changed');
    expect(delivered.length).toBe(1);
  });

  test('SUB-04: the mark is taken out and everything else stays', () => {
    const { keeper, delivered, listens, acknowledge } = rig({ resources: {} });
    void keeper.subscribe('a:1');
    acknowledge();
    const id = JSON.stringify(listens()[0]?.message['id']);
    const mark = `"${META.subscriptionId}":${id}`;
    keeper.take(
      parseFrame(
        Buffer.from(
          `{"method":"${UPDATED}", "jsonrpc":"2.0","params":{"uri":"a:1","_meta":{"k":1.0,${mark}},"x":2e0}}`,
        ),
        'server',
      ),
    );
    expect(delivered[0]?.bytes.toString()).toBe(
      `{"method":"${UPDATED}", "jsonrpc":"2.0","params":{"uri":"a:1","_meta":{"k":1.0},"x":2e0}}`,
    );
  });

  test('SUB-05: progress and log messages on the subscription’s stream go nowhere', () => {
    const { keeper, listens, acknowledge } = rig();
    keeper.start();
    acknowledge();
    const id = listens()[0]?.id;
    for (const method of ['notifications/progress', 'notifications/message']) {
      const frame = frameOf({ jsonrpc: '2.0', method, params: {} });
      expect(keeper.take(frame, id)).toBe(true);
      expect(keeper.take(frame, '"another"')).toBe(false);
      expect(keeper.take(frame)).toBe(false);
    }
  });
});

describe('ending', () => {
  const ENDS: readonly [string, (it: ReturnType<typeof rig>) => unknown][] = [
    ['a result', ({ answer }) => answer({ result: { resultType: 'complete' } })],
    ['an error', ({ answer }) => answer({ error: { code: -32_603, message: 'no' } })],
    ['the end of its stream', ({ keeper, listens }) => keeper.failed(listens().at(-1)?.id ?? '')],
    [
      'a cancellation',
      ({ keeper, listens }) =>
        keeper.take(
          frameOf({
            jsonrpc: '2.0',
            method: 'notifications/cancelled',
            params: { requestId: listens().at(-1)?.message['id'] },
          }),
        ),
    ],
  ];

  test.each(ENDS)('SUB-06, STD-10: after %s it is opened again, after growing pauses', (_end, end) => {
    const it = rig();
    it.keeper.start();
    for (const pause of [1_000, 2_000, 4_000]) {
      const before = it.listens().length;
      it.acknowledge();
      expect(end(it)).toBe(true);
      it.clock.advance(pause - 1);
      expect(it.listens().length).toBe(before);
      it.clock.advance(1);
      expect(it.listens().length).toBe(before + 1);
    }
  });

  test('after a good life the pauses begin anew, and the resources are asked for again', async () => {
    const { keeper, clock, acknowledge, answer, asked, listens } = rig({ resources: {} });
    const granted = keeper.subscribe('a:1');
    for (let round = 0; round < 4; round++) {
      acknowledge();
      clock.advance(60_000);
      answer({ result: {} });
      clock.advance(1_000);
      expect(listens().length).toBe(round + 2);
      expect(asked()).toEqual({ resourceSubscriptions: ['a:1'] });
    }
    expect(await granted).toBe(true);
  });

  test('a server without subscriptions is asked once', async () => {
    const { keeper, clock, answer, listens, logs } = rig();
    keeper.start();
    answer({ error: { code: -32_601, message: 'no' } });
    clock.advance(3_600_000);
    expect(listens().length).toBe(1);
    expect(logs.length).toBe(1);
    expect(await keeper.subscribe('a:1')).toBe(false);
  });

  test('a resource for which the server refuses the subscription is refused to the client and given up', async () => {
    const { keeper, clock, acknowledge, answer, asked } = rig();
    keeper.start();
    acknowledge();
    const granted = keeper.subscribe('bad');
    answer({ error: { code: -32_602, message: 'no such resource' } });
    expect(await granted).toBe(false);
    clock.advance(60_000);
    expect(asked()).toEqual({ toolsListChanged: true, promptsListChanged: true });
  });

  test('stopping ends it and what waits for it', async () => {
    const { keeper, clock, cancelled, listens } = rig();
    keeper.start();
    const waiting = keeper.subscribe('a:1');
    keeper.stop();
    expect(await waiting).toBe(false);
    expect(cancelled().length).toBe(1);
    clock.advance(3_600_000);
    expect(listens().length).toBe(1);
  });
});

test('a refused resource is an error to the client', async () => {
  const client = await openBridge();
  const answer = await client.outcome('resources/subscribe', { uri: 'refused:1' });
  expect(answer['error']).toMatchObject({ code: -32_603 });
  expect(await client.outcome('resources/subscribe', {})).toMatchObject({ error: { code: -32_602 } });
});
