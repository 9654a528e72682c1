// The client's side of a session: an interface, and the one for byte streams of newline-delimited JSON-RPC (the shim's socket).
// It frames and buffers; it must not know what a message means.
import type { Duplex } from 'node:stream';
import type { Clock } from '../base/clock.ts';
import { LineFramer } from '../connections/line-framer.ts';
import type { Frame } from '../connections/frame.ts';
import type { Ending, Exchange } from './exchange.ts';
import type { Outbox } from './outbox.ts';

export interface Downstream {
  /**
   * Hands one message to the client; false when its buffers are full, and `onDrain` follows. `frame` is absent for a batch;
   * `relatedTo` is the id (source text) of the client's request that the message belongs to, where that is known.
   */
  send(bytes: Buffer, frame?: Frame, relatedTo?: string): boolean;
  /** A request has ended and its outcome is recorded; follows `send` of its answer, if it has one. */
  ended?(exchange: Exchange, ending: Ending): void;
  /** Stop and go on reading from the client. */
  pause(): void;
  resume(): void;
  /**
   * Ends our half and reads what the client still writes until it ends too, so that no byte is lost between two hosts. Whole
   * lines go on as usual; gives the bytes of an unfinished last line.
   */
  handBack?(): Promise<Buffer[]>;
  /** No more messages will come: ends the stream after what was sent. */
  close(): void;
}

export interface DownstreamEvents {
  onLine(line: Buffer): void;
  onTooLarge(bytes: number): void;
  onDrain(): void;
  /** The client has gone. Called once. */
  onGone(): void;
}

const LINE_FEED = Buffer.from('\n');

/** Up to this size a message and its line feed are copied into one write; above it they are written side by side. */
const COPY_BYTES = 16 * 1024;

/** How long the other end of a stream that we have ended may take to stop writing. */
const HAND_BACK_MS = 1000;

/**
 * Nothing is read before `start`. What is sent within one turn of the event loop goes out as one write at its end, or when the
 * outbox is flushed: then the system has it or the stream is full.
 */
export class StreamDownstream implements Downstream {
  readonly #stream: Duplex;
  readonly #clock: Clock;
  readonly #outbox: Outbox;
  readonly #events: DownstreamEvents;
  readonly #framer: LineFramer;
  /** While a stream is handed back: where its unframed rest goes. */
  #rest: Buffer[] | undefined;
  readonly #flush = (): void => this.#stream.uncork();
  #gone = false;

  constructor(stream: Duplex, shared: { clock: Clock; outbox: Outbox }, events: DownstreamEvents) {
    this.#stream = stream;
    this.#clock = shared.clock;
    this.#outbox = shared.outbox;
    this.#events = events;
    this.#framer = new LineFramer(
      (line) => {
        if (this.#rest === undefined) events.onLine(line);
        else this.#rest.push(line);
      },
      (bytes) => events.onTooLarge(bytes),
    );
    stream.pause();
    stream.on('drain', () => events.onDrain());
    // An error is followed by 'close'; without a listener it would end the host.
    stream.on('error', () => this.#leave());
    stream.on('close', () => this.#leave());
    stream.on('end', () => this.#leave());
  }

  /** Begins to read, with `pending` (bytes that an earlier host had read but not forwarded) before the stream's own. */
  start(pending: readonly Buffer[]): void {
    for (const chunk of pending) this.#framer.push(chunk);
    this.#stream.on('data', (chunk: Buffer) => this.#framer.push(chunk));
    this.#stream.resume();
  }

  send(bytes: Buffer): boolean {
    if (!this.#stream.writable) return true;
    if (this.#stream.writableCorked === 0) {
      this.#stream.cork();
      this.#outbox.hold(this.#flush);
    }
    if (bytes.length <= COPY_BYTES) return this.#stream.write(Buffer.concat([bytes, LINE_FEED]));
    this.#stream.write(bytes);
    return this.#stream.write(LINE_FEED);
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  close(): void {
    this.#stream.end();
  }

  async handBack(): Promise<Buffer[]> {
    if (!this.#gone) {
      this.#stream.resume();
      this.#stream.end();
      await endOf(this.#stream, this.#clock);
    }
    this.#rest = [];
    this.#framer.end();
    return this.#rest;
  }

  #leave(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#events.onGone();
  }
}

/** Resolves when the stream has ended or closed, or after a second. */
function endOf(stream: Duplex, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.setTimeout(resolve, HAND_BACK_MS);
    const done = () => {
      timer.cancel();
      resolve();
    };
    stream.once('end', done).once('close', done);
  });
}
