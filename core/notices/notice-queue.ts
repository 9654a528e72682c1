// When what is to be told is told: things of one server within a moment together, at most five notices a minute, and nothing in
// the quiet hours, after which all that came up is told as one.
import type { Clock, Timer } from '../base/clock.ts';
import type { Occasion } from './occasion.ts';

/** Things of one server that come up within this time become one notice. */
const MOMENT_MS = 2_000;
const MOST_A_MINUTE = 5;
const MINUTE_MS = 60_000;

/** Why a batch comes later than its moment. */
export type Delay = 'none' | 'limit' | 'quiet';

export interface NoticeQueueOptions {
  readonly clock: Clock;
  /** When the quiet hours of now are over; undefined outside of them. */
  readonly quietUntil: () => number | undefined;
  /** Tells a batch, of one server unless it was quiet. False when nothing of it was worth a notice any more. */
  readonly tell: (batch: readonly Occasion[], delay: Delay) => boolean;
}

interface Waiting {
  readonly occasion: Occasion;
  readonly due: number;
  delay: Delay;
}

export class NoticeQueue {
  readonly #options: NoticeQueueOptions;
  readonly #waiting = new Map<string, Waiting>();
  /** Monotonic times of the last notices. */
  #shown: number[] = [];
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(options: NoticeQueueOptions) {
    this.#options = options;
  }

  add(occasion: Occasion): void {
    if (this.#isClosed || this.#waiting.has(occasion.key)) return;
    const due = this.#options.clock.monotonic() + MOMENT_MS;
    this.#waiting.set(occasion.key, { occasion, due, delay: 'none' });
    if (this.#timer === undefined) this.#wind(MOMENT_MS);
  }

  /** Looks again now: the quiet hours may be others. */
  settingsChanged(): void {
    if (this.#waiting.size > 0) this.#wind(0);
  }

  /** Forgets what waits: the next host finds it in its records. */
  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
  }

  #wind(ms: number): void {
    this.#timer?.cancel();
    this.#timer = this.#options.clock.setTimeout(() => this.#run(), ms);
  }

  #run(): void {
    this.#timer = undefined;
    const { clock } = this.#options;
    const until = this.#options.quietUntil();
    if (until === undefined) this.#tellDue();
    else for (const waiting of this.#waiting.values()) waiting.delay = 'quiet';
    if (this.#waiting.size === 0 || this.#isClosed) return;
    // Never longer than a minute: after the machine has slept, or a clock has jumped, nothing is later than that.
    if (until !== undefined) this.#wind(Math.min(Math.max(until - clock.now(), 0), MINUTE_MS));
    else if (this.#isFull()) this.#wind((this.#shown[0] ?? 0) + MINUTE_MS - clock.monotonic());
    else this.#wind(Math.max(Math.min(...[...this.#waiting.values()].map(({ due }) => due)) - clock.monotonic(), 0));
  }

  #tellDue(): void {
    const now = this.#options.clock.monotonic();
    this.#tellBatch([...this.#waiting.values()].filter(({ delay }) => delay === 'quiet'));
    for (const first of [...this.#waiting.values()].filter(({ due }) => due <= now)) {
      if (!this.#waiting.has(first.occasion.key)) continue;
      this.#tellBatch([...this.#waiting.values()].filter(({ occasion }) => occasion.server === first.occasion.server));
    }
  }

  #tellBatch(batch: readonly Waiting[]): void {
    const [first] = batch;
    if (first === undefined) return;
    if (this.#isFull()) {
      for (const waiting of batch) if (waiting.delay === 'none') waiting.delay = 'limit';
      return;
    }
    for (const { occasion } of batch) this.#waiting.delete(occasion.key);
    const occasions = batch.map(({ occasion }) => occasion);
    if (this.#options.tell(occasions, first.delay)) this.#shown.push(this.#options.clock.monotonic());
  }

  #isFull(): boolean {
    const now = this.#options.clock.monotonic();
    this.#shown = this.#shown.filter((at) => at > now - MINUTE_MS);
    return this.#shown.length >= MOST_A_MINUTE;
  }
}
