import { expect, test } from 'vitest';
import { WakeWatch } from '../../../core/connections/wake-watch.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const HOURS = 8 * 3_600_000;

function setUp() {
  const clock = new ManualClock();
  const watch = new WakeWatch(clock);
  let wakes = 0;
  const stop = watch.listen(() => wakes++);
  return { clock, watch, stop, wakes: () => wakes };
}

test.each([
  ['goes on with the wall clock alone', (clock: ManualClock) => clock.jump(HOURS)],
  ['is counted by both clocks, or the process stood still', (clock: ManualClock) => clock.stall(HOURS)],
])('CON-04: a sleep that %s is noticed within five seconds, once', (_what, sleep) => {
  const { clock, wakes } = setUp();
  clock.advance(60_000);
  expect(wakes()).toBe(0);
  sleep(clock);
  clock.advance(5_000);
  expect(wakes()).toBe(1);
  clock.advance(60_000);
  expect(wakes()).toBe(1);
});

test('CON-03: a clock that is set back, or a busy moment, is no sleep', () => {
  const { clock, wakes } = setUp();
  clock.jump(-HOURS);
  clock.advance(10_000);
  clock.stall(9_000);
  clock.advance(10_000);
  expect(wakes()).toBe(0);
});

test('there is no timer while nobody listens', () => {
  const { clock, watch, stop, wakes } = setUp();
  const other = watch.listen(() => undefined);
  expect(clock.waiting).toBe(1);
  stop();
  stop();
  expect(clock.waiting).toBe(1);
  other();
  expect(clock.waiting).toBe(0);
  clock.jump(HOURS);
  watch.listen(() => undefined);
  clock.advance(5_000);
  expect(wakes()).toBe(0);
});
