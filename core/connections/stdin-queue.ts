// What is on its way to a child's stdin: handed to the stream while it takes more, held here when the child is slow.
// Whether a frame has been handed over is what tells a request that was surely never seen from one that may have been.
import type { Writable } from 'node:stream';
import { PortolanError } from '../../shared/errors.ts';
import type { Frame } from './frame.ts';

const MAX_QUEUED_BYTES = 64 * 1024 * 1024;

const NEWLINE = Buffer.from('\n');

export class StdinQueue {
  readonly #stdin: Writable;
  #waiting: Frame[] = [];
  #waitingBytes = 0;

  /** `onDrain`: the stream has taken what it held, and of what waits as much as it holds. */
  constructor(stdin: Writable, onDrain: () => void) {
    this.#stdin = stdin;
    stdin.on('drain', () => {
      this.#flush();
      onDrain();
    });
  }

  /**
   * Takes one frame. One message is always taken when nothing waits, however long it is.
   * @throws PortolanError SERVER_BUSY when 64 MiB wait already
   */
  push(frame: Frame): void {
    const queued = this.#waitingBytes + this.#stdin.writableLength;
    if (queued > 0 && queued + frame.bytes.length > MAX_QUEUED_BYTES) {
      throw new PortolanError('SERVER_BUSY', 'The server does not read its input; too much waits for it.', {
        hint: 'Try again later, or restart the server.',
        data: { queuedBytes: queued },
      });
    }
    if (this.#waiting.length === 0 && !this.#stdin.writableNeedDrain) this.#write(frame);
    else {
      this.#waiting.push(frame);
      this.#waitingBytes += frame.bytes.length;
    }
  }

  /** Ids of the requests that were never handed over; nothing more is. */
  drop(): ReadonlySet<string> {
    const ids = this.#waiting.flatMap(({ id, kind }) => (kind === 'request' && id !== undefined ? [id] : []));
    this.#waiting = [];
    this.#waitingBytes = 0;
    return new Set(ids);
  }

  #flush(): void {
    let taken = 0;
    for (const frame of this.#waiting) {
      if (this.#stdin.writableNeedDrain) break;
      this.#write(frame);
      this.#waitingBytes -= frame.bytes.length;
      taken += 1;
    }
    this.#waiting.splice(0, taken);
  }

  #write({ bytes }: Frame): void {
    // Corked: one system call for both pieces, without copying the message.
    this.#stdin.cork();
    this.#stdin.write(bytes);
    this.#stdin.write(NEWLINE);
    this.#stdin.uncork();
  }
}
