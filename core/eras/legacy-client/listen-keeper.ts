// Keeps one subscription open at a modern server for all that a legacy client wants to hear of: changed lists and resources. It is
// opened anew when the wish changes and, after growing pauses, when it ends. (MCP 2026-07-28, Subscriptions)
import { type Backoff, backoffMs } from '../../base/backoff.ts';
import type { Clock, Timer } from '../../base/clock.ts';
import { objectOf } from '../../base/json-object.ts';
import { META, metaOf } from '../../connections/era.ts';
import { type Frame, parseFrame } from '../../connections/frame.ts';
import { exactIdKey } from '../../connections/frame.ts';
import { valueKey } from '../../connections/request-id.ts';
import {
  covers,
  filterOf,
  grantedBy,
  isEmpty,
  isListenKind,
  type listKinds,
  type ListenFilter,
  missingFrom,
  withoutSubscription,
} from './listen-filter.ts';

const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged';
const CANCELLED = 'notifications/cancelled';
const METHOD_NOT_FOUND = -32_601;

const BACKOFF: Backoff = { baseMs: 1_000, capMs: 60_000 };
/** A subscription that lived this long was a good one: the pauses begin anew. */
const GOOD_LIFE_MS = 60_000;

export interface ListenOptions {
  readonly kinds: ReturnType<typeof listKinds>;
  readonly nextId: () => string;
  /** The request for this filter under this id (source text). */
  readonly requestFor: (id: string, filter: ListenFilter) => Frame;
  /** To the server; may throw SERVER_BUSY. */
  readonly send: (frame: Frame) => void;
  /** To the client. */
  readonly deliver: (frame: Frame) => void;
  readonly log: (text: string) => void;
  readonly clock: Clock;
  readonly random?: () => number;
}

interface Listen {
  readonly id: string;
  readonly asked: ListenFilter;
  granted: ListenFilter;
  openedAt: number;
}

/** Waits for a subscription that has its resource; told whether it was granted. */
interface Waiter {
  readonly uri: string;
  readonly resolve: (granted: boolean) => void;
}

export class ListenKeeper {
  readonly #options: ListenOptions;
  readonly #uris = new Set<string>();
  #waiters: Waiter[] = [];
  /** Acknowledged: its notifications count. */
  #current: Listen | undefined;
  /** Sent, not yet acknowledged. */
  #opening: Listen | undefined;
  /** The wish has changed since the last request. */
  #stale = false;
  #attempt = 0;
  #retry: Timer | undefined;
  #state: 'new' | 'kept' | 'stopped' = 'new';

  constructor(options: ListenOptions) {
    this.#options = options;
  }

