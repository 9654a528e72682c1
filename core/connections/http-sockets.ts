// The keep-alive sockets to one origin. The connections of all sessions to a remote server share them, so that the next one
// need not wait for another handshake of TCP and TLS. What goes over them, and what was given up, is its user's to know.
import type { Dispatcher, Pool } from 'undici';
import type { Clock, Timer } from '../base/clock.ts';
import { createPool } from './http-pool.ts';

/** How long the sockets outlive their last user: a probe is followed by a session, a session by the next. */
const LINGER_MS = 1_000;

export interface SocketsOptions {
  readonly origin: string;
  readonly clock: Clock;
  /** Longest wait for a connection. */
  readonly connectMs: number;
}

export class HttpSockets {
  readonly #options: SocketsOptions;
  readonly #lingerMs: number;
  #pool: Pool | undefined;
  /** Pools from before a sleep that still have requests under way. */
  readonly #oldPools = new Set<Pool>();
  #users = 0;
  /** A response has ended in this turn of the event loop. */
  #isFreeing = false;
  #waiting: (() => void)[] = [];
  #lingering: Timer | undefined;

  /** `isShared`: others may come when the last user has left. */
  constructor(options: SocketsOptions & { readonly isShared: boolean }) {
    this.#options = options;
    this.#lingerMs = options.isShared ? LINGER_MS : 0;
  }

  /** Counts a user; gives the way to leave, once, when all its requests have ended. */
  join(): () => void {
    this.#users++;
    this.#lingering?.cancel();
    this.#lingering = undefined;
    return () => {
      this.#users--;
      if (this.#users > 0) return;
      if (this.#lingerMs === 0) this.#close();
      else this.#lingering = this.#options.clock.setTimeout(() => this.#close(), this.#lingerMs);
    };
  }

  /** Sends a request; when a response has just ended, at the end of this turn, which is when its socket can be used again. */
  dispatch(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    if (!this.#isFreeing) {
      this.#send(request, handler);
      return;
    }
    // After the pool's own work at the end of the turn, which was asked for when the response ended.
    if (this.#waiting.length === 0) setImmediate(() => this.#sendWaiting());
    this.#waiting.push(() => this.#send(request, handler));
  }

  /** A response is complete. */
  freed(): void {
    if (this.#isFreeing) return;
    this.#isFreeing = true;
    setImmediate(() => {
      this.#isFreeing = false;
    });
  }

  /** Uses no socket of before any more; requests in flight keep theirs. */
  renew(): void {
    const old = this.#pool;
    if (old === undefined) return;
    this.#pool = undefined;
    this.#oldPools.add(old);
    void old.close().then(
      () => this.#oldPools.delete(old),
      () => this.#oldPools.delete(old),
    );
  }

  #sendWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    // Without a user, all of them have been given up.
    if (this.#users > 0) for (const send of waiting) send();
  }

  #send(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    this.#pool ??= createPool(this.#options.origin, this.#options);
    this.#pool.dispatch(request, handler);
  }

  #close(): void {
    for (const pool of this.#oldPools) void pool.destroy();
    void this.#pool?.destroy();
    this.#pool = undefined;
  }
}
