// What one server's status says, and when it is told: changes of state at once, counters at most four times a second,
// and never the same status twice.
import type { ServerStatus } from '../../shared/model/server-status.ts';
import type { Clock, Timer } from '../base/clock.ts';
import { INITIAL_MODEL, reduceServer, type ServerEvent, type ServerModel, stateOf } from './server-state.ts';

const COUNTER_INTERVAL_MS = 250;

/** What a server's answer to `initialize` tells. */
export interface HandshakeInfo {
  readonly protocolVersion: string;
  readonly serverInfo?: NonNullable<ServerStatus['serverInfo']> | undefined;
}

/** Facts that only the supervisor knows. */
export interface LiveFacts {
  readonly enabled: boolean;
  readonly pids: readonly number[];
  readonly sessions: number;
}

export class StatusBoard {
  readonly #name: string;
  readonly #clock: Clock;
  readonly #facts: () => LiveFacts;
  readonly #onStatus: (status: ServerStatus) => void;
  #model: ServerModel = INITIAL_MODEL;
  #since: number;
  #handshake: HandshakeInfo | undefined;
  #toolCount: number | undefined;
  #lastCallAt: number | undefined;
  #calls = { day: '', count: 0 };
  #told: string;
  #timer: Timer | undefined;

  constructor(options: {
    name: string;
    clock: Clock;
    facts: () => LiveFacts;
    onStatus: (status: ServerStatus) => void;
  }) {
    this.#name = options.name;
    this.#clock = options.clock;
    this.#facts = options.facts;
    this.#onStatus = options.onStatus;
    this.#since = this.#clock.now();
    this.#told = JSON.stringify(this.status());
  }

  apply(event: ServerEvent): void {
    const before = stateOf(this.#model);
    this.#model = reduceServer(this.#model, event);
    if (stateOf(this.#model) !== before) this.#since = this.#clock.now();
    this.publish();
  }

  noteHandshake(info: HandshakeInfo): void {
    this.#handshake = info;
    this.publish();
  }

  noteTools(count: number): void {
    this.#toolCount = count;
    this.apply({ kind: 'recovered' });
  }

  noteCall(): void {
    const day = this.#today();
    this.#calls = { day, count: this.#calls.day === day ? this.#calls.count + 1 : 1 };
    this.#lastCallAt = this.#clock.now();
    this.#timer ??= this.#clock.setTimeout(() => {
      this.#timer = undefined;
      this.publish();
    }, COUNTER_INTERVAL_MS);
  }

  status(): ServerStatus {
    const { enabled, pids, sessions } = this.#facts();
    const { problem } = this.#model;
    const { protocolVersion, serverInfo } = this.#handshake ?? {};
    return {
      name: this.#name,
      state: stateOf(this.#model),
      enabled,
      since: new Date(this.#since).toISOString(),
      ...(problem === undefined ? {} : { reason: problem }),
      pids: [...pids],
      sessions,
      ...(protocolVersion === undefined ? {} : { protocolVersion }),
      ...(serverInfo === undefined ? {} : { serverInfo }),
      ...(this.#toolCount === undefined ? {} : { toolCount: this.#toolCount }),
      ...(this.#lastCallAt === undefined ? {} : { lastCallAt: new Date(this.#lastCallAt).toISOString() }),
      callsToday: this.#calls.day === this.#today() ? this.#calls.count : 0,
    };
  }

  /** Tells the status if it differs from the one told last. */
  publish(): void {
    const status = this.status();
    const text = JSON.stringify(status);
    if (text === this.#told) return;
    this.#told = text;
    this.#onStatus(status);
  }

  /** Forgets what waits to be told. */
  dispose(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** The local calendar day: what a person calls today. */
  #today(): string {
    return new Date(this.#clock.now()).toDateString();
  }
}
