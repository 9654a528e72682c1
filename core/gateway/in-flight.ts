// The requests of one client that have no answer yet, and the ids that must not be used again. It keeps one client's answers
// from another's and from a later request's: an answer is delivered only to the request that waits for it.
import { LISTEN } from '../connections/era.ts';
import type { Batch } from './batch.ts';
import type { Deadline } from './deadline.ts';
import type { Exchange } from './exchange.ts';
import type { HostLoad } from './host-load.ts';
import { doubleIdKey } from '../connections/request-id.ts';

/** The most requests of one session that may wait for an answer; one more is refused with SERVER_BUSY. */
export const MAX_IN_FLIGHT = 256;

/** How many given-up ids are remembered. MCP forbids their reuse within a session, so forgetting the oldest is safe. */
const MAX_ABANDONED = 10_000;

export interface Entry {
  readonly exchange: Exchange;
  readonly key: string;
  readonly deadline: Deadline;
  /** Key of the request's progress token. */
  readonly token: string | undefined;
  readonly batch: Batch | undefined;
}

export class InFlight {
  readonly #load: HostLoad;
  readonly #entries = new Map<string, Entry>();
  readonly #byToken = new Map<string, Entry>();
  /** Ids that were cancelled or timed out: the server may still answer them. */
  readonly #abandoned = new Set<string>();
  readonly #silenced = new Set<string>();
  #listens = 0;

  /** `load` is told of each request as long as it is here. */
  constructor(load: HostLoad) {
    this.#load = load;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Subscriptions among them: they last as long as the client wants, and nobody waits for their end. */
  listens(): Entry[] {
    return this.#listens === 0 ? [] : this.entries().filter(({ exchange }) => exchange.method === LISTEN);
  }

  /** Requests without the subscriptions. */
  get busy(): number {
    return this.#entries.size - this.#listens;
  }

  entries(): Entry[] {
    return [...this.#entries.values()];
  }

  /** Requests on which the server works; a subscription only listens. */
  working(): Entry[] {
    return this.entries().filter(({ exchange }) => exchange.sent && exchange.method !== LISTEN);
  }

  /** True when a request with an id of the same value waits, or was given up and may still be answered. */
  isTaken(key: string): boolean {
    return this.#entries.has(key) || this.#abandoned.has(key);
  }

  add(entry: Entry): void {
    this.#entries.set(entry.key, entry);
    this.#load.began(entry.exchange.frame.bytes.length);
    if (entry.exchange.method === LISTEN) this.#listens++;
    if (entry.token !== undefined) this.#byToken.set(entry.token, entry);
  }

  /** The request that this id of a response (source text) answers: it waits and its bytes have left. */
  answeredBy(id: string): Entry | undefined {
    const entry = this.#entries.get(doubleIdKey(id));
    return entry?.exchange.sent === true ? entry : undefined;
  }

  byKey(key: string): Entry | undefined {
    return this.#entries.get(key);
  }

  byToken(token: string): Entry | undefined {
    return this.#byToken.get(token);
  }

  /** True when progress with this token belongs to a request that the client has given up. */
  isSilenced(token: string): boolean {
    return this.#silenced.has(token);
  }

  /** Takes a request out. `abandoned`: the server may still answer it, so that its id and progress token stay blocked. */
  remove(entry: Entry, abandoned: boolean): void {
    if (this.#entries.delete(entry.key)) {
      this.#load.ended(entry.exchange.frame.bytes.length);
      if (entry.exchange.method === LISTEN) this.#listens--;
    }
    if (entry.token !== undefined && this.#byToken.get(entry.token) === entry) this.#byToken.delete(entry.token);
    if (!abandoned) return;
    remember(this.#abandoned, entry.key);
    if (entry.token !== undefined) remember(this.#silenced, entry.token);
  }

  /** A new connection cannot answer what an older one was asked. */
  forgetAbandoned(): void {
    this.#abandoned.clear();
    this.#silenced.clear();
  }
}

function remember(keys: Set<string>, key: string): void {
  keys.add(key);
  if (keys.size <= MAX_ABANDONED) return;
  const [oldest] = keys;
  if (oldest !== undefined) keys.delete(oldest);
}
