// One legacy session over HTTP: which stream each message of the server goes to, and which answer completes which POST.
// A client that loses a connection has cancelled nothing. (MCP 2025-11-25, Transports, Streamable HTTP)
import type { ServerResponse } from 'node:http';
import type { Clock } from '../../base/clock.ts';
import { objectOf, textOf } from '../../base/json-object.ts';
import type { Frame } from '../../connections/frame.ts';
import { doubleIdKey, isUsableId, valueKey } from '../../connections/request-id.ts';
import type { ClientSession } from '../client-session.ts';
import type { Downstream } from '../downstream.ts';
import { EventLog } from './event-log.ts';
import { EventStream } from './event-stream.ts';
import { HttpAnswer } from './http-answer.ts';

/** Number of the stream that a client opens with GET. */
const STANDING = 0;

/** From this version on, clients take an event without data. */
const PRIMER_SINCE = '2025-11-25';

/** A POST whose requests have no answers yet. */
interface Post {
  readonly stream: EventStream;
  readonly waiting: Set<string>;
  readonly tokens: ReadonlySet<string>;
  readonly isBatch: boolean;
  /** Answers of a batch, as long as nothing has made a stream of it. */
  answers: Buffer[];
}

export class LegacySession implements Downstream {
  readonly id: string;
  readonly #clock: Clock;
  readonly #session: ClientSession;
  readonly #onChanged: () => void;
  readonly #log = new EventLog();
  readonly #standing = new EventStream(STANDING, this.#log);
  readonly #posts = new Map<number, Post>();
  #streams = 0;
  #isFull = false;
  /** Negotiated; undefined until `initialize` is answered. */
  version: string | undefined;
  /** `initialize` was answered with an error: there is no session. */
  hasFailed = false;

  /** `onChanged`: something went to or came from the client. */
  constructor(id: string, clock: Clock, open: (connect: () => Downstream) => ClientSession, onChanged: () => void) {
    this.id = id;
    this.#clock = clock;
    this.#onChanged = onChanged;
    this.#session = open(() => this);
  }

  get client(): ClientSession {
    return this.#session;
  }

  get isClosed(): boolean {
    return this.#session.isClosed;
  }

  get isFull(): boolean {
    return this.#isFull;
  }

  /** A request waits for its answer, or the client listens. */
  get isInUse(): boolean {
    return this.#posts.size > 0 || this.#standing.live !== undefined;
  }

  /** True when a request with an id of the same value waits for its answer. */
  isTaken(frames: readonly Frame[]): boolean {
    const keys = frames.flatMap(({ kind, id }) => (kind === 'request' && id !== undefined ? [doubleIdKey(id)] : []));
    return new Set(keys).size < keys.length || keys.some((key) => this.#postOf(key) !== undefined);
  }

  /** Passes messages on that have no answer. */
  tell(frames: readonly Frame[]): void {
    for (const frame of frames) this.#session.receiveFrame(frame);
  }

  /** Passes the messages of one POST on and answers `res` with what belongs to its requests; `asStream`: from the beginning as events. */
  post(frames: readonly Frame[], res: ServerResponse, how: { isBatch: boolean; asStream: boolean }): void {
    const { isBatch, asStream } = how;
    const requests = frames.filter(({ kind }) => kind === 'request');
    this.#streams += 1;
    const stream = new EventStream(this.#streams, this.#log);
    this.#posts.set(stream.number, {
      stream,
      waiting: new Set(requests.map(({ id = '' }) => doubleIdKey(id))),
      tokens: new Set(requests.flatMap((frame) => tokenOf(frame) ?? [])),
      isBatch,
      answers: [],
    });
    const live = this.#carry(stream, res);
    if (asStream) live.openStream();
    this.tell(frames);
  }

