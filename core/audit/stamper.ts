// Gives each event of a run its id and its times, and notices when the wall clock jumps.
import { randomBytes } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import type { AuditEvent } from './audit-event.ts';
import type { StampedEvent } from './record.ts';

/** A wall clock that moved this much more or less than the monotonic one has been set, or the machine has slept. */
const STEP_MS = 2000;

export class Stamper {
  /** Names this run of the host in event ids. */
  readonly run = randomBytes(8).toString('hex');
  readonly #clock: Clock;
  #number = 0;
  #last: { readonly at: number; readonly mono: number } | undefined;
  /** Time of the newest record of the run before. */
  #earliest: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many events of this run have been taken. */
  get number(): number {
    return this.#number;
  }

  /** The log already holds a record of this time: an earlier first event is a clock that was set back. */
  notBefore(at: string): void {
    this.#earliest = Date.parse(at);
  }

  /** The next event, stamped. It counts only when `taken` follows. */
  stamp(event: AuditEvent): StampedEvent {
    const at = this.#clock.now();
    const mono = Math.max(this.#clock.monotonic(), this.#last?.mono ?? 0);
    const step = this.#step(at, mono);
    return { id: `${this.run}-${this.#number + 1}`, at, mono, ...(step === undefined ? {} : { step }), event };
  }

  taken(stamped: StampedEvent): void {
    this.#number++;
    this.#last = { at: stamped.at, mono: stamped.mono };
  }

  #step(at: number, mono: number): number | undefined {
    if (this.#last === undefined) {
      return this.#earliest !== undefined && at < this.#earliest - STEP_MS ? at - this.#earliest : undefined;
    }
    const step = at - this.#last.at - (mono - this.#last.mono);
    return Math.abs(step) >= STEP_MS ? Math.round(step) : undefined;
  }
}
