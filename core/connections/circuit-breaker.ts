// Spares a remote server that fails again and again, and whoever waits for it: after five failures in a row requests fail at
// once, and one request in thirty seconds is let through to see whether the server is back. It must not know what a request is.
import { type ErrorCode, PortolanError } from '../../shared/errors.ts';
import type { Clock } from '../base/clock.ts';

const FAILURES_TO_OPEN = 5;
const PROBE_EVERY_MS = 30_000;

export interface BreakerOptions {
  readonly clock: Clock;
  /** The server failed too often; the error is what requests get from now on. */
  readonly onOpened?: (error: PortolanError) => void;
  /** The server answers again. */
  readonly onClosed?: () => void;
}

/** One for each server, for all connections to it. */
export class CircuitBreaker {
  readonly #options: BreakerOptions;
  #failures = 0;
  /** When the next request may pass (Clock.monotonic()); undefined while all may. */
  #probeAt: number | undefined;
  #cause: ErrorCode = 'CONNECT_REFUSED';

  constructor(options: BreakerOptions) {
    this.#options = options;
  }

  /**
   * Asks whether a request may go out. `mayProbe`: its answer comes soon and says whether the server works.
   * @throws PortolanError CIRCUIT_OPEN; data.retryAfterMs: milliseconds until the next one may.
   */
  admit(mayProbe = true): void {
    if (this.#probeAt === undefined) return;
    const now = this.#options.clock.monotonic();
    if (now < this.#probeAt || !mayProbe) throw this.#refusal(Math.max(0, this.#probeAt - now));
    // A probe that never ends must not block the next one.
    this.#probeAt = now + PROBE_EVERY_MS;
  }

  /** A request has failed for a reason that lies with the server or the way to it. */
  failed(cause: ErrorCode): void {
    this.#failures++;
    this.#cause = cause;
    if (this.#probeAt !== undefined || this.#failures < FAILURES_TO_OPEN) return;
    this.#probeAt = this.#options.clock.monotonic() + PROBE_EVERY_MS;
    this.#options.onOpened?.(this.#refusal(PROBE_EVERY_MS));
  }

  /** The server has answered. */
  succeeded(): void {
    const wasOpen = this.#probeAt !== undefined;
    this.reset();
    if (wasOpen) this.#options.onClosed?.();
  }

  /** Forgets the failures, without telling anyone. */
  reset(): void {
    this.#failures = 0;
    this.#probeAt = undefined;
  }

  #refusal(retryAfterMs: number): PortolanError {
    return new PortolanError(
      'CIRCUIT_OPEN',
      'The server failed several times in a row; it is left alone for a moment.',
      {
        hint: 'Check that the server runs and the network is up. It is tried again every 30 seconds; restarting it in Portolan tries at once.',
        data: { sent: false, retryAfterMs: Math.ceil(retryAfterMs), cause: this.#cause },
      },
    );
  }
}
