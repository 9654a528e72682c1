import { expect, test } from 'vitest';
import { ReconnectPace } from '../../../core/connections/reconnect-pace.ts';
import { ManualClock } from '../../support/manual-clock.ts';

test('CON-04: fifty streams that come back together are opened five in a second, the first at once', async () => {
  const clock = new ManualClock();
  const pace = new ReconnectPace(clock);
  const { signal } = new AbortController();
  const opened: number[] = [];
  const all = Array.from({ length: 50 }, async () => {
    await pace.turn(signal);
    opened.push(clock.monotonic());
  });
  for (let ms = 0; ms < 10_000; ms += 50) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(50);
  }
  await Promise.all(all);
  expect(opened[0]).toBe(0);
  for (const at of opened) expect(opened.filter((other) => other >= at && other < at + 1_000).length).toBeLessThan(6);
});

test('who gives up waits no longer', async () => {
  const clock = new ManualClock();
  const pace = new ReconnectPace(clock);
  const giveUp = new AbortController();
  await pace.turn(giveUp.signal);
  const waiting = pace.turn(giveUp.signal);
  giveUp.abort();
  await waiting;
  expect(clock.waiting).toBe(0);
});
