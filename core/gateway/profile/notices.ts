// Changes of a profile's lists on their way to the client: several within a short while are told once.
import type { Clock } from '../../base/clock.ts';

/** How long changes are gathered, in milliseconds. */
const GATHER_MS = 50;

export class Notices {
  readonly #clock: Clock;
  readonly #tell: (method: string) => void;
  readonly #waiting = new Set<string>();
  #timer: { cancel(): void } | undefined;

  constructor(clock: Clock, tell: (method: string) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** `method`: the notification that tells of the change. */
  add(method: string): void {
    this.#waiting.add(method);
    this.#timer ??= this.#clock.setTimeout(() => {
      this.#timer = undefined;
      const methods = [...this.#waiting];
      this.#waiting.clear();
      for (const each of methods) this.#tell(each);
    }, GATHER_MS);
  }

  stop(): void {
    this.#timer?.cancel();
  }
}
