// The requests of one client from reading to answer: refuses what must not go on, runs the interceptors and the deadlines, and
// ends each request exactly once. It must not know the connection to the server.
import { assertNever } from '../../shared/assert-never.ts';
import { PortolanError, toPortolanError } from '../../shared/errors.ts';
import type { Clock } from '../base/clock.ts';
import type { Frame } from '../connections/frame.ts';
import type { Batch } from './batch.ts';
import { Deadline, type Limits } from './deadline.ts';
import { objectOf } from '../base/json-object.ts';
import type { Ending, Exchange, SessionFacts } from './exchange.ts';
import type { HostLoad } from './host-load.ts';
import { type Entry, InFlight, MAX_IN_FLIGHT } from './in-flight.ts';
import type { Outbox } from './outbox.ts';
import { type Interceptor, runAfter, runBefore } from './interceptor.ts';
import { doubleIdKey, valueKey, withId } from '../connections/request-id.ts';
import { invalidRequest, rpcErrorFrame } from './rpc-errors.ts';

export interface ExchangesOptions {
  readonly facts: SessionFacts;
  readonly interceptors: readonly Interceptor[];
  readonly clock: Clock;
  readonly load: HostLoad;
  readonly outbox: Outbox;
  readonly limitsFor: (method: string) => Limits;
  /** See Deadline. */
  readonly lastLife: () => number;
  /** Hands an answer to the client. */
  readonly deliver: (answer: Frame) => void;
  /** A request has ended before anything of it was sent: nothing may be. */
  readonly withdraw: (exchange: Exchange) => void;
  /** After the end of each request: its answer is delivered and its outcome recorded. */
  readonly onEnded: (exchange: Exchange, ending: Ending) => void;
  readonly onExpired: (entry: Entry, limit: 'idle' | 'total', ms: number) => void;
}

/** How a request came: alone or in a batch, and with its own limits instead of the server's. */
export interface Provenance {
  readonly batch?: Batch | undefined;
  readonly limits?: Limits | undefined;
}

/** A request that may go on, at once or (`hold`) when the promise has resolved. */
export interface Begun {
  readonly entry: Entry;
  readonly hold: Promise<void> | undefined;
}

export class Exchanges {
  readonly inFlight: InFlight;
  readonly #options: ExchangesOptions;

  constructor(options: ExchangesOptions) {
    this.#options = options;
    this.inFlight = new InFlight(options.load);
  }

  /** Takes a request in. Undefined when it was refused: the client then has its error already. */
  begin(frame: Frame, from: Provenance): Begun | undefined {
    const { id = '', method = '' } = frame;
    const key = doubleIdKey(id);
    const { batch } = from;
    if (this.inFlight.isTaken(key)) {
      // With the id, the client would take this for the answer to its first request.
      this.#refuse(
        null,
        invalidRequest(`The id ${id.slice(0, 64)} is already in use by a request of this session.`),
        batch,
      );
      return undefined;
    }
    if (this.inFlight.size >= MAX_IN_FLIGHT) {
      this.#refuse(
        id,
        new PortolanError('SERVER_BUSY', `More than ${MAX_IN_FLIGHT} requests wait for an answer.`),
        batch,
      );
      return undefined;
    }
    const busy = this.#options.load.refusal(frame.bytes.length);
    if (busy !== undefined) {
      this.#refuse(id, busy, batch);
      return undefined;
    }
    const entry = this.#entryOf(frame, { id, method, key }, from);
    this.inFlight.add(entry);
    batch?.expect();
    return this.#admit(entry);
  }

  /** Ends a request: the client gets its answer (none when it was cancelled), then the interceptors learn of it. */
  end(entry: Entry, ending: Ending): void {
    const { exchange, batch } = entry;
    if (exchange.ended) return;
    exchange.ended = true;
    entry.deadline.cancel();
    this.inFlight.remove(entry, exchange.sent && ending.kind !== 'answered');
    const answer = answerOf(exchange, ending);
    if (batch !== undefined) batch.settle(answer);
    else if (answer !== undefined) this.#options.deliver(answer);
    if (!exchange.sent) this.#options.withdraw(exchange);
    this.#options.outbox.afterwards(() => {
      runAfter(this.#options.interceptors, exchange, ending);
      this.#options.onEnded(exchange, ending);
    });
  }

  /** The server has shown that it works on the request with this progress token; gives the id (source text) of that request. */
  progress(token: string): string | undefined {
    const entry = this.inFlight.byToken(token);
    entry?.deadline.touch();
    return entry?.exchange.id;
  }

  #admit(entry: Entry): Begun | undefined {
    try {
      const waiting = runBefore(this.#options.interceptors, entry.exchange);
      const hold = waiting?.catch((error: unknown) => this.#fail(entry, error));
      return { entry, hold };
    } catch (error) {
      this.#fail(entry, error);
      return undefined;
    }
  }

  #entryOf(frame: Frame, about: { id: string; method: string; key: string }, from: Provenance): Entry {
    const { clock, facts, lastLife, limitsFor, onExpired } = this.#options;
    const { id, method, key } = about;
    const exchange: Exchange = {
      session: facts,
      frame,
      id,
      method,
      startedAt: clock.monotonic(),
      sent: false,
      ended: false,
    };
    const limits = from.limits ?? limitsFor(method);
    const deadline = new Deadline(clock, limits, lastLife, (limit) => {
      onExpired(entry, limit, limit === 'idle' ? limits.idleMs : limits.totalMs);
    });
    const token = valueKey(objectOf(objectOf(frame.message['params'])?.['_meta'])?.['progressToken']);
    const entry: Entry = { exchange, key, deadline, token, batch: from.batch };
    return entry;
  }

  #fail(entry: Entry, error: unknown): void {
    this.end(entry, { kind: 'failed', error: toPortolanError(error) });
  }

  #refuse(id: string | null, error: PortolanError, batch: Batch | undefined): void {
    const answer = rpcErrorFrame(id, error);
    if (batch === undefined) this.#options.deliver(answer);
    else batch.add(answer);
  }
}

function answerOf(exchange: Exchange, ending: Ending): Frame | undefined {
  switch (ending.kind) {
    case 'answered':
      return withId(ending.frame, exchange.id);
    case 'failed':
      return rpcErrorFrame(exchange.id, ending.error);
    case 'cancelled':
      return undefined;
    default:
      return assertNever(ending);
  }
}
