// The messages that are on their way to one remote server, requests by id. It bounds them and settles each request once.
import { PortolanError } from '../../shared/errors.ts';
import { type Frame, exactIdKey, MAX_MESSAGE_BYTES } from './frame.ts';

/** The most requests that wait for their answers at a time. */
export const MAX_PENDING_REQUESTS = 256;
const MAX_OTHER_MESSAGES = 1_024;
const MAX_BYTES = 2 * MAX_MESSAGE_BYTES;

/** One message on its way. `settled`: answered, failed, or given up. */
export interface Exchange {
  readonly frame: Frame;
  readonly abort: AbortController;
  settled: boolean;
  /** It has been handed to HTTP: bytes may have left. */
  posted: boolean;
  /** It has been sent again after the server had said that it did not run it: that happens once. */
  repeated: boolean;
  /** It waits to be sent again; the server does not work on it. */
  isWaiting: boolean;
  onSettled: (() => void) | undefined;
}

export class InFlight {
  readonly #requests = new Map<string, Exchange>();
  readonly #others = new Set<Exchange>();
  readonly #onDrain: () => void;
  #bytes = 0;
  /** A message was refused since room was last offered. */
  #hasRefused = false;

  /** `onDrain`: a message that was refused may have room now. */
  constructor(onDrain: () => void) {
    this.#onDrain = onDrain;
  }

  /** @throws PortolanError SERVER_BUSY at the bounds, PROTOCOL_ERROR when the id is in use. */
  add(frame: Frame): Exchange {
    const isRequest = frame.kind === 'request' && frame.id !== undefined;
    const full = isRequest ? this.#requests.size >= MAX_PENDING_REQUESTS : this.#others.size >= MAX_OTHER_MESSAGES;
    if (full || this.#bytes + frame.bytes.length > MAX_BYTES) {
      this.#hasRefused = true;
      throw new PortolanError('SERVER_BUSY', 'Too many messages wait for this server.', {
        hint: 'Wait for running calls to finish.',
        data: { sent: false },
      });
    }
    const exchange: Exchange = {
      frame,
      abort: new AbortController(),
      settled: false,
      posted: false,
      repeated: false,
      isWaiting: false,
      onSettled: undefined,
    };
    if (isRequest) {
      const key = exactIdKey(frame.id ?? '');
      if (this.#requests.has(key)) {
        this.#hasRefused = true;
        throw new PortolanError('PROTOCOL_ERROR', 'A request with this id is still waiting for its answer.', {
          data: { sent: false },
        });
      }
      this.#requests.set(key, exchange);
    } else this.#others.add(exchange);
    this.#bytes += frame.bytes.length;
    return exchange;
  }

  /** The request that this response answers, settled now; undefined when none waits for it. */
  answer(response: Frame): Exchange | undefined {
    const exchange = response.id === undefined ? undefined : this.#requests.get(exactIdKey(response.id));
    if (exchange !== undefined) this.settle(exchange);
    return exchange;
  }

  /** Takes the message off the list; false when it was settled before. */
  settle(exchange: Exchange): boolean {
    if (exchange.settled) return false;
    exchange.settled = true;
    this.#bytes -= exchange.frame.bytes.length;
    if (!this.#others.delete(exchange)) this.#requests.delete(exactIdKey(exchange.frame.id ?? ''));
    exchange.onSettled?.();
    if (this.#hasRefused) {
      this.#hasRefused = false;
      // Not at once: whoever settles is not done with this message.
      queueMicrotask(this.#onDrain);
    }
    return true;
  }

  /**
   * A cancelled request may never be answered. Takes it off the list and ends its HTTP exchange, which would otherwise stay
   * open for ever. `initialize` cannot be cancelled.
   */
  forgetCancelled(cancellation: Frame): void {
    const exchange = this.#cancelledBy(cancellation);
    if (exchange !== undefined) this.#giveUp(exchange);
  }

  /** Gives the cancelled request up if it waits to be sent again: then the server need not be told, and this is true. */
  forgetWaiting(cancellation: Frame): boolean {
    const exchange = this.#cancelledBy(cancellation);
    if (exchange?.isWaiting !== true) return false;
    this.#giveUp(exchange);
    return true;
  }

  #cancelledBy(cancellation: Frame): Exchange | undefined {
    const params = cancellation.message['params'];
    const id = typeof params === 'object' && params !== null && 'requestId' in params ? params.requestId : undefined;
    if (typeof id !== 'string' && typeof id !== 'number') return undefined;
    const exchange = this.#requests.get(JSON.stringify(id));
    return exchange?.frame.method === 'initialize' ? undefined : exchange;
  }

  #giveUp(exchange: Exchange): void {
    this.settle(exchange);
    exchange.abort.abort();
  }

  /** Everything that is not settled. */
  all(): Exchange[] {
    return [...this.#requests.values(), ...this.#others];
  }
}
