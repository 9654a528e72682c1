// Cuts a byte stream into lines, the framing of MCP over stdio. Linear in the bytes, whatever their chunks;
// it must not look into the lines. (MCP 2025-11-25, Transports, stdio)
import { ByteCollector } from '../base/byte-collector.ts';
import { MAX_MESSAGE_BYTES } from './frame.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Calls `onLine` with each line without its ending (LF or CRLF); empty lines are skipped. A line longer than `maxBytes` is
 * never held: `onTooLarge` is told once, with the bytes seen so far, and the stream goes on after the next line feed.
 */
export class LineFramer {
  readonly #onLine: (line: Buffer) => void;
  readonly #onTooLarge: (bytes: number) => void;
  readonly #maxBytes: number;
  readonly #pending = new ByteCollector();
  #discarding = false;

  constructor(
    onLine: (line: Buffer) => void,
    onTooLarge: (bytes: number) => void,
    maxBytes: number = MAX_MESSAGE_BYTES,
  ) {
    this.#onLine = onLine;
    this.#onTooLarge = onTooLarge;
    this.#maxBytes = maxBytes;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let feed = chunk.indexOf(LINE_FEED); feed !== -1; feed = chunk.indexOf(LINE_FEED, start)) {
      this.#finish(chunk.subarray(start, feed));
      start = feed + 1;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
  }

  /** The stream has ended: what is left without a line feed counts as a line. */
  end(): void {
    this.#finish(Buffer.alloc(0));
  }

  #keep(piece: Buffer): void {
    if (this.#discarding) return;
    // One byte over the limit may still be the carriage return of a line that fits.
    if (this.#pending.length + piece.length > this.#maxBytes + 1) this.#refuse(piece.length);
    else this.#pending.add(piece);
  }

  #finish(last: Buffer): void {
    if (this.#discarding) {
      this.#discarding = false;
      return;
    }
    const line = withoutReturn(this.#pending.take(last));
    if (line.length > this.#maxBytes) this.#onTooLarge(line.length);
    else if (line.length > 0) this.#onLine(line);
  }

  #refuse(more: number): void {
    const bytes = this.#pending.length + more;
    this.#pending.clear();
    this.#discarding = true;
    this.#onTooLarge(bytes);
  }
}

function withoutReturn(line: Buffer): Buffer {
  return line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line;
}
