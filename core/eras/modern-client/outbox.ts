// What goes to the server, in order: a message that finds the server's buffers full waits here instead of being lost.
import type { Clock, Timer } from '../../base/clock.ts';
import type { Frame } from '../../connections/frame.ts';

/** How long to wait before offering a message again, milliseconds. */
const FULL_RETRY_MS = 5;

export class Outbox {
  readonly #send: (frame: Frame) => void;
  readonly #clock: Clock;
  #waiting: Frame[] = [];
  #timer: Timer | undefined;

  constructor(send: (frame: Frame) => void, clock: Clock) {
    this.#send = send;
    this.#clock = clock;
  }

  /** True while messages wait: nothing more should be taken from the caller. */
  get isFull(): boolean {
    return this.#waiting.length > 0;
  }

  push(frame: Frame): void {
    this.#waiting.push(frame);
    if (this.#timer === undefined) this.#flush();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#waiting = [];
  }

  #flush(): void {
    this.#timer = undefined;
    for (let head = this.#waiting[0]; head !== undefined; head = this.#waiting[0]) {
      try {
        this.#send(head);
      } catch {
        this.#timer = this.#clock.setTimeout(() => this.#flush(), FULL_RETRY_MS);
        return;
      }
      this.#waiting.shift();
    }
  }
}
