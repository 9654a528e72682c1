// The main thread's end of the writer: at most one request under way; what comes meanwhile is taken in the next.
import type { OnDurable } from './audit-writer.ts';
import type { Head } from './head.ts';
import { type Thread, startThread } from './thread.ts';
import type { FromWriter, JournalPlace, ToWriter, WriterOptions } from './worker-messages.ts';

export interface WriterEvents {
  readonly onDurable: OnDurable;
  /** Everything that was asked for is done. */
  onIdle(): void;
  /** After `start`: the writer failed or died. Nothing more comes. */
  onFailed(error: Error): void;
}

export interface WriterReady {
  readonly head: Head;
  readonly lastAt: string | undefined;
}

export class WriterClient {
  readonly #events: WriterEvents;
  readonly #ready = Promise.withResolvers<WriterReady>();
  readonly #closed = Promise.withResolvers<void>();
  #thread: Thread<ToWriter> | undefined;
  #started = false;
  #busy = false;

  constructor(events: WriterEvents) {
    this.#events = events;
  }

  /** Starts the thread; resolves when it has recovered the log. Rejects with the reason when it cannot. */
  async start(options: WriterOptions): Promise<WriterReady> {
    this.#thread = startThread<ToWriter, FromWriter>('audit-worker', options, {
      onMessage: (message) => this.#receive(message),
      onGone: (error) => this.#failed(error),
    });
    const ready = await this.#ready.promise;
    this.#started = true;
    return ready;
  }

  /** Asks for everything up to `place`, with or without summaries; when the writer is busy, `onIdle` is the moment to ask again. */
  ingest(place: JournalPlace, summaries: boolean): void {
    if (this.#busy || this.#thread === undefined) return;
    this.#busy = true;
    this.#thread.post({ kind: 'ingest', to: place, summaries });
  }

  /** Takes in the rest and ends; resolves also when that failed: what is left is recovered at the next start. */
  async close(place: JournalPlace): Promise<void> {
    if (!this.#started) return;
    this.#thread?.post({ kind: 'close', to: place });
    await this.#closed.promise;
  }

  /** Ends the thread at once. */
  async stop(): Promise<void> {
    this.#closed.resolve();
    await this.#thread?.stop();
  }

  #receive(message: FromWriter): void {
    switch (message.kind) {
      case 'ready':
        this.#ready.resolve({ head: message.head, lastAt: message.lastAt });
        break;
      case 'durable':
        this.#events.onDurable(message.number, message.head, message.summaries);
        break;
      case 'idle':
        this.#busy = false;
        this.#events.onIdle();
        break;
      case 'failed':
        this.#failed(new Error(message.message));
        break;
      case 'closed':
        this.#closed.resolve();
        break;
    }
  }

  #failed(error: Error): void {
    this.#closed.resolve();
    if (this.#started) this.#events.onFailed(error);
    else this.#ready.reject(error);
  }
}
