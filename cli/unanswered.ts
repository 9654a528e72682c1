// Which of the client's requests have no answer yet, for the one moment when that matters: the host died under the session.
// While all goes well only the two ends of each line are kept; they are looked into when the host is gone or the list is
// long. Ids in the middle of a line, which no known client writes, are not seen.

/** Longer lists are looked through, and what is answered is dropped. */
const MAX_LINES = 1024;
const END_BYTES = 160;
const NEWLINE = 0x0a;
const ID = String.raw`"id"\s*:\s*("(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*)`;
/** A member before the first nested value, or behind the last one: at the top of the message in any case. */
const ID_AT_START = new RegExp(String.raw`^\s*\{[^{}[\]]*?${ID}`);
const ID_AT_END = new RegExp(String.raw`${ID}[^{}[\]]*\}\s*$`);
const METHOD_AT_START = /^\s*\{[^{}[\]]*?"method"\s*:/;
const METHOD_AT_END = /"method"\s*:\s*"[^"{}[\]]*"[^{}[\]]*\}\s*$/;

interface LineEnds {
  readonly start: string;
  readonly end: string;
}

export class Unanswered {
  #sent: LineEnds[] = [];
  #received: LineEnds[] = [];
  /** Start of a line that the host has not ended yet, and the last bytes seen of it. */
  #open: LineEnds = { start: '', end: '' };

  /** Whole lines on their way to the host. */
  sent(lines: Buffer): void {
    for (let from = 0; from < lines.length; ) {
      const end = lines.indexOf(NEWLINE, from);
      const to = end < 0 ? lines.length : end;
      this.#sent.push(extend({ start: '', end: '' }, lines, from, to));
      from = to + 1;
    }
    if (this.#sent.length > MAX_LINES) this.#settle();
  }

  /** Bytes from the host, cut anywhere. */
  received(chunk: Buffer): void {
    for (let from = 0; from <= chunk.length; ) {
      const end = chunk.indexOf(NEWLINE, from);
      this.#open = extend(this.#open, chunk, from, end < 0 ? chunk.length : end);
      if (end < 0) break;
      this.#received.push(this.#open);
      this.#open = { start: '', end: '' };
      from = end + 1;
    }
    if (this.#received.length > MAX_LINES) this.#settle();
  }

  /** Source text of the ids of all requests without an answer, oldest first; forgets them and everything else. */
  take(): string[] {
    this.#settle();
    const ids = this.#sent.flatMap((line) => idOf(line) ?? []);
    this.#sent = [];
    this.#open = { start: '', end: '' };
    return ids.map((id) => Buffer.from(id, 'latin1').toString('utf8'));
  }

  /** Drops what is no request and what is answered. */
  #settle(): void {
    // The server's own requests carry ids too, of another series.
    const answered = new Set(this.#received.filter((line) => !hasMethod(line)).map((line) => idOf(line)));
    this.#received = [];
    this.#sent = this.#sent.filter((line) => hasMethod(line) && idOf(line) !== undefined && !answered.has(idOf(line)));
  }
}

/** The ends of a line that goes on with the given bytes. */
function extend(before: LineEnds, bytes: Buffer, from: number, to: number): LineEnds {
  const start =
    before.start.length >= END_BYTES
      ? before.start
      : before.start + bytes.toString('latin1', from, Math.min(to, from + END_BYTES));
  const tail = bytes.toString('latin1', Math.max(from, to - END_BYTES), to);
  return { start, end: tail.length >= END_BYTES ? tail : (before.end + tail).slice(-END_BYTES) };
}

function idOf({ start, end }: LineEnds): string | undefined {
  return (ID_AT_START.exec(start) ?? ID_AT_END.exec(end))?.[1];
}

function hasMethod({ start, end }: LineEnds): boolean {
  return METHOD_AT_START.test(start) || METHOD_AT_END.test(end);
}
