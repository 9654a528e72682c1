// Keeps failing attempts at a token apart: what failed a moment ago is not asked for again, however many want it.
import { type PortolanError, toPortolanError } from '../../shared/errors.ts';
import { type Backoff, backoffMs } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';

const PAUSE: Backoff = { baseMs: 4_000, capMs: 60_000 };
const LEAST_MS = 2_000;

export class RenewalPause {
  readonly #clock: Clock;
  #failure: { readonly error: PortolanError; readonly until: number } | undefined;
  #count = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Does the work unless it has failed lately: then it fails with the same error. */
  async guard<T>(work: () => Promise<T>): Promise<T> {
    if (this.#failure !== undefined && this.#clock.monotonic() < this.#failure.until) throw this.#failure.error;
    try {
      const result = await work();
      this.end();
      return result;
    } catch (cause) {
      const error = toPortolanError(cause);
      // Whether the keychain is open is known without asking anybody.
      if (error.code.startsWith('KEYCHAIN')) throw error;
      const until = this.#clock.monotonic() + LEAST_MS + backoffMs(this.#count, PAUSE);
      this.#count = Math.min(this.#count + 1, 10);
      this.#failure = { error, until };
      throw error;
    }
  }

  /** What is not tried again for now. */
  get problem(): PortolanError | undefined {
    return this.#failure?.error;
  }

  end(): void {
    this.#failure = undefined;
    this.#count = 0;
  }
}
