// Decides whether a message that failed is sent again, and when: only what cannot have had an effect, twice at most, within the
// server's budget and the time that the request has. A tools/call of which bytes may have left is never sent again.
import type { PortolanError } from '../../shared/errors.ts';
import { type Backoff, backoffMs } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import { waitUnlessAborted } from '../base/wait.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import type { Exchange } from './in-flight.ts';
import type { RetryBudget } from './retry-budget.ts';

const MAX_REPEATS = 2;
const DELAY: Backoff = { baseMs: 250, capMs: 4_000 };

/** Everything else waits for what a server is: that question has five seconds, see core/eras. */
const DISCOVER = 'server/discover';
const DISCOVER_MS = 4_500;

/** Requests that only read: they may run twice. */
const READS = new Set<string | undefined>([
  'ping',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
  DISCOVER,
  'tools/list',
]);
/** The server is there and did not do it: it has too much to do, or stands behind something that could not reach it. */
const PASSING_STATUS = new Set<unknown>([429, 502, 503, 504]);
const PASSING_REASON = new Set<unknown>([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'UND_ERR_SOCKET',
]);

export interface RepeatOptions {
  readonly clock: Clock;
  readonly breaker: CircuitBreaker;
  readonly budget: RetryBudget;
  /** Milliseconds after which nobody waits for the answer any more. */
  readonly patienceMs: number;
  readonly random: () => number;
}

/** The repeats of one message. Constructed when it is sent first. */
export class SafeRepeats {
  readonly #exchange: Exchange;
  readonly #options: RepeatOptions;
  readonly #startedAt: number;
  #repeats = 0;

  constructor(exchange: Exchange, options: RepeatOptions) {
    this.#exchange = exchange;
    this.#options = options;
    this.#startedAt = options.clock.monotonic();
    options.budget.noteRequest();
  }

  /**
   * To be told of each failure. Waits until the message may be sent again and resolves with true; with false when it must not be,
   * or nobody wants it any more.
   */
  async after(problem: PortolanError): Promise<boolean> {
    if (problem.code === 'HTTP_STATUS' && Number(problem.data['status']) >= 500) {
      this.#options.breaker.failed(problem.code);
    }
    const exchange = this.#exchange;
    const waitMs = this.#waitFor(problem);
    if (waitMs === undefined || exchange.settled || !this.#options.budget.take()) return false;
    this.#repeats++;
    exchange.posted = problem.data['sent'] !== false;
    exchange.isWaiting = true;
    await waitUnlessAborted(this.#options.clock, waitMs, exchange.abort.signal);
    exchange.isWaiting = false;
    return !exchange.settled;
  }

  /** Milliseconds; undefined when the message must not be sent again, or too late. */
  #waitFor(problem: PortolanError): number | undefined {
    const { clock, patienceMs, random } = this.#options;
    if (this.#repeats >= MAX_REPEATS || !mayRepeat(this.#exchange.frame.method, problem)) return undefined;
    const asked = problem.data['retryAfterMs'];
    const waitMs = (typeof asked === 'number' ? asked : 0) + Math.ceil(backoffMs(this.#repeats, DELAY, random));
    const elapsed = clock.monotonic() - this.#startedAt;
    const mostMs = this.#exchange.frame.method === DISCOVER ? Math.min(patienceMs, DISCOVER_MS) : patienceMs;
    return elapsed + waitMs < mostMs ? waitMs : undefined;
  }
}

function mayRepeat(method: string | undefined, { code, data }: PortolanError): boolean {
  if (code === 'CONNECT_REFUSED') return data['sent'] === false && PASSING_REASON.has(data['reason']);
  if (!READS.has(method)) return false;
  return code === 'CONNECTION_LOST' || (code === 'HTTP_STATUS' && PASSING_STATUS.has(data['status']));
}
