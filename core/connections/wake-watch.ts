// Notices that the computer has slept, or this process has stood still: sockets may be dead by now without anyone having said so.
import type { Clock, Timer } from '../base/clock.ts';

const TICK_MS = 5_000;
/** A tick that comes this much late was no busy moment. A wall clock that is set forward looks the same, which does no harm. */
const SLACK_MS = 15_000;

/** One for the whole host. It has a timer only while someone listens. */
export class WakeWatch {
  readonly #clock: Clock;
  readonly #listeners = new Set<() => void>();
  #timer: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls back after each sleep; gives the way to end that. */
  listen(onWake: () => void): () => void {
    this.#listeners.add(onWake);
    if (this.#timer === undefined) this.#arm();
    return () => {
      this.#listeners.delete(onWake);
      if (this.#listeners.size > 0) return;
      this.#timer?.cancel();
      this.#timer = undefined;
    };
  }

  /** Systems differ in whether the monotonic clock goes on during sleep; the wall clock does. */
  #arm(): void {
    const before = { wall: this.#clock.now(), running: this.#clock.monotonic() };
    this.#timer = this.#clock.setTimeout(() => {
      const passed = Math.max(this.#clock.now() - before.wall, this.#clock.monotonic() - before.running);
      this.#arm();
      if (passed < TICK_MS + SLACK_MS) return;
      for (const onWake of this.#listeners) onWake();
    }, TICK_MS);
  }
}
