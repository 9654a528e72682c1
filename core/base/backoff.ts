// How long to wait before trying again.

export interface Backoff {
  readonly baseMs: number;
  readonly capMs: number;
}

/**
 * Exponential back-off with full jitter: an even draw between 0 and `min(capMs, baseMs * 2^attempt)` milliseconds,
 * so that many who failed together do not come back together.
 * @param attempt 0 for the first wait
 * @param random a number in [0, 1)
 */
export function backoffMs(attempt: number, { baseMs, capMs }: Backoff, random: () => number = Math.random): number {
  return random() * Math.min(capMs, baseMs * 2 ** attempt);
}
