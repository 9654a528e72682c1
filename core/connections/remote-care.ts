// What all connections to one remote server share to get along with its failures: whether it is asked at all, how often again,
// and when its streams are opened anew.
import type { PortolanError } from '../../shared/errors.ts';
import type { Clock } from '../base/clock.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import type { Exchange } from './in-flight.ts';
import { ReconnectPace } from './reconnect-pace.ts';
import { RetryBudget } from './retry-budget.ts';
import { SafeRepeats } from './safe-repeats.ts';
import type { WakeWatch } from './wake-watch.ts';

export interface CareOptions {
  readonly clock: Clock;
  /** Shared by the connections to all servers. */
  readonly pace?: ReconnectPace;
  readonly wakes?: Pick<WakeWatch, 'listen'>;
  readonly onOpened?: (error: PortolanError) => void;
  readonly onClosed?: () => void;
  readonly random?: () => number;
}

const NEVER: Pick<WakeWatch, 'listen'> = { listen: () => () => undefined };

export class RemoteCare {
  readonly breaker: CircuitBreaker;
  readonly pace: ReconnectPace;
  readonly wakes: Pick<WakeWatch, 'listen'>;
  readonly #clock: Clock;
  readonly #budget: RetryBudget;
  readonly #random: () => number;

  constructor(options: CareOptions) {
    const { clock, pace = new ReconnectPace(clock), wakes = NEVER, random = Math.random } = options;
    this.breaker = new CircuitBreaker(options);
    this.pace = pace;
    this.wakes = wakes;
    this.#clock = clock;
    this.#budget = new RetryBudget(clock);
    this.#random = random;
  }

  /** For a message that is sent for the first time. `patienceMs`: how long its answer is waited for. */
  repeatsOf(exchange: Exchange, patienceMs: number): SafeRepeats {
    const random = this.#random;
    return new SafeRepeats(exchange, {
      clock: this.#clock,
      breaker: this.breaker,
      budget: this.#budget,
      patienceMs,
      random,
    });
  }
}
