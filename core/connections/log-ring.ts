// The last log lines of one server, bounded in bytes: what its process wrote on stderr and what Portolan says about it.
import type { LogLine } from '../../shared/model/server-status.ts';
import { type Clock, systemClock } from '../base/clock.ts';

export const LOG_RING_BYTES = 1024 * 1024;
/** Longer lines are cut. */
const MAX_LOG_LINE_CHARS = 8192;
/** Counted per line on top of its text, so that a flood of empty lines is bounded too. */
const LINE_OVERHEAD = 64;

interface Entry {
  readonly seq: number;
  readonly at: number;
  readonly source: LogLine['source'];
  readonly text: string;
  readonly bytes: number;
}

export class LogRing {
  readonly #clock: Clock;
  readonly #maxBytes: number;
  readonly #subscribers = new Set<(line: LogLine) => void>();
  #entries: Entry[] = [];
  /** Index of the oldest entry that still counts; the ones before are dropped in batches. */
  #first = 0;
  #bytes = 0;
  #seq = 0;

  constructor(options: { clock?: Clock; maxBytes?: number } = {}) {
    this.#clock = options.clock ?? systemClock;
    this.#maxBytes = options.maxBytes ?? LOG_RING_BYTES;
  }

  append(source: LogLine['source'], text: string): void {
    const cut = text.length > MAX_LOG_LINE_CHARS ? `${text.slice(0, MAX_LOG_LINE_CHARS)} [cut]` : text;
    this.#seq += 1;
    // UTF-16 units: what the string costs in memory at most, without counting it through.
    const entry = { seq: this.#seq, at: this.#clock.now(), source, text: cut, bytes: cut.length * 2 + LINE_OVERHEAD };
    this.#entries.push(entry);
    this.#bytes += entry.bytes;
    this.#trim();
    if (this.#subscribers.size === 0) return;
    const line = toLine(entry);
    for (const fn of this.#subscribers) fn(line);
  }

  /** The kept lines with a number above `afterSeq`, oldest first. */
  lines(afterSeq = 0): LogLine[] {
    return this.#entries.slice(this.#first).flatMap((entry) => (entry.seq > afterSeq ? [toLine(entry)] : []));
  }

  /** Calls `fn` for every line from now on; gives the function that ends it. */
  subscribe(fn: (line: LogLine) => void): () => void {
    const own = (line: LogLine) => fn(line);
    this.#subscribers.add(own);
    return () => void this.#subscribers.delete(own);
  }

  /** Bytes held now, never above the limit. */
  get bytes(): number {
    return this.#bytes;
  }

  #trim(): void {
    while (this.#bytes > this.#maxBytes) {
      this.#bytes -= this.#entries[this.#first]?.bytes ?? 0;
      this.#first += 1;
    }
    if (this.#first > 64 && this.#first * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#first);
      this.#first = 0;
    }
  }
}

function toLine({ seq, at, source, text }: Entry): LogLine {
  return { seq, at: new Date(at).toISOString(), source, text };
}
