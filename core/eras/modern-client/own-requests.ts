// The bridge's own requests to the legacy server (handshake, log level, subscriptions), whose answers never reach the caller.
import { PortolanError } from '../../../shared/errors.ts';
import type { Clock } from '../../base/clock.ts';
import { type Frame, frameOf } from '../../connections/frame.ts';

/** Begins every id that the bridge makes; a caller's id that begins so is sent under another. */
const PREFIX = 'portolan-bridge-';

/** True for ids (source texts) that could be taken for one of the bridge's. */
export function looksOwn(id: string): boolean {
  return id.startsWith('"') && String(JSON.parse(id)).startsWith(PREFIX);
}

interface Waiting {
  readonly resolve: (answer: Frame) => void;
  readonly reject: (error: PortolanError) => void;
}

export class OwnRequests {
  readonly #send: (frame: Frame) => void;
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Waiting>();
  #last = 0;

  constructor(send: (frame: Frame) => void, clock: Clock) {
    this.#send = send;
    this.#clock = clock;
  }

  /** An id (source text) that is not in use. */
  nextId(): string {
    this.#last += 1;
    return `"${PREFIX}${this.#last}"`;
  }

  /**
   * Resolves with the answer, be it a result or an error.
   * @throws PortolanError REQUEST_TIMEOUT (SERVER_START_TIMEOUT for the handshake) after `ms` milliseconds, or why no answer can come.
   */
  async ask(method: string, params: object, ms: number): Promise<Frame> {
    const id = this.nextId();
    const timer = this.#clock.setTimeout(() => {
      const code = method === 'initialize' ? 'SERVER_START_TIMEOUT' : 'REQUEST_TIMEOUT';
      this.failed(id, new PortolanError(code, `The server did not answer ${method} within ${ms} ms.`));
    }, ms);
    try {
      return await new Promise<Frame>((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject });
        this.#send(frameOf({ jsonrpc: '2.0', id: JSON.parse(id) as string, method, params }));
      });
    } finally {
      timer.cancel();
    }
  }

  /** Takes an answer; false when it is not to one of these requests. */
  answered(frame: Frame): boolean {
    const waiting = this.#take(frame.id ?? '');
    waiting?.resolve(frame);
    return waiting !== undefined;
  }

  failed(id: string, error: PortolanError): boolean {
    const waiting = this.#take(id);
    waiting?.reject(error);
    return waiting !== undefined;
  }

  /** None of them will be answered any more. */
  failAll(error: PortolanError): void {
    for (const id of this.#waiting.keys()) this.failed(id, error);
  }

  #take(id: string): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }
}
