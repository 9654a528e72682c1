// A clock that stands still until the test advances it.
import type { Clock, Timer } from '../../core/base/clock.ts';

interface Entry {
  readonly due: number;
  readonly order: number;
  readonly fn: () => void;
}

export class ManualClock implements Clock {
  #now: number;
  #elapsed = 0;
  #order = 0;
  readonly #timers = new Set<Entry>();

  /** @param now the wall clock's start, epoch milliseconds */
  constructor(now = Date.UTC(2026, 0, 1, 12)) {
    this.#now = now;
  }

  now(): number {
    return this.#now + this.#elapsed;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  setTimeout(fn: () => void, ms: number): Timer {
    this.#order += 1;
    const entry: Entry = { due: this.#elapsed + Math.max(0, ms), order: this.#order, fn };
    this.#timers.add(entry);
    return { cancel: () => void this.#timers.delete(entry) };
  }

  /** Moves time on by `ms`; timers that fall due run in order, each at its own moment. */
  advance(ms: number): void {
    const end = this.#elapsed + ms;
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#timers.delete(next);
      this.#elapsed = Math.max(this.#elapsed, next.due);
      next.fn();
    }
    this.#elapsed = end;
  }

  /** Time passes and no timer runs, as if the process stood still: those that fell due meanwhile run late. */
  stall(ms: number): void {
    this.#elapsed += ms;
  }

  /** Moves the wall clock alone, as a time correction would. */
  jump(ms: number): void {
    this.#now += ms;
  }

  /** Timers that wait. */
  get waiting(): number {
    return this.#timers.size;
  }

  /** Milliseconds until the next timer falls due; infinite when none waits. */
  get nextIn(): number {
    return Math.min(...[...this.#timers].map(({ due }) => due - this.#elapsed));
  }

  #next(end: number): Entry | undefined {
    let first: Entry | undefined;
    for (const entry of this.#timers) {
      if (entry.due > end) continue;
      if (first === undefined || entry.due < first.due || (entry.due === first.due && entry.order < first.order)) {
        first = entry;
      }
    }
    return first;
  }
}
