// Splits free text (a child's stderr) into lines of bounded length. Never holds more than one line's bound.

/** Longer lines are cut at this many bytes; the rest up to the next line end is counted and dropped. */
export const MAX_TEXT_LINE_BYTES = 8192;

const NEWLINE = 0x0a;

export class LineSplitter {
  readonly #onLine: (text: string) => void;
  readonly #line = Buffer.allocUnsafe(MAX_TEXT_LINE_BYTES);
  #length = 0;
  #dropped = 0;

  /** @param onLine gets each line without its ending; empty lines are left out */
  constructor(onLine: (text: string) => void) {
    this.#onLine = onLine;
  }

  /** Copies what it keeps. */
  push(chunk: Buffer): void {
    for (let start = 0; start < chunk.length; ) {
      const end = chunk.indexOf(NEWLINE, start);
      this.#take(chunk, start, end === -1 ? chunk.length : end);
      if (end === -1) return;
      this.#emit();
      start = end + 1;
    }
  }

  /** The stream has ended: what is left is a line too. */
  end(): void {
    this.#emit();
  }

  /** Without a view of each line: a flood of short ones would leave one object each to the collector. */
  #take(chunk: Buffer, start: number, end: number): void {
    const room = Math.min(end - start, this.#line.length - this.#length);
    if (room > 0) chunk.copy(this.#line, this.#length, start, start + room);
    this.#length += room;
    this.#dropped += end - start - room;
  }

  #emit(): void {
    if (this.#length === 0 && this.#dropped === 0) return;
    const text = this.#line.toString('utf8', 0, this.#length).trimEnd();
    const cut = this.#dropped;
    this.#length = 0;
    this.#dropped = 0;
    if (text !== '' || cut > 0) this.#onLine(cut > 0 ? `${text} [${cut} bytes cut]` : text);
  }
}
