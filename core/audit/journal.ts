// The appending side of the journal: one synchronous write per event on the host's main thread, no fsync. It survives the
// death of any process; power loss is the business of the writer's thread and of `strict` durability.
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { writeAll } from './head.ts';
import { layoutOf, listNumbered, numberedName } from './layout.ts';
import type { JournalPlace } from './worker-messages.ts';

export class Journal {
  readonly #dir: string;
  #file: number;
  #fd: number;
  #size = 0;

  /** Begins a new journal file after all that exist. Throws the system's error. */
  constructor(auditDir: string) {
    this.#dir = layoutOf(auditDir).journal;
    mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
    this.#file = (listNumbered(this.#dir).at(-1) ?? 0) + 1;
    this.#fd = this.#open(this.#file);
  }

  get place(): JournalPlace {
    return { file: this.#file, size: this.#size };
  }

  /** When this returns, the line is in the file. After it threw, the file may end in a torn line and must be given up. */
  write(line: Buffer): void {
    writeAll(this.#fd, line);
    this.#size += line.length;
  }

  /** Goes on in a new file, so that the finished one can be deleted once its events are durable. */
  rotate(): void {
    const fd = this.#open(this.#file + 1);
    closeSync(this.#fd);
    this.#fd = fd;
    this.#file++;
    this.#size = 0;
  }

  close(): void {
    closeSync(this.#fd);
  }

  #open(number: number): number {
    return openSync(join(this.#dir, numberedName(number)), 'ax', 0o600);
  }
}
