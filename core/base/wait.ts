// Waiting that can be cut short.
import type { Clock } from './clock.ts';

/** Resolves after `ms` milliseconds of the clock, or at once when `signal` aborts: ask the signal which it was. */
export function waitUnlessAborted(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const stop = (): void => {
      timer.cancel();
      resolve();
    };
    const timer = clock.setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}
