// The stream of changes that keeps a window true. One ring for everyone: a reader is only a position in it, so a slow
// reader costs no memory; one that fell out of the ring is told to fetch a new snapshot. While nobody watches nothing is held.
import { randomBytes } from 'node:crypto';
import { type Clock, systemClock } from '../core/base/clock.ts';
import type { HostEvent } from '../shared/model/system.ts';

/** Events held for readers that come back. */
const RING_SIZE = 2_048;
/** What they may list together, such as records: a busy log fills its events with hundreds each. */
const MAX_ITEMS = 8_192;
/** Whoever has read, or has taken a snapshot to read on from, is waited for this long. */
const WATCHED_MS = 60_000;

export interface NumberedEvent {
  readonly id: string;
  readonly event: HostEvent;
}

/** Ids look like `<run>-<n>`: n grows by one per event, and an id of another run of the host is never taken for ours. */
export class EventHub {
  readonly #run = randomBytes(4).toString('hex');
  readonly #ring: (HostEvent | undefined)[] = [];
  readonly #size: number;
  readonly #maxItems: number;
  readonly #clock: Clock;
  /** Clock.monotonic() until which somebody may come back. */
  #watchedUntil = Number.NEGATIVE_INFINITY;
  /** The newest event that is no longer held. */
  #gone = 0;
  #last = 0;
  #items = 0;
  #readers = 0;
  #closed = false;
  #wake = Promise.withResolvers<void>();
  readonly #listeners: ((event: HostEvent) => void)[] = [];

  constructor(size = RING_SIZE, maxItems = MAX_ITEMS, clock: Clock = systemClock) {
    this.#size = size;
    this.#maxItems = maxItems;
    this.#clock = clock;
  }

  /** Streams that are open now. */
  get readers(): number {
    return this.#readers;
  }

  /** Somebody reads, or may read on soon: otherwise events need not be made. */
  get isWatched(): boolean {
    return this.#readers > 0 || this.#clock.monotonic() < this.#watchedUntil;
  }

  /** Id of the newest event: what a snapshot taken now already contains. */
  lastId(): string {
    this.#watch();
    return this.#idOf(this.#last);
  }

  publish(event: HostEvent): void {
    if (this.#closed) return;
    if (!this.isWatched) {
      while (this.#gone < this.#last) this.#forgetOldest();
      this.#last += 1;
      this.#gone = this.#last;
      return;
    }
    if (this.#last - this.#gone === this.#size) this.#forgetOldest();
    this.#last += 1;
    this.#ring[this.#last % this.#size] = event;
    this.#items += itemsOf(event);
    while (this.#items > this.#maxItems && this.#gone < this.#last - 1) this.#forgetOldest();
    this.#wakeAll();
    for (const listener of this.#listeners) listener(event);
  }

  /** Calls `listener` with every event from now on. For parts of the host itself: it is no reader, and keeps nothing awake. */
  listen(listener: (event: HostEvent) => void): void {
    this.#listeners.push(listener);
  }

  /**
   * Events after `lastEventId`, or from now on without one, until `signal` aborts or the hub closes. Yields `reset`
   * once, with the newest id, whenever events between were lost: id unknown, of another run, or older than what is held.
   */
  async *read(lastEventId: string | undefined, signal?: AbortSignal): AsyncGenerator<NumberedEvent, void, void> {
    let at = lastEventId === undefined ? this.#last : this.#positionOf(lastEventId);
    const aborted = Promise.withResolvers<void>();
    const onAbort = () => aborted.resolve();
    signal?.addEventListener('abort', onAbort, { once: true });
    this.#readers += 1;
    try {
      for (;;) {
        if (this.#closed || signal?.aborted === true) return;
        if (at === undefined || at < this.#gone) {
          at = this.#last;
          yield { id: this.#idOf(at), event: { type: 'reset' } };
        } else if (at === this.#last) {
          await Promise.race([this.#wake.promise, aborted.promise]);
        } else {
          at += 1;
          const event = this.#ring[at % this.#size];
          if (event !== undefined) yield { id: this.#idOf(at), event };
        }
      }
    } finally {
      this.#readers -= 1;
      this.#watch();
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Ends every stream. */
  close(): void {
    this.#closed = true;
    this.#wakeAll();
  }

  #watch(): void {
    this.#watchedUntil = this.#clock.monotonic() + WATCHED_MS;
  }

  #forgetOldest(): void {
    this.#gone += 1;
    const slot = this.#gone % this.#size;
    const event = this.#ring[slot];
    this.#ring[slot] = undefined;
    if (event !== undefined) this.#items -= itemsOf(event);
  }

  #wakeAll(): void {
    const { resolve } = this.#wake;
    this.#wake = Promise.withResolvers<void>();
    resolve();
  }

  #idOf(position: number): string {
    return `${this.#run}-${position}`;
  }

  #positionOf(id: string): number | undefined {
    const [run, digits] = id.split('-');
    if (run !== this.#run || digits === undefined || !/^\d{1,15}$/.test(digits)) return undefined;
    const position = Number(digits);
    return position <= this.#last ? position : undefined;
  }
}

/** How many things an event lists; 1 for one that lists nothing. */
function itemsOf(event: HostEvent): number {
  return Object.values(event).reduce((sum: number, value) => sum + (Array.isArray(value) ? value.length : 0), 1);
}
