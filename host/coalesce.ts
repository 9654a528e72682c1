// Many small changes, few events: collects what happens within a short while and hands it over together.
import { type Clock, systemClock } from '../core/base/clock.ts';

/** Ten hand-overs a second at most. */
const DEFAULT_WAIT_MS = 100;

/**
 * `add` collects; after `waitMs` everything collected is given to `flush` at once, newest last and no more than
 * `maxItems` (the oldest go first). `stop` forgets what is waiting.
 */
export function coalesce<T>(
  flush: (items: T[]) => void,
  options: { waitMs?: number; maxItems?: number; clock?: Clock } = {},
): { add(...items: readonly T[]): void; stop(): void } {
  const { waitMs = DEFAULT_WAIT_MS, maxItems = 500, clock = systemClock } = options;
  let waiting: T[] = [];
  let timer: { cancel(): void } | undefined;
  return {
    add: (...items) => {
      waiting.push(...items);
      if (waiting.length > maxItems) waiting = waiting.slice(-maxItems);
      timer ??= clock.setTimeout(() => {
        timer = undefined;
        const items = waiting;
        waiting = [];
        flush(items);
      }, waitMs);
    },
    stop: () => {
      timer?.cancel();
      timer = undefined;
      waiting = [];
    },
  };
}
