import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createFence } from '../../host/fence.ts';
import { ManualClock } from '../support/manual-clock.ts';

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