  /** Carries the standing stream, or the one that `lastEvent` was in from behind that event. */
  listen(res: ServerResponse, lastEvent: { stream: number; seq: number } | undefined): void {
    const { stream: number, seq } = lastEvent ?? { stream: STANDING, seq: undefined };
    const known = number === STANDING ? this.#standing : this.#posts.get(number)?.stream;
    const stream = known ?? new EventStream(number, this.#log);
    const live = this.#carry(stream, res, seq);
    live.openStream();
    // A POST whose answers are all there: the rest of them is all that will come.
    if (known === undefined) live.end();
  }

  send(_bytes: Buffer, frame?: Frame, relatedTo?: string): boolean {
    if (frame === undefined) return true;
    this.#onChanged();
    if (frame.kind === 'response' && isUsableId(frame.id)) return this.#answer(frame, doubleIdKey(frame.id));
    return this.#streamFor(frame, relatedTo).push(frame.bytes);
  }

  pause(): void {
    this.#isFull = true;
  }

  resume(): void {
    this.#isFull = false;
  }

  close(): void {
    for (const { stream } of this.#posts.values()) stream.end();
    this.#posts.clear();
    this.#standing.end();
    this.#onChanged();
  }

  #carry(stream: EventStream, res: ServerResponse, after?: number): HttpAnswer {
    const live: HttpAnswer = new HttpAnswer(res, this.#clock, {
      opened: () => {
        if ((this.version ?? '') >= PRIMER_SINCE) live.lines(stream.primer());
      },
      drained: () => this.#session.drained(),
      gone: () => {
        stream.detach(live);
        this.#session.drained();
        this.#onChanged();
      },
    });
    stream.attach(live, after);
    return live;
  }

  #answer(frame: Frame, key: string): boolean {
    const post = this.#postOf(key);
    if (post === undefined) return true;
    this.#noteHandshake(frame);
    post.waiting.delete(key);
    const isLast = post.waiting.size === 0;
    const { live } = post.stream;
    if (live === undefined || live.isStream) {
      this.#flush(post);
      const more = post.stream.push(frame.bytes);
      if (isLast) this.#complete(post);
      return more;
    }
    post.answers.push(frame.bytes);
    if (!isLast) return true;
    live.json(200, post.isBatch ? joined(post.answers) : frame.bytes);
    this.#complete(post);
    return true;
  }

  /** Answers of a batch that waited for the others, now that it has become a stream. */
  #flush(post: Post): void {
    for (const bytes of post.answers) post.stream.push(bytes);
    post.answers = [];
  }

  #complete(post: Post): void {
    post.stream.end();
    this.#posts.delete(post.stream.number);
  }

  #noteHandshake(frame: Frame): void {
    if (this.version !== undefined) return;
    this.version = textOf(objectOf(frame.message['result'])?.['protocolVersion']);
    this.hasFailed = this.version === undefined;
  }

  /** By what is known of it; else, for what may belong to a request, the only POST in flight, the GET stream, any POST. */
  #streamFor(frame: Frame, relatedTo: string | undefined): EventStream {
    const related = relatedTo === undefined ? undefined : this.#postOf(doubleIdKey(relatedTo));
    const token = frame.method === 'notifications/progress' ? progressToken(frame) : undefined;
    const owner =
      related ?? (token === undefined ? undefined : [...this.#posts.values()].find(({ tokens }) => tokens.has(token)));
    if (owner !== undefined) return owner.stream;
    if (frame.kind === 'notification' && frame.method !== 'notifications/message') return this.#standing;
    const [first, second] = this.#posts.values();
    if (first !== undefined && second === undefined) return first.stream;
    if (this.#standing.live !== undefined) return this.#standing;
    return (
      ([...this.#posts.values()].find(({ stream }) => stream.live !== undefined) ?? first)?.stream ?? this.#standing
    );
  }

  #postOf(key: string): Post | undefined {
    return [...this.#posts.values()].find(({ waiting }) => waiting.has(key));
  }
}

function tokenOf(frame: Frame): string | undefined {
  return valueKey(objectOf(objectOf(frame.message['params'])?.['_meta'])?.['progressToken']);
}

function progressToken(frame: Frame): string | undefined {
  return valueKey(objectOf(frame.message['params'])?.['progressToken']);
}

function joined(items: readonly Buffer[]): Buffer {
  const comma = Buffer.from(',');
  return Buffer.concat([
    Buffer.from('['),
    ...items.flatMap((item, at) => (at === 0 ? [item] : [comma, item])),
    Buffer.from(']'),
  ]);
}
