// The window's picture after one event: what changed is new, the rest is what it was.
import { expect, it } from 'vitest';
import { applyEvent } from '../../renderer/state/apply-event.ts';
import { FakeWorld } from '../support/fake-world.ts';

it('an event of servers replaces, adds and takes away in one step and keeps the order', () => {
  const { snapshot } = new FakeWorld({});
  const [first, second] = snapshot.servers;
  if (!first || !second) throw new Error('the fake world has servers');
  const changed = { ...second, state: 'failed' as const };
  const added = { ...first, name: 'added' };
  const next = applyEvent(snapshot, { type: 'servers', servers: [changed, added], removed: [first.name] });
  const others = snapshot.servers.slice(2);
  expect(next.servers).toEqual([changed, ...others, added]);
  expect(next.servers[1]).toBe(others[0]);
  expect(next.serverSignIns.some(({ server }) => server === first.name)).toBe(false);
});
