// What a server writes on its stderr, as log lines: split, secrets taken out, the last one remembered for the day it ends.
import { LineSplitter } from './line-splitter.ts';

export class ErrorLog {
  readonly #lines: LineSplitter;
  #lastLine: string | undefined;

  /** @param onLine gets each line, at most 8 KiB, after `redact` */
  constructor(redact: (text: string) => string, onLine: (text: string) => void) {
    this.#lines = new LineSplitter((line) => {
      this.#lastLine = redact(line);
      onLine(this.#lastLine);
    });
  }

  get lastLine(): string | undefined {
    return this.#lastLine;
  }

  /** Copies what it keeps of `bytes`. */
  push(bytes: Buffer): void {
    this.#lines.push(bytes);
  }

  end(): void {
    this.#lines.end();
  }
}
