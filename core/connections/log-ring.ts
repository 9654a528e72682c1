// The last log lines of one server, bounded in bytes: what its process wrote on stderr and what Portolan says about it.
//
// Lines are kept as bytes outside the heap. As strings they would outlive one collection after the other and make V8
// widen its young generation, by far more than they are themselves.
import type { LogLine } from '../../shared/model/server-status.ts';
import { type Clock, systemClock } from '../base/clock.ts';

export const LOG_RING_BYTES = 1024 * 1024;
/** The ring forgets a whole block at a time. Holds several of the longest lines. */
const BLOCK_BYTES = 64 * 1024;
/** Longer lines are cut. */
const MAX_LOG_LINE_CHARS = 8192;
/** Before each text: its time as a double, the index of its source in a byte, its length in 32 bits. */
const HEADER_BYTES = 13;
const SOURCES: readonly LogLine['source'][] = ['stderr', 'stdout-noise', 'portolan', 'server'];

interface Block {
  readonly data: Buffer;
  used: number;
  /** Number of its first line. */
  firstSeq: number;
  lines: number;
}

export class LogRing {
  readonly #clock: Clock;
  readonly #subscribers = new Set<(line: LogLine) => void>();
  /** Oldest first; the last one is being filled. */
  readonly #blocks: Block[] = [];
  #seq = 0;

  constructor(options: { clock?: Clock } = {}) {
    this.#clock = options.clock ?? systemClock;
  }

  append(source: LogLine['source'], text: string): void {
    const cut = text.length > MAX_LOG_LINE_CHARS ? `${text.slice(0, MAX_LOG_LINE_CHARS)} [cut]` : text;
    const at = this.#clock.now();
    this.#seq += 1;
    this.#keep(source, cut, at);
    if (this.#subscribers.size === 0) return;
    const line = toLine(this.#seq, at, source, cut);
    for (const fn of this.#subscribers) fn(line);
  }

  /** The kept lines with a number above `afterSeq`, oldest first. */
  lines(afterSeq = 0): LogLine[] {
    return this.#blocks.flatMap((block) => linesOf(block, afterSeq));
  }

  /** Calls `fn` for every line from now on; gives the function that ends it. */
  subscribe(fn: (line: LogLine) => void): () => void {
    const own = (line: LogLine) => fn(line);
    this.#subscribers.add(own);
    return () => void this.#subscribers.delete(own);
  }

  /** Bytes held now, never above the limit. */
  get bytes(): number {
    return this.#blocks.length * BLOCK_BYTES;
  }

  #keep(source: LogLine['source'], text: string, at: number): void {
    // No character takes more than three bytes per UTF-16 unit.
    const block = this.#blockWithRoom(HEADER_BYTES + text.length * 3);
    const { data, used } = block;
    const length = data.write(text, used + HEADER_BYTES, 'utf8');
    data.writeDoubleLE(at, used);
    data.writeUInt8(SOURCES.indexOf(source), used + 8);
    data.writeUInt32LE(length, used + 9);
    block.used += HEADER_BYTES + length;
    block.lines += 1;
  }

  #blockWithRoom(bytes: number): Block {
    const last = this.#blocks.at(-1);
    if (last !== undefined && last.used + bytes <= BLOCK_BYTES) return last;
    const oldest = this.bytes + BLOCK_BYTES > LOG_RING_BYTES ? this.#blocks.shift() : undefined;
    const block = oldest ?? { data: Buffer.allocUnsafeSlow(BLOCK_BYTES), used: 0, firstSeq: 0, lines: 0 };
    Object.assign(block, { used: 0, firstSeq: this.#seq, lines: 0 });
    this.#blocks.push(block);
    return block;
  }
}

function linesOf({ data, firstSeq, lines }: Block, afterSeq: number): LogLine[] {
  const out: LogLine[] = [];
  let start = 0;
  for (let seq = firstSeq; seq < firstSeq + lines; seq += 1) {
    const end = start + HEADER_BYTES + data.readUInt32LE(start + 9);
    if (seq > afterSeq) {
      const source = SOURCES[data.readUInt8(start + 8)] ?? 'stderr';
      out.push(toLine(seq, data.readDoubleLE(start), source, data.toString('utf8', start + HEADER_BYTES, end)));
    }
    start = end;
  }
  return out;
}

function toLine(seq: number, at: number, source: LogLine['source'], text: string): LogLine {
  return { seq, at: new Date(at).toISOString(), source, text };
}
