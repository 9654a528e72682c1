// How many requests to one server may be repeated: a fifth of the requests of the last minute, and three in any case. So that a
// server that cannot keep up does not get more work because of it.
import type { Clock } from '../base/clock.ts';

const SHARE = 0.2;
const ALWAYS = 3;
const HALF_WINDOW_MS = 30_000;

interface Counts {
  requests: number;
  repeats: number;
}

/** One for each server, for all connections to it. */
export class RetryBudget {
  readonly #clock: Clock;
  #startedAt: number;
  #before: Counts = { requests: 0, repeats: 0 };
  #now: Counts = { requests: 0, repeats: 0 };

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedAt = clock.monotonic();
  }

  noteRequest(): void {
    this.#turn();
    this.#now.requests++;
  }

  /** Takes one repeat out of the budget; false when nothing is left of it. */
  take(): boolean {
    this.#turn();
    const requests = this.#before.requests + this.#now.requests;
    const repeats = this.#before.repeats + this.#now.repeats;
    if (repeats + 1 > Math.max(ALWAYS, requests * SHARE)) return false;
    this.#now.repeats++;
    return true;
  }

  #turn(): void {
    const age = this.#clock.monotonic() - this.#startedAt;
    if (age < HALF_WINDOW_MS) return;
    this.#before = age < 2 * HALF_WINDOW_MS ? this.#now : { requests: 0, repeats: 0 };
    this.#now = { requests: 0, repeats: 0 };
    this.#startedAt = this.#clock.monotonic();
  }
}