  /** Opens the subscription when there is something to hear. Before, nothing is sent. */
  start(): void {
    if (this.#state !== 'new') return;
    this.#state = 'kept';
    this.#refresh();
  }

  /** Adds a resource; resolves with whether the server tells its updates. */
  subscribe(uri: string): Promise<boolean> {
    if (this.#current?.granted.resourceSubscriptions?.includes(uri) === true) return Promise.resolve(true);
    if (this.#state === 'stopped') return Promise.resolve(false);
    this.#state = 'kept';
    this.#uris.add(uri);
    return new Promise((resolve) => {
      this.#waiters.push({ uri, resolve });
      this.#refresh();
    });
  }

  unsubscribe(uri: string): void {
    if (this.#uris.delete(uri)) this.#refresh();
  }

  /** Takes what belongs to the subscription: false for every other frame. `relatedTo`: the request on whose stream it came. */
  take(frame: Frame, relatedTo?: string): boolean {
    if (frame.kind === 'response') return this.#ended(frame.id, frame);
    if (frame.method === ACKNOWLEDGED) {
      this.#acknowledged(frame);
      return true;
    }
    if (frame.method === CANCELLED) {
      const key = valueKey(objectOf(frame.message['params'])?.['requestId']);
      return this.#ended(key);
    }
    if (isListenKind(frame.method)) {
      const { method = '' } = frame;
      const from = this.#current;
      if (from !== undefined && isOf(from, frame) && covers(from.granted, method)) {
        this.#options.deliver(withoutSubscription(frame));
      }
      return true;
    }
    // Neither progress nor log messages travel here.
    return relatedTo !== undefined && this.#byId(relatedTo) !== undefined;
  }

  /** The connection gives no answer to the request with this id (source text). False when it is none of ours. */
  failed(id: string): boolean {
    return this.#ended(id);
  }

  /** Ends the subscription for good. */
  stop(): void {
    this.#state = 'stopped';
    this.#retry?.cancel();
    for (const listen of [this.#current, this.#opening]) if (listen !== undefined) this.#cancel(listen);
    this.#current = undefined;
    this.#opening = undefined;
    this.#settle(this.#waiters, () => false);
  }

  #refresh(): void {
    if (this.#state !== 'kept' || this.#retry !== undefined) return;
    if (this.#opening === undefined) this.#open();
    else this.#stale = true;
  }

  #open(): void {
    this.#stale = false;
    const asked = filterOf(this.#options.kinds, this.#uris);
    if (isEmpty(asked)) {
      if (this.#current !== undefined) this.#cancel(this.#current);
      this.#current = undefined;
      return;
    }
    const id = this.#options.nextId();
    this.#opening = { id, asked, granted: {}, openedAt: this.#options.clock.monotonic() };
    try {
      this.#options.send(this.#options.requestFor(id, asked));
    } catch {
      this.#opening = undefined;
      this.#again();
    }
  }

  #acknowledged(frame: Frame): void {
    const listen = this.#opening;
    if (listen === undefined || !isOf(listen, frame)) return;
    listen.granted = grantedBy(frame, listen.asked);
    const missing = missingFrom(listen.granted, listen.asked);
    if (missing.length > 0)
      this.#options.log(`The server does not tell all that was asked for: ${missing.join(', ')}.`);
    if (this.#current !== undefined) this.#cancel(this.#current);
    this.#current = listen;
    this.#opening = undefined;
    const granted = listen.granted.resourceSubscriptions ?? [];
    this.#settleAsked(listen, (uri) => granted.includes(uri));
    for (const uri of listen.asked.resourceSubscriptions ?? []) if (!granted.includes(uri)) this.#uris.delete(uri);
    if (this.#stale) this.#open();
  }

  /** A subscription is over: by a result, an error, a notification, or with its stream. */
  #ended(id: string | undefined, answer?: Frame): boolean {
    const listen = id === undefined ? undefined : this.#byId(id);
    if (listen === undefined) return false;
    if (listen === this.#opening) this.#opening = undefined;
    else {
      this.#current = undefined;
      if (this.#options.clock.monotonic() - listen.openedAt >= GOOD_LIFE_MS) this.#attempt = 0;
    }
    const error = objectOf(answer?.message['error']);
    if (error !== undefined) {
      this.#settleAsked(listen, (uri) => {
        this.#uris.delete(uri);
        return false;
      });
    }
    if (error?.['code'] === METHOD_NOT_FOUND) {
      this.#options.log('The server has no subscriptions, although it declares changes.');
      this.stop();
    } else if (this.#opening === undefined) this.#again();
    return true;
  }

  #again(): void {
    if (this.#state !== 'kept' || this.#retry !== undefined) return;
    const { clock, random } = this.#options;
    const pause = backoffMs(this.#attempt, BACKOFF, random);
    this.#attempt += 1;
    this.#retry = clock.setTimeout(() => {
      this.#retry = undefined;
      this.#refresh();
    }, pause);
  }

  #cancel({ id }: Listen): void {
    try {
      const text = `{"jsonrpc":"2.0","method":"${CANCELLED}","params":{"requestId":${id}}}`;
      this.#options.send(parseFrame(Buffer.from(text), 'server'));
    } catch {
      // Nothing follows from it: what still comes of this subscription is passed over.
    }
  }

  #settleAsked(listen: Listen, outcomeOf: (uri: string) => boolean): void {
    const asked = listen.asked.resourceSubscriptions ?? [];
    this.#settle(
      this.#waiters.filter(({ uri }) => asked.includes(uri)),
      outcomeOf,
    );
  }

  #settle(waiters: readonly Waiter[], outcomeOf: (uri: string) => boolean): void {
    this.#waiters = this.#waiters.filter((waiter) => !waiters.includes(waiter));
    for (const { uri, resolve } of waiters) resolve(outcomeOf(uri));
  }

  #byId(id: string): Listen | undefined {
    return [this.#current, this.#opening].find(
      (listen) => listen !== undefined && exactIdKey(listen.id) === exactIdKey(id),
    );
  }
}

/** True when this notification is marked with the subscription's id. */
function isOf({ id }: Listen, frame: Frame): boolean {
  return valueKey(metaOf(frame)?.[META.subscriptionId]) === exactIdKey(id);
}
