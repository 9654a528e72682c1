// The clocks and the back-off.
import { expect, test } from 'vitest';
import { backoffMs } from '../../../core/base/backoff.ts';
import { delay, systemClock } from '../../../core/base/clock.ts';
import { ManualClock } from '../../support/manual-clock.ts';

test('timers of the manual clock run in the order of their times, also those set by others', () => {
  const clock = new ManualClock();
  const order: string[] = [];
  clock.setTimeout(() => order.push(`late ${clock.monotonic()}`), 20);
  clock.setTimeout(() => {
    order.push(`early ${clock.monotonic()}`);
    clock.setTimeout(() => order.push(`between ${clock.monotonic()}`), 5);
  }, 10);
  clock.setTimeout(() => order.push('never'), 15).cancel();
  clock.advance(20);
  expect(order).toEqual(['early 10', 'between 15', 'late 20']);
  expect(clock.waiting).toBe(0);
});

test('the system clock’s timers fire unless cancelled', async () => {
  let fired = false;
  systemClock.setTimeout(() => (fired = true), 0).cancel();
  await delay(systemClock, 5);
  expect(fired).toBe(false);
});

test('back-off doubles to its cap and draws evenly below it', () => {
  const backoff = { baseMs: 1_000, capMs: 60_000 };
  expect([0, 1, 5, 6, 50].map((attempt) => backoffMs(attempt, backoff, () => 0.5))).toEqual([
    500, 1_000, 16_000, 30_000, 30_000,
  ]);
  expect(backoffMs(3, backoff, () => 0)).toBe(0);
});
