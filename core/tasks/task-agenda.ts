// Which task is looked at when: one timer for all, and only so many looks at once.
import type { Clock, Timer } from '../base/clock.ts';

/** At once, over all servers. */
const MOST_AT_ONCE = 16;
/** Longest single timer: after the machine has slept, or a clock has jumped, nothing is later than this. */
const LONGEST_MS = 60_000;

export class TaskAgenda {
  readonly #clock: Clock;
  readonly #look: (id: string) => Promise<void>;
  /** Epoch milliseconds by task. */
  readonly #due = new Map<string, number>();
  readonly #running = new Set<string>();
  #timer: Timer | undefined;
  #isClosed = false;

  /** `look` never rejects, and sets the task's next time itself. */
  constructor(clock: Clock, look: (id: string) => Promise<void>) {
    this.#clock = clock;
    this.#look = look;
  }

  /** Sets when a task is looked at next (epoch milliseconds); undefined: not any more. */
  set(id: string, due: number | undefined): void {
    if (due === undefined) this.#due.delete(id);
    else this.#due.set(id, due);
    this.#wind();
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
  }

  #wind(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#isClosed || this.#running.size >= MOST_AT_ONCE) return;
    let next: number | undefined;
    for (const [id, due] of this.#due) {
      if (!this.#running.has(id) && (next === undefined || due < next)) next = due;
    }
    if (next === undefined) return;
    const wait = Math.min(Math.max(next - this.#clock.now(), 0), LONGEST_MS);
    this.#timer = this.#clock.setTimeout(() => this.#run(), wait);
  }

  #run(): void {
    const now = this.#clock.now();
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
