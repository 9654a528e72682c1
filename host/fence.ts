// Keeps a host that lost its place from writing: someone removed the run directory, or another host took over while
// this one was stopped. Every write path asks here first.
import { type Clock, systemClock } from '../core/base/clock.ts';
import type { InstanceLock } from './instance-lock.ts';
import { PortolanError } from '../shared/errors.ts';
import { readDescriptor } from './descriptor.ts';

const CHECK_EVERY_MS = 1_000;

/**
 * How long a look at the lock's file holds good, so that a burst of writes costs one `stat`. Another host takes seconds to start,
 * and a process that was stopped meanwhile finds its clock moved on and looks again before it writes.
 */
const HOLDS_GOOD_MS = 2;

export interface Fence {
  /** Throws HOST_DRAINING once this process is no longer the host, at most 2 ms after it lost its place. */
  assertHeld(): void;
  stop(): void;
}

/**
 * Watches that `lock` is still held and that the descriptor, once this process has written it, names no other one; `onLost` is
 * called once. What it names before that is a host that was killed: its lock is the one held here.
 */
export function createFence(options: {
  lock: InstanceLock;
  descriptor: string;
  pid: number;
  onLost: () => void;
  clock?: Pick<Clock, 'monotonic' | 'setTimeout'>;
}): Fence {
  const { clock = systemClock } = options;
  let lost = false;
  let isDescribed = false;
  let goodUntil = Number.NEGATIVE_INFINITY;
  const look = (thorough: boolean): boolean => {
    if (lost) return false;
    if (options.lock.isHeld() && !(thorough && namesAnother())) return true;
    lost = true;
    options.onLost();
    return false;
  };
  const namesAnother = (): boolean => {
    const named = readDescriptor(options.descriptor)?.pid;
    isDescribed ||= named === options.pid;
    return isDescribed && named !== undefined && named !== options.pid;
  };
  let timer = clock.setTimeout(watch, CHECK_EVERY_MS);
  function watch(): void {
    if (look(true)) timer = clock.setTimeout(watch, CHECK_EVERY_MS);
  }
  return {
    assertHeld: () => {
      const now = clock.monotonic();
      if (!lost && now < goodUntil) return;
      if (look(false)) {
        goodUntil = now + HOLDS_GOOD_MS;
        return;
      }
      throw new PortolanError('HOST_DRAINING', 'this Portolan host was replaced by another one', {
        hint: 'Try again: the new host answers.',
      });
    },
    stop: () => {
      lost = true;
      timer.cancel();
    },
  };
}
