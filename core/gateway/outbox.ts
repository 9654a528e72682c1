// What leaves for clients within one turn of the event loop: each stream gets it as one write, and only when the system has
// it are the outcomes recorded, as one write of the journal. Shared by all sessions of a gateway; it must not know messages.

/** Records everything that `work` appends by one write. */
type Together = (work: () => void) => void;

export class Outbox {
  readonly #together: Together;
  readonly #flushes = new Set<() => void>();
  #afterwards: (() => void)[] = [];
  #isPlanned = false;

  constructor(together: Together = (work) => work()) {
    this.#together = together;
  }

  /** `flush` hands over what one stream holds: at the end of this turn, or sooner when somebody calls `flush`. */
  hold(flush: () => void): void {
    this.#flushes.add(flush);
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    setImmediate(() => {
      this.#isPlanned = false;
      this.flush();
    });
  }

  /** Runs `work` when everything that was held before is handed over; at once when nothing is. */
  afterwards(work: () => void): void {
    if (this.#flushes.size === 0) work();
    else this.#afterwards.push(work);
  }

  /** Hands over what is held, and runs what waits for that. */
  flush(): void {
    const flushes = [...this.#flushes];
    this.#flushes.clear();
    for (const flush of flushes) flush();
    const works = this.#afterwards;
    if (works.length === 0) return;
    this.#afterwards = [];
    this.#together(() => {
      for (const work of works) work();
    });
  }
}
