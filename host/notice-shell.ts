// The desktop shell as a place where notices are shown: while it reads, everything goes to it.
import type { Notice, NoticeEvent } from '../shared/model/notice.ts';
import { streamOf } from './stream.ts';

export class NoticeShell {
  readonly #readers = new Set<(event: NoticeEvent) => void>();

  /** A shell runs and reads. */
  get isThere(): boolean {
    return this.#readers.size > 0;
  }

  /** What is to be shown from now on, until `signal` aborts. */
  follow(signal: AbortSignal | undefined): AsyncGenerator<NoticeEvent, void, void> {
    return streamOf<NoticeEvent>((push) => {
      this.#readers.add(push);
      return () => void this.#readers.delete(push);
    }, signal);
  }

  show(notice: Notice): void {
    this.#push({ type: 'show', notice });
  }

  close(id: string): void {
    this.#push({ type: 'close', id });
  }

  /** To the newest alone: one shell runs, and another one only while it takes over. */
  #push(event: NoticeEvent): void {
    [...this.#readers].at(-1)?.(event);
  }
}
