// Tells when nobody has needed the host for a while.

/** Smallest distance between two looks; below it a short idle time set by a test is still met. */
const MIN_LOOK_MS = 25;
const MAX_LOOK_MS = 5_000;

/**
 * Calls `onIdle` once after `isBusy` has answered false for `idleMs` (asked for again before each look, so that a
 * changed setting counts at once). Time is monotonic: a machine that slept has not been idle in between.
 */
export function watchIdle(options: { isBusy(): boolean; idleMs(): number; onIdle(): void }): {
  touch(): void;
  stop(): void;
} {
  let idleSince = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    const now = performance.now();
    if (options.isBusy()) idleSince = now;
    if (now - idleSince >= options.idleMs()) return options.onIdle();
    schedule();
  };
  const schedule = (): void => {
    timer = setTimeout(look, Math.max(MIN_LOOK_MS, Math.min(MAX_LOOK_MS, options.idleMs() / 4)));
  };
  schedule();
  return {
    touch: () => {
      idleSince = performance.now();
    },
    stop: () => clearTimeout(timer),
  };
}
