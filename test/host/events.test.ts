// The event stream resumes without a gap or a duplicate, and says when it cannot.
import { describe, expect, it } from 'vitest';
import { EventHub, type NumberedEvent } from '../../host/events.ts';
import type { HostEvent } from '../../shared/model/system.ts';
import { ManualClock } from '../support/manual-clock.ts';

const removed = (name: string): HostEvent => ({ type: 'servers', servers: [], removed: [name] });

async function take(stream: AsyncGenerator<NumberedEvent, void, void>, count: number): Promise<NumberedEvent[]> {
  const events: NumberedEvent[] = [];
  while (events.length < count) {
    const next = await stream.next();
    if (next.done === true) break;
    events.push(next.value);
  }
  return events;
}

describe('EventHub', () => {
  it('gives a reader that comes back everything after the last id it saw', async () => {
    const hub = new EventHub();
    const first = hub.read(hub.lastId());
    for (const name of ['a', 'b', 'c']) hub.publish(removed(name));
    const [seen] = await take(first, 1);
    await first.return();
    const rest = await take(hub.read(seen?.id), 2);
    expect(rest.map(({ event }) => event)).toEqual([removed('b'), removed('c')]);
  });

  it('waits for the next event and wakes every reader', async () => {
    const hub = new EventHub();
    const readers = [hub.read(undefined), hub.read(undefined)].map((reader) => take(reader, 1));
    expect(hub.readers).toBe(2);
    hub.publish(removed('x'));
    expect((await Promise.all(readers)).map(([one]) => one?.event)).toEqual([removed('x'), removed('x')]);
  });

  it('RES-01 holds events by what they list, not by their number alone', async () => {
    const hub = new EventHub(100, 50);
    const start = hub.lastId();
    const sessions = (count: number) => ({ type: 'sessions', sessions: Array.from({ length: count }) }) as HostEvent;
    for (let i = 0; i < 10; i++) hub.publish(sessions(9));
    const after = (n: number) => hub.read(start.replace(/0$/, String(n)));
    expect((await take(after(4), 1))[0]?.event.type).toBe('reset');
    expect((await take(after(5), 5)).map(({ event }) => event.type)).toEqual(
      Array.from({ length: 5 }, () => 'sessions'),
    );
    hub.publish(sessions(500));
    expect((await take(after(10), 1))[0]?.event.type).toBe('sessions');
    expect((await take(after(9), 1))[0]?.event.type).toBe('reset');
  });

  it.each([
    ['older than what is held', (hub: EventHub) => hub.lastId(), 10],
    ['of another run of the host', () => 'ffffffff-1', 0],
    ['nonsense', () => '../../etc', 0],
    ['from the future', (hub: EventHub) => hub.lastId().replace(/\d+$/, '999'), 0],
  ])('says reset once when the id is %s', async (_what, idOf, published) => {
    const hub = new EventHub(4);
    const id = idOf(hub);
    for (let n = 0; n < published; n += 1) hub.publish(removed(String(n)));
    const stream = hub.read(id);
    const [reset] = await take(stream, 1);
    expect(reset).toEqual({ id: hub.lastId(), event: { type: 'reset' } });
    hub.publish(removed('next'));
    expect((await take(stream, 1)).map(({ event }) => event)).toEqual([removed('next')]);
  });

  it('resets a reader that fell behind instead of keeping events for it', async () => {
    const hub = new EventHub(8);
    const slow = hub.read(undefined);
    const waiting = slow.next();
    hub.publish(removed('first'));
    await waiting;
    for (let n = 0; n < 100; n += 1) hub.publish(removed(String(n)));
    expect((await take(slow, 1)).map(({ event }) => event)).toEqual([{ type: 'reset' }]);
  });

  it('holds nothing while nobody watches, and says reset to one that comes back too late', async () => {
    const clock = new ManualClock();
    const hub = new EventHub(8, 100, clock);
    expect(hub.isWatched).toBe(false);
    const snapshot = hub.lastId();
    hub.publish(removed('a'));
    expect(hub.isWatched).toBe(true);
    const reader = hub.read(snapshot);
    expect((await take(reader, 1)).map(({ event }) => event)).toEqual([removed('a')]);
    clock.advance(600_000);
    expect(hub.isWatched).toBe(true);
    await reader.return();
    const left = hub.lastId();
    clock.advance(59_000);
    hub.publish(removed('b'));
    const again = hub.read(left);
    expect((await take(again, 1)).map(({ event }) => event)).toEqual([removed('b')]);
    await again.return();
    clock.advance(61_000);
    expect(hub.isWatched).toBe(false);
    hub.publish(removed('c'));
    expect((await take(hub.read(left), 1)).map(({ event }) => event)).toEqual([{ type: 'reset' }]);
  });

  it('ends a waiting reader when it aborts and when the hub closes', async () => {
    const hub = new EventHub();
    const abort = new AbortController();
    const aborted = hub.read(undefined, abort.signal).next();
    const open = hub.read(undefined).next();
    abort.abort();
    expect((await aborted).done).toBe(true);
    hub.close();
    expect((await open).done).toBe(true);
    expect(hub.readers).toBe(0);
  });
});
