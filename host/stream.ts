// From callbacks to an async iterator that a procedure can yield from.

/** More waiting items than this and the oldest are dropped: a reader that stopped must not fill the memory. */
const MAX_WAITING = 10_000;

/**
 * Yields what `subscribe`'s callback is given, in order, until `signal` aborts or `end` is called; with an error, that
 * error is thrown after the last item. The subscription is undone when the reader leaves.
 */
export async function* streamOf<T>(
  subscribe: (push: (item: T) => void, end: (error?: unknown) => void) => () => void,
  signal?: AbortSignal,
): AsyncGenerator<T, void, void> {
  let waiting: T[] = [];
  let ended = signal?.aborted ?? false;
  let failure: unknown;
  let wake = Promise.withResolvers<void>();
  const end = (error?: unknown): void => {
    ended = true;
    failure ??= error;
    wake.resolve();
  };
  const abort = (): void => end();
  const unsubscribe = subscribe((item) => {
    if (waiting.length >= MAX_WAITING) waiting.shift();
    waiting.push(item);
    wake.resolve();
  }, end);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    for (;;) {
      const items = waiting;
      waiting = [];
      wake = Promise.withResolvers<void>();
      yield* items;
      if (waiting.length > 0) continue;
      if (failure !== undefined) throw failure;
      if (ended) return;
      await wake.promise;
    }
  } finally {
    signal?.removeEventListener('abort', abort);
    unsubscribe();
  }
}
