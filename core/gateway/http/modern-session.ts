// One modern session that carries the POSTs of one gateway client with the same capabilities: ids, progress tokens and listens
// of the POSTs are renamed, since two POSTs may use the same, and named back on the way to the one they belong to.
// (MCP 2026-07-28, Transports, Streamable HTTP; subscriptions/listen)
import type { ServerResponse } from 'node:http';
import type { Clock } from '../../base/clock.ts';
import { type JsonObject, objectOf } from '../../base/json-object.ts';
import { memberSource, setMember } from '../../base/json-splice.ts';
import { LISTEN, META } from '../../connections/era.ts';
import { errorFrame, type Frame } from '../../connections/frame.ts';
import type { ClientSession } from '../client-session.ts';
import type { Downstream } from '../downstream.ts';
import { METHOD_NOT_FOUND } from '../rpc-errors.ts';
import { cancelledFrame } from '../session-errors.ts';
import { HttpAnswer } from './http-answer.ts';

/** The longest time that timers can measure: a listen has no other limit. */
const LISTEN_LIMITS = { idleMs: 2_147_483_647, totalMs: 2_147_483_647 };

/** Errors of the protocol that have an HTTP status of their own. (Server Validation) */
const STATUS_OF: Readonly<Record<number, number>> = {
  [METHOD_NOT_FOUND]: 404,
  [-32_020]: 400,
  [-32_021]: 400,
  [-32_022]: 400,
};

interface Post {
  /** Source texts as the client wrote them. */
  readonly id: string;
  readonly token: string | undefined;
  readonly method: string | undefined;
  readonly answer: HttpAnswer;
}

export class ModernSession implements Downstream {
  readonly #clock: Clock;
  readonly #session: ClientSession;
  readonly #onChanged: () => void;
  readonly #posts = new Map<string, Post>();
  #count = 0;
  #isFull = false;

  /** `onChanged`: a POST has ended, or the session itself has. */
  constructor(clock: Clock, open: (connect: () => Downstream) => ClientSession, onChanged: () => void) {
    this.#clock = clock;
    this.#onChanged = onChanged;
    this.#session = open(() => this);
  }

  /** POSTs that wait for their answer. */
  get inFlight(): number {
    return this.#posts.size;
  }

  get isClosed(): boolean {
    return this.#session.isClosed;
  }

  /** The server takes no more for now. */
  get isFull(): boolean {
    return this.#isFull;
  }

  get client(): ClientSession {
    return this.#session;
  }

  /** Passes a request on and answers `res`. The client's closing of the connection cancels it. */
  post(frame: Frame, res: ServerResponse): void {
    this.#count += 1;
    const own = `"g${this.#count}"`;
    const answer = new HttpAnswer(res, this.#clock, {
      drained: () => this.#session.drained(),
      gone: () => this.#cancel(own),
    });
    const token = memberSource(frame.bytes, ['params', '_meta', 'progressToken'])?.toString();
    this.#posts.set(own, { id: frame.id ?? 'null', token, method: frame.method, answer });
    const renamed = rename(frame, own, token !== undefined);
    this.#session.receiveFrame(renamed, frame.method === LISTEN ? { limits: LISTEN_LIMITS } : {});
  }

  /** Passes a notification on. */
  notify(frame: Frame): void {
    this.#session.receiveFrame(frame);
  }

  send(_bytes: Buffer, frame?: Frame, relatedTo?: string): boolean {
    switch (frame?.kind) {
      case 'response':
        return this.#answer(frame);
      case 'notification':
        return this.#notify(frame, relatedTo);
      case 'request': {
        // There are no requests of servers in this dialect.
        const refusal = errorFrame(frame.id ?? null, METHOD_NOT_FOUND, 'Method not found');
        queueMicrotask(() => this.#session.receiveFrame(refusal));
        return true;
      }
      default:
        return true;
    }
  }

  pause(): void {
    this.#isFull = true;
  }

  resume(): void {
    this.#isFull = false;
  }

  close(): void {
    for (const { answer } of this.#posts.values()) answer.end();
    this.#posts.clear();
    this.#onChanged();
  }

  #answer(frame: Frame): boolean {
    const post = this.#posts.get(frame.id ?? '');
    if (post === undefined) return true;
    let bytes = setMember(frame.bytes, ['id'], post.id);
    if (post.method === LISTEN && subscriptionOf(objectOf(frame.message['result'])) !== undefined) {
      bytes = setMember(bytes, ['result', '_meta', META.subscriptionId], post.id);
    }
    this.#posts.delete(frame.id ?? '');
    if (post.answer.isStream) {
      post.answer.event(bytes);
      post.answer.end();
    } else {
      const code = objectOf(frame.message['error'])?.['code'];
      post.answer.json((typeof code === 'number' ? STATUS_OF[code] : undefined) ?? 200, bytes);
    }
    this.#onChanged();
    return true;
  }

  #notify(frame: Frame, relatedTo: string | undefined): boolean {
    const params = objectOf(frame.message['params']);
    const subscription = keyOf(subscriptionOf(params));
    const token = keyOf(params?.['progressToken']);
    const ended = frame.method === 'notifications/cancelled' ? keyOf(params?.['requestId']) : undefined;
    const own = subscription ?? token ?? ended ?? relatedTo ?? this.#onlyPost();
    const post = own === undefined ? undefined : this.#posts.get(own);
    if (own === undefined || post === undefined) return true;
    let { bytes } = frame;
    if (subscription !== undefined) bytes = setMember(bytes, ['params', '_meta', META.subscriptionId], post.id);
    if (token !== undefined && post.token !== undefined)
      bytes = setMember(bytes, ['params', 'progressToken'], post.token);
    if (ended !== undefined) bytes = setMember(bytes, ['params', 'requestId'], post.id);
    const more = post.answer.event(bytes);
    if (ended !== undefined) {
      post.answer.end();
      this.#cancel(own);
    }
    return more;
  }

  /** The POST in flight, when there is only one beside listens: a log message can belong to no other. */
  #onlyPost(): string | undefined {
    const [first, second] = [...this.#posts].filter(([, { method }]) => method !== LISTEN);
    return second === undefined ? first?.[0] : undefined;
  }

  #cancel(own: string): void {
    if (!this.#posts.delete(own)) return;
    this.#session.receiveFrame(cancelledFrame(own, 'The client has closed the stream.'));
    this.#session.drained();
    this.#onChanged();
  }
}

function subscriptionOf(holder: JsonObject | undefined): unknown {
  return objectOf(holder?.['_meta'])?.[META.subscriptionId];
}

function keyOf(value: unknown): string | undefined {
  return typeof value === 'string' ? JSON.stringify(value) : undefined;
}

/** The request under our own id, and its progress token under the same name. */
function rename(frame: Frame, own: string, hasToken: boolean): Frame {
  const name: unknown = JSON.parse(own);
  const bytes = setMember(frame.bytes, ['id'], own);
  const message = { ...frame.message, id: name };
  if (!hasToken) return { ...frame, bytes, message, id: own };
  const params = objectOf(frame.message['params']);
  const meta = { ...objectOf(params?.['_meta']), progressToken: name };
  return {
    ...frame,
    bytes: setMember(bytes, ['params', '_meta', 'progressToken'], own),
    message: { ...message, params: { ...params, _meta: meta } },
    id: own,
  };
}
