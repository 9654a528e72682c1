// How long a request may take: an idle limit that signs of life put off, and a total limit that nothing does.
// (MCP 2025-11-25, Lifecycle, Timeouts) One timer for each request, and none is moved on a sign of life. Only time in which this
// process ran counts: what was slept, the server had no chance to use.
import type { ServerOptions } from '../../shared/model/server-entry.ts';
import type { Clock } from '../base/clock.ts';

export interface Limits {
  readonly idleMs: number;
  readonly totalMs: number;
}

const DEFAULT_IDLE_MS = 60_000;
const DEFAULT_TOTAL_MS = 600_000;
const DEFAULT_START_MS = 30_000;

/** The longest stretch after which is looked whether the process stood still. */
const STRETCH_MS = 5_000;
/** A timer that comes this much late was no busy moment. */
const SLACK_MS = 5_000;

/** A subscription has no end of its own. (MCP 2026-07-28, Subscriptions) */
export const UNLIMITED: Limits = { idleMs: Number.POSITIVE_INFINITY, totalMs: Number.POSITIVE_INFINITY };

type Timeouts = ServerOptions['timeouts'];

/** The limits of an ordinary request to a server with these settings. */
export function requestLimits({ idleMs = DEFAULT_IDLE_MS, totalMs = DEFAULT_TOTAL_MS }: Timeouts): Limits {
  return { idleMs, totalMs };
}

/** The limits of a handshake: from the start of the server to its answer, without the time in which a person signs in to it. */
export function startLimits({ startMs = DEFAULT_START_MS, totalMs = DEFAULT_TOTAL_MS }: Timeouts): Limits {
  return { idleMs: startMs, totalMs: Math.max(startMs, totalMs) };
}

/** Runs from its construction until it expires or is cancelled. Times are in milliseconds of Clock.monotonic(). */
export class Deadline {
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #lastLife: () => number;
  readonly #onExpired: (limit: 'idle' | 'total') => void;
  #startedAt: number;
  #touchedAt: number;
  #timer: { cancel(): void };

  /** `lastLife`: the time of the latest sign of life known elsewhere, such as a question that the server asked the client. */
  constructor(clock: Clock, limits: Limits, lastLife: () => number, onExpired: (limit: 'idle' | 'total') => void) {
    this.#clock = clock;
    this.#limits = limits;
    this.#lastLife = lastLife;
    this.#onExpired = onExpired;
    this.#startedAt = clock.monotonic();
    this.#touchedAt = this.#startedAt;
    this.#timer = this.#arm(this.#startedAt);
  }

  /** The server has shown that it works on the request. */
  touch(): void {
    this.#touchedAt = this.#clock.monotonic();
  }

  cancel(): void {
    this.#timer.cancel();
  }

  #arm(now: number): { cancel(): void } {
    const left = Math.min(this.#idleEnd(), this.#totalEnd()) - now;
    if (left === Number.POSITIVE_INFINITY) return { cancel: () => undefined };
    const due = now + Math.min(Math.max(1, left), STRETCH_MS);
    return this.#clock.setTimeout(() => this.#check(due), due - now);
  }

  #check(due: number): void {
    const now = this.#clock.monotonic();
    if (now - due > SLACK_MS) this.#shift(now - due);
    if (now >= this.#totalEnd()) this.#onExpired('total');
    else if (now >= this.#idleEnd()) this.#onExpired('idle');
    else this.#timer = this.#arm(now);
  }

  /** The time that was slept is as if it had not been. */
  #shift(sleptMs: number): void {
    this.#touchedAt = Math.min(Math.max(this.#touchedAt, this.#lastLife()) + sleptMs, this.#clock.monotonic());
    this.#startedAt += sleptMs;
  }

  #idleEnd(): number {
    return Math.max(this.#touchedAt, this.#lastLife()) + this.#limits.idleMs;
  }

  #totalEnd(): number {
    return this.#startedAt + this.#limits.totalMs;
  }
}
