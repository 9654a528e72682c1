// A connection that answers a known server's handshake and lists at once, from what the server said last time, while the real
// connection is opened behind. What was told is then checked: a changed list is told by its notification, a changed handshake ends
// the session. Everything else waits for the server. It must not know what carries the connection.
import { PortolanError, toPortolanError } from '../../../shared/errors.ts';
import { objectOf } from '../../base/json-object.ts';
import { setMember } from '../../base/json-splice.ts';
import { type Era, LISTEN, META } from '../../connections/era.ts';
import { type Frame, frameOf, parseFrame } from '../../connections/frame.ts';
import { doubleIdKey, isUsableId } from '../../connections/request-id.ts';
import type { Upstream, UpstreamEvents } from '../../connections/upstream.ts';
import {
  asksWholeList,
  changeOf,
  handshakeOf,
  isOtherHandshake,
  keepableResult,
  listsChangedBy,
  promiseChanges,
  variantOf,
} from './warm-answers.ts';
import type { WarmKey, WarmStore } from './warm-store.ts';

const MAX_WAITING = 256;
const OWN_ID = 'portolan-warm-';

export interface WarmOptions {
  readonly store: Pick<WarmStore, 'get' | 'set' | 'drop'>;
  readonly keyOf: (variant: string) => WarmKey;
  readonly dialect: Era;
  readonly transport: Upstream['transport'];
  /** Opens the real connection. */
  readonly open: (events: UpstreamEvents) => Promise<Upstream>;
  readonly events: UpstreamEvents;
}

/** A request of which the answer is kept or compared. `told`: the client has an answer already. */
interface Watched {
  readonly method: string;
  readonly key: WarmKey;
  readonly told: string | undefined;
}

export class WarmUpstream implements Upstream {
  readonly #options: WarmOptions;
  readonly #watched = new Map<string, Watched>();
  readonly #listens = new Map<string, { readonly id: string; readonly filter: unknown }>();
  /** Lists of which this session has had the server's own word. */
  readonly #live = new Set<string>();
  #inner: Upstream | undefined;
  /** What waits for the real connection, and for its handshake when the client has a kept one; undefined when nothing waits. */
  #waiting: Frame[] | undefined = [];
  #key: WarmKey | undefined;
  /** The client's `initialize` that was answered from the store and that the server has not answered yet. */
  #shadow: Frame | undefined;
  #toldHandshake = false;
  #ownIds = 0;
  #paused = false;
  #closed = false;

  constructor(options: WarmOptions) {
    this.#options = options;
  }

  get transport(): Upstream['transport'] {
    return this.#inner?.transport ?? this.#options.transport;
  }

  get pid(): number | undefined {
    return this.#inner?.pid;
  }

