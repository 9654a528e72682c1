// Calls when the server is about to delete a task: one timer for all.
import type { Clock, Timer } from '../base/clock.ts';
import type { TaskRecord } from '../tasks/task-record.ts';
import { warnAt } from './task-occasions.ts';

/** Longest single timer: after the machine has slept, or a clock has jumped, nothing is later than this. */
const LONGEST_MS = 60_000;

export class ExpiryWatch {
  readonly #clock: Clock;
  readonly #warn: (id: string) => void;
  /** By task: when it is due (epoch milliseconds), and whether that has been said. */
  readonly #due = new Map<string, { readonly at: number; isSaid: boolean }>();
  #timer: Timer | undefined;
  /** What the timer is set to, epoch milliseconds. */
  #next = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, warn: (id: string) => void) {
    this.#clock = clock;
    this.#warn = warn;
  }

  /** Notes when a task is due, after any change of it. */
  note(task: TaskRecord): void {
    const at = warnAt(task);
    if (at === undefined) {
      this.#due.delete(task.id);
      return;
    }
    if (this.#due.get(task.id)?.at === at) return;
    this.#due.set(task.id, { at, isSaid: false });
    if (at < this.#next) this.#wind(at);
  }

  close(): void {
    this.#due.clear();
    this.#timer?.cancel();
  }

  #wind(at: number): void {
    this.#timer?.cancel();
    this.#next = at;
    const ms = Math.min(Math.max(at - this.#clock.now(), 0), LONGEST_MS);
    this.#timer = this.#clock.setTimeout(() => this.#run(), ms);
  }

  #run(): void {
    this.#next = Number.POSITIVE_INFINITY;
    const now = this.#clock.now();
    let next = Number.POSITIVE_INFINITY;
    for (const [id, due] of this.#due) {
      if (due.isSaid) continue;
      if (due.at > now) {
        next = Math.min(next, due.at);
        continue;
      }
      due.isSaid = true;
      this.#warn(id);
    }
    if (Number.isFinite(next)) this.#wind(next);
  }
}
