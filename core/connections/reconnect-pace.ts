// Spreads the streams that are opened again over time: five in a second, of all servers together, so that a network that has
// just come back is not flooded at once.
import type { Clock } from '../base/clock.ts';
import { waitUnlessAborted } from '../base/wait.ts';

const GAP_MS = 200;

/** One for the whole host. */
export class ReconnectPace {
  readonly #clock: Clock;
  #nextAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves when it is the caller's turn, or at once when `signal` aborts: ask the signal which it was. */
  turn(signal: AbortSignal): Promise<void> {
    const now = this.#clock.monotonic();
    const at = Math.max(now, this.#nextAt);
    this.#nextAt = at + GAP_MS;
    return at === now ? Promise.resolve() : waitUnlessAborted(this.#clock, at - now, signal);
  }
}