  /** Opens the real connection. Resolves when it stands; failures go to the events unless `rethrow`. */
  async open(rethrow: boolean): Promise<void> {
    try {
      const inner = await this.#options.open(this.#events());
      if (this.#closed) {
        await inner.close();
        return;
      }
      this.#inner = inner;
      if (this.#paused) inner.pause();
      if (this.#shadow === undefined) this.#release();
      else inner.send(this.#shadow);
    } catch (error) {
      if (rethrow) throw error;
      this.#over(toPortolanError(error));
    }
  }

  send(frame: Frame): void {
    if (this.#closed) return;
    if (frame.kind === 'request' && this.#answerAtOnce(frame)) return;
    this.#watch(frame);
    this.#pass(frame);
  }

  pause(): void {
    this.#paused = true;
    this.#inner?.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#inner?.resume();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#waiting = undefined;
    await this.#inner?.close();
  }

  #answerAtOnce(frame: Frame): boolean {
    const { dialect, store, keyOf } = this.#options;
    const isHandshake = frame.method === handshakeOf(dialect);
    if (!isHandshake && !asksWholeList(frame)) return false;
    if (isHandshake || dialect === 'modern') this.#key = keyOf(variantOf(frame));
    const method = frame.method ?? '';
    const kept = this.#key === undefined || this.#live.has(method) ? undefined : store.get(this.#key, method);
    if (kept === undefined || this.#key === undefined) return false;
    // A handshake that goes out live and lists that are told from the store would not fit together.
    if (!isHandshake && dialect === 'legacy' && !this.#toldHandshake) return false;
    const told = isHandshake ? promiseChanges(kept.result) : kept.result;
    queueMicrotask(() => this.#tell(frame.id ?? 'null', told));
    if (isHandshake && dialect === 'legacy') {
      this.#toldHandshake = true;
      this.#shadow = frame;
      this.#inner?.send(frame);
    } else this.#check(frame, kept.result, this.#key);
    return true;
  }

  #tell(id: string, result: string): void {
    if (this.#closed) return;
    this.#options.events.onFrame(parseFrame(Buffer.from(`{"jsonrpc":"2.0","id":${id},"result":${result}}`), 'server'));
  }

  /** Asks the server what the client was just told, once at a time for each list. */
  #check(frame: Frame, told: string, key: WarmKey): void {
    const method = frame.method ?? '';
    if ([...this.#watched.values()].some((watched) => watched.told !== undefined && watched.method === method)) return;
    this.#ownIds += 1;
    const id = JSON.stringify(`${OWN_ID}${this.#ownIds}`);
    this.#watched.set(id, { method, key, told });
    this.#pass(parseFrame(setMember(frame.bytes, ['id'], id), 'server'));
  }

  #watch(frame: Frame): void {
    if (frame.kind !== 'request' || !isUsableId(frame.id)) return;
    const id = doubleIdKey(frame.id);
    if (frame.method === LISTEN) {
      this.#listens.set(id, {
        id: frame.id,
        filter: objectOf(objectOf(frame.message['params'])?.['notifications']) ?? {},
      });
    } else if (
      this.#key !== undefined &&
      (frame.method === handshakeOf(this.#options.dialect) || asksWholeList(frame))
    ) {
      this.#watched.set(id, { method: frame.method ?? '', key: this.#key, told: undefined });
    }
  }

  #pass(frame: Frame): void {
    if (this.#waiting === undefined) this.#inner?.send(frame);
    else if (this.#waiting.length < MAX_WAITING) this.#waiting.push(frame);
    else
      throw new PortolanError('SERVER_BUSY', 'Too many messages wait for this server to start.', {
        data: { sent: false },
      });
  }

  #release(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const frame of waiting) {
      try {
        this.#inner?.send(frame);
      } catch (error) {
        if (frame.id !== undefined) this.#options.events.onRequestFailed(frame.id, toPortolanError(error));
      }
    }
    this.#options.events.onDrain?.();
  }

  #events(): UpstreamEvents {
    const { events } = this.#options;
    return {
      onFrame: (frame, relatedTo) => {
        if (!this.#closed && !this.#takes(frame)) events.onFrame(frame, relatedTo);
      },
      onRequestFailed: (id, error) => {
        if (this.#shadow !== undefined && id === this.#shadow.id) this.#over(error);
        else if (!this.#watched.get(doubleIdKey(id))?.told) {
          this.#watched.delete(doubleIdKey(id));
          events.onRequestFailed(id, error);
        } else this.#watched.delete(doubleIdKey(id));
      },
      onClosed: (error) => this.#over(error),
      onDrain: () => events.onDrain?.(),
      onLog: (source, text) => events.onLog(source, text),
      onPersonAsked: (id, isAsked) => events.onPersonAsked?.(id, isAsked),
    };
  }

  /** True for what the client must not see: the server's answers to questions of our own. */
  #takes(frame: Frame): boolean {
    if (frame.kind === 'notification') {
      for (const method of listsChangedBy(frame.method)) {
        if (this.#key !== undefined) this.#options.store.drop(this.#key, method);
        this.#live.add(method);
      }
      return false;
    }
    if (frame.kind !== 'response' || !isUsableId(frame.id)) return false;
    const id = doubleIdKey(frame.id);
    this.#listens.delete(id);
    if (this.#shadow !== undefined && isUsableId(this.#shadow.id) && id === doubleIdKey(this.#shadow.id)) {
      this.#shaken(this.#shadow, frame);
      return true;
    }
    const watched = this.#watched.get(id);
    if (watched === undefined) return false;
    this.#watched.delete(id);
    this.#keep(watched, frame);
    return watched.told !== undefined;
  }

  /** The server has answered the handshake that the client was told from the store. */
  #shaken(initialize: Frame, answer: Frame): void {
    const { store, keyOf } = this.#options;
    this.#shadow = undefined;
    const key = keyOf(variantOf(initialize));
    const told = store.get(key, 'initialize');
    const now = keepableResult(answer);
    if (now === undefined) {
      store.drop(key, 'initialize');
      this.#over(new PortolanError('PROTOCOL_ERROR', 'The server refused the handshake that it had accepted before.'));
    } else {
      store.set(key, 'initialize', now);
      if (told === undefined || isOtherHandshake(told.result, now)) this.#over(serverChanged());
      else this.#release();
    }
  }

  #keep({ method, key, told }: Watched, answer: Frame): void {
    const { store } = this.#options;
    const result = keepableResult(answer);
    if (result === undefined) store.drop(key, method);
    else store.set(key, method, result);
    const isList = changeOf(method) !== undefined;
    if (isList) this.#live.add(method);
    if (isList && told !== undefined && told !== result) this.#tellChange(method);
  }

  #tellChange(method: string): void {
    const change = changeOf(method);
    if (change === undefined) return;
    const { dialect, events } = this.#options;
    if (dialect === 'legacy') {
      events.onFrame(frameOf({ jsonrpc: '2.0', method: change.changed }));
      return;
    }
    for (const { id, filter } of this.#listens.values()) {
      if (objectOf(filter)?.[change.filter] !== true) continue;
      const params = `{"_meta":{${JSON.stringify(META.subscriptionId)}:${id}}}`;
      const text = `{"jsonrpc":"2.0","method":${JSON.stringify(change.changed)},"params":${params}}`;
      events.onFrame(parseFrame(Buffer.from(text), 'server'), id);
    }
  }

  /** The connection is lost or never came to be; what still waited was never sent. */
  #over(error: PortolanError): void {
    if (this.#closed) return;
    this.#closed = true;
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    const unsent = new PortolanError(error.code, error.message, {
      ...(error.hint !== undefined && { hint: error.hint }),
      data: { ...error.data, sent: false },
      cause: error,
    });
    for (const { id } of waiting) {
      if (id !== undefined && !id.startsWith(`"${OWN_ID}`)) this.#options.events.onRequestFailed(id, unsent);
    }
    this.#options.events.onClosed(error);
    void this.#inner?.close();
  }
}

function serverChanged(): PortolanError {
  return new PortolanError(
    'SERVER_CHANGED',
    'The server now offers something else than it did when it was last used.',
    {
      hint: 'Restart the server in the client: it then gets the new offer.',
    },
  );
}
