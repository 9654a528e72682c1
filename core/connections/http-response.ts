// One HTTP answer whose headers are read: its body goes to one reader, chunk by chunk, at the reader's pace.
import type { Dispatcher } from 'undici';
import { assertNever } from '../../shared/assert-never.ts';
import type { Bagged } from '../base/bag.ts';

/** Up to this many bytes that nobody reads yet are taken in before the socket is left alone. */
const MAX_UNREAD_BYTES = 64 * 1024;

export interface BodySink {
  onData(chunk: Buffer): void;
  /** The body is complete. */
  onEnd(): void;
  /** The body was cut; nothing follows. */
  onError(error: Error): void;
}

/** Who stops the body: the owner of the connection, or the reader that has something long to read. */
type Holder = 'owner' | 'reader';

type Life = { readonly state: 'open' } | { readonly state: 'ended' } | { readonly state: 'cut'; readonly error: Error };

export class HttpResponse implements Bagged {
  place: number | undefined;
  readonly statusCode: number;
  /** By lower-case name; repeated ones are joined by a comma, of `content-type` the first counts. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly #controller: Dispatcher.DispatchController;
  readonly #onClosed: (() => void)[] = [];
  #unread: Buffer[] = [];
  #unreadBytes = 0;
  #sink: BodySink | undefined;
  #life: Life = { state: 'open' };
  readonly #holders = new Set<Holder>();

  constructor(
    controller: Dispatcher.DispatchController,
    statusCode: number,
    headers: Readonly<Record<string, unknown>>,
  ) {
    this.#controller = controller;
    this.statusCode = statusCode;
    const own: Record<string, string | undefined> = {};
    for (const name of Object.keys(headers)) own[name] = joined(name, headers[name]);
    this.headers = own;
  }

  /** Gives the body to its one reader, beginning with what has arrived already. */
  read(sink: BodySink): void {
    this.#sink = sink;
    this.#flush();
  }

  /** Gives the rest of the body up together with its socket. */
  destroy(): void {
    if (this.#life.state === 'open') this.#controller.abort(new Error('closed'));
  }

  /** Stops and goes on giving the body to its reader, and reading it from the socket; it goes on when nobody holds it. */
  hold(isHeld: boolean, by: Holder): void {
    if (isHeld) this.#holders.add(by);
    else this.#holders.delete(by);
    if (isHeld && this.#life.state === 'open') this.#controller.pause();
    else this.#flush();
  }

  /** Calls back once when the body is complete or cut; at once when it is so already. */
  onClosed(callback: () => void): void {
    if (this.#life.state === 'open') this.#onClosed.push(callback);
    else callback();
  }

  /** For the owner of the connection. */
  take(chunk: Buffer): void {
    if (this.#sink !== undefined && !this.#isHeld) {
      this.#sink.onData(chunk);
      return;
    }
    this.#unread.push(chunk);
    this.#unreadBytes += chunk.length;
    if (this.#unreadBytes >= MAX_UNREAD_BYTES) this.#controller.pause();
  }

  /** For the owner of the connection: nothing more comes. */
  finish(error?: Error): void {
    if (this.#life.state !== 'open') return;
    this.#life = error === undefined ? { state: 'ended' } : { state: 'cut', error };
    this.#flush();
    for (const callback of this.#onClosed) callback();
  }

  /** False while more of the body may come. */
  get isClosed(): boolean {
    return this.#life.state !== 'open';
  }

  get #isHeld(): boolean {
    return this.#holders.size > 0;
  }

  #flush(): void {
    const sink = this.#sink;
    if (sink === undefined || this.#isHeld) return;
    const unread = this.#unread;
    this.#unread = [];
    this.#unreadBytes = 0;
    for (const chunk of unread) sink.onData(chunk);
    if (this.#isHeld) return;
    switch (this.#life.state) {
      case 'open':
        this.#controller.resume();
        return;
      case 'ended':
        sink.onEnd();
        return;
      case 'cut':
        sink.onError(this.#life.error);
        return;
      default:
        assertNever(this.#life);
    }
  }
}

function joined(name: string, value: unknown): string | undefined {
  if (!Array.isArray(value)) return typeof value === 'string' ? value : undefined;
  const values: readonly unknown[] = value;
  return name === 'content-type' ? String(values[0]) : values.join(', ');
}
