import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createFence } from '../../host/fence.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { tempDir } from '../support/temp-dir.ts';

const clock = new ManualClock();
let held = true;
let looks = 0;
let losses = 0;
const fence = createFence({
  lock: {
    isHeld: () => {
      looks++;
      return held;
    },
    release: () => undefined,
  },
  descriptor: join(import.meta.dirname, 'no-descriptor.json'),
  pid: process.pid,
  clock,
  onLost: () => losses++,
});

afterEach(() => fence.stop());

test('writes of one moment cost one look at the lock, and a process that was stopped looks before it writes again', () => {
  for (let write = 0; write < 100; write++) fence.assertHeld();
  expect(looks).toBe(1);

  held = false;
  clock.stall(2);
  expect(() => fence.assertHeld()).toThrow(expect.objectContaining({ code: 'HOST_DRAINING' }));
  expect(losses).toBe(1);

  held = true;
  expect(() => fence.assertHeld()).toThrow(expect.objectContaining({ code: 'HOST_DRAINING' }));
  expect(losses).toBe(1);
});

test('what a killed host left is not taken for a successor, however long the start takes; a successor is', () => {
  const descriptor = join(tempDir(), 'host.json');
  const names = (pid: number) =>
    writeFileSync(descriptor, JSON.stringify({ pid, version: '1', socket: '/s', startedAt: '2026-01-01T00:00:00Z' }));
  const lock = { isHeld: () => true, release: () => undefined };
  let wasLost = false;
  names(process.pid + 1);
  const starting = createFence({ lock, descriptor, pid: process.pid, clock, onLost: () => (wasLost = true) });
  clock.advance(10_000);
  expect(wasLost).toBe(false);
  names(process.pid);
  clock.advance(10_000);
  names(process.pid + 2);
  clock.advance(1_000);
  expect(wasLost).toBe(true);
  expect(() => starting.assertHeld()).toThrow(expect.objectContaining({ code: 'HOST_DRAINING' }));
  starting.stop();
});
