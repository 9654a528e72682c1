// The main thread's end of the reader: started with the first question, started again when it died.
import { PortolanError } from '../../shared/errors.ts';
import type { ReaderOptions } from './audit-reader.ts';
import { type Thread, startThread } from './thread.ts';
import type { FromReader, ReaderAnswer, ReaderRequest, ToReader } from './worker-messages.ts';

interface Call {
  resolve(value: ReaderAnswer): void;
  reject(error: unknown): void;
  readonly onProgress: ((verified: number, total: number) => void) | undefined;
}

export interface AskOptions {
  readonly onProgress?: ((verified: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export class ReaderClient {
  readonly #options: ReaderOptions;
  readonly #calls = new Map<number, Call>();
  #thread: Thread<ToReader> | undefined;
  #nextCall = 1;
  #following = false;
  #onClosed: (() => void) | undefined;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  /** The answer to one question. Rejects with the reader's error, or the signal's reason when it is aborted. */
  async ask(request: ReaderRequest, options: AskOptions = {}): Promise<ReaderAnswer> {
    const { signal, onProgress } = options;
    signal?.throwIfAborted();
    this.#thread ??= this.#start();
    const thread = this.#thread;
    const call = this.#nextCall++;
    const { promise, resolve, reject } = Promise.withResolvers<ReaderAnswer>();
    this.#calls.set(call, { resolve, reject, onProgress });
    const abort = (): void => {
      thread.post({ kind: 'abort', call });
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', abort, { once: true });
    thread.post({ kind: 'request', call, request });
    try {
      return await promise;
    } finally {
      signal?.removeEventListener('abort', abort);
      this.#calls.delete(call);
    }
  }

  /** Tells a running reader that the log has grown. */
  follow(): void {
    if (this.#thread === undefined || this.#following) return;
    this.#following = true;
    this.#thread.post({ kind: 'follow' });
  }

  async close(): Promise<void> {
    const thread = this.#thread;
    if (thread === undefined) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onClosed = resolve;
    thread.post({ kind: 'close' });
    await promise;
    await thread.stop();
    this.#drop(new PortolanError('AUDIT_NOT_WRITABLE', 'The audit log is closed.'));
  }

  #start(): Thread<ToReader> {
    return startThread<ToReader, FromReader>('reader-worker', this.#options, {
      onMessage: (message) => this.#receive(message),
      onGone: (error) => {
        this.#onClosed?.();
        this.#drop(new PortolanError('INTERNAL', 'The reader of the audit log ended unexpectedly.', { cause: error }));
      },
    });
  }

  #receive(message: FromReader): void {
    switch (message.kind) {
      case 'answer':
        this.#calls.get(message.call)?.resolve(message.value);
        break;
      case 'progress':
        this.#calls.get(message.call)?.onProgress?.(message.verified, message.total);
        break;
      case 'error': {
        const { code, message: cause, hint, data } = message.error;
        const error = new PortolanError(code, cause, { data, ...(hint === undefined ? {} : { hint }) });
        this.#calls.get(message.call)?.reject(error);
        break;
      }
      case 'followed':
        this.#following = false;
        break;
      case 'closed':
        this.#onClosed?.();
        break;
    }
  }

  #drop(error: PortolanError): void {
    this.#thread = undefined;
    this.#following = false;
    for (const call of this.#calls.values()) call.reject(error);
    this.#calls.clear();
  }
}
