// Which task is looked at when: one timer for all, and only so many looks at once.
import type { Clock, Timer } from '../base/clock.ts';

/** At once, over all servers. */
const MOST_AT_ONCE = 16;
/** Longest single timer. */
const LONGEST_MS = 60_000;

export class TaskAgenda {
  readonly #clock: Clock;
  readonly #look: (id: string) => Promise<void>;
  /** By task, on the clock that never jumps. */
  readonly #due = new Map<string, number>();
  readonly #running = new Set<string>();
  #timer: Timer | undefined;
  /** When the timer fires. */
  #wakes = Number.POSITIVE_INFINITY;
  #isClosed = false;

  /** `look` never rejects, and sets the task's next time itself. */
  constructor(clock: Clock, look: (id: string) => Promise<void>) {
    this.#clock = clock;
    this.#look = look;
  }

  /** Sets when a task is looked at next (epoch milliseconds); undefined: not any more. */
  set(id: string, due: number | undefined): void {
    if (due === undefined) {
      this.#due.delete(id);
      return;
    }
    const at = this.#clock.monotonic() + due - this.#clock.now();
    this.#due.set(id, at);
    if (at < this.#wakes) this.#wind();
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
  }

  #wind(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#wakes = Number.POSITIVE_INFINITY;
    if (this.#isClosed || this.#running.size >= MOST_AT_ONCE) return;
    let next: number | undefined;
    for (const [id, due] of this.#due) {
      if (!this.#running.has(id) && (next === undefined || due < next)) next = due;
    }
    if (next === undefined) return;
    const now = this.#clock.monotonic();
    const wait = Math.min(Math.max(next - now, 0), LONGEST_MS);
    this.#wakes = now + wait;
    this.#timer = this.#clock.setTimeout(() => this.#run(), wait);
  }

  #run(): void {
    const now = this.#clock.monotonic();
    for (const [id, due] of this.#due) {
      if (due > now || this.#running.has(id) || this.#running.size >= MOST_AT_ONCE) continue;
      this.#due.delete(id);
      this.#running.add(id);
      void this.#look(id).finally(() => {
        this.#running.delete(id);
        this.#wind();
      });
    }
    this.#wind();
  }
}
