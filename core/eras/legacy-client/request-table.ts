// The client's requests that the server has not answered, under the id that each has on either side.
import { type JsonObject, objectOf } from '../../base/json-object.ts';
import { exactIdKey, type Frame } from '../../connections/frame.ts';
import { doubleIdKey, valueKey } from '../../connections/request-id.ts';
import { InputRounds } from '../mrtr/input-rounds.ts';

/** One request of the client on its way. */
export interface Call {
  /** Source text of the client's id: what everything about this request is related to. */
  readonly callerId: string;
  /** As it was sent at first, with its metadata. */
  readonly first: Frame;
  /** As it was sent last: the same, or a retry under another id. */
  sent: Frame;
  /** What this request declared to the server. */
  readonly capabilities: JsonObject;
  /** The client's own progress token (source text) where another one was sent. */
  readonly callerToken: string | undefined;
  readonly rounds: InputRounds;
  /** Ends what is asked on this request's behalf. */
  readonly abort: AbortController;
  /** Links that the client agreed to open: it is told when the server goes on. */
  readonly openedLinks: string[];
  /** True while people or the client are asked: the server then has nothing of this request. */
  isAsking: boolean;
  /** It has been sent under another version already. */
  renegotiated: boolean;
}

export class RequestTable {
  readonly #bySentId = new Map<string, Call>();
  readonly #byCallerId = new Map<string, Call>();
  readonly #byToken = new Map<string, Call>();

  add(callerId: string, sent: Frame, capabilities: JsonObject, callerToken: string | undefined): Call {
    const call: Call = {
      callerId,
      first: sent,
      sent,
      capabilities,
      callerToken,
      rounds: new InputRounds(sent),
      abort: new AbortController(),
      openedLinks: [],
      isAsking: false,
      renegotiated: false,
    };
    this.#bySentId.set(exactIdKey(sent.id ?? ''), call);
    this.#byCallerId.set(doubleIdKey(callerId), call);
    const token = tokenOf(sent);
    if (token !== undefined) this.#byToken.set(token, call);
    return call;
  }

  /** The request is sent again, under the id of this frame. */
  resent(call: Call, frame: Frame): void {
    this.#bySentId.delete(exactIdKey(call.sent.id ?? ''));
    call.sent = frame;
    this.#bySentId.set(exactIdKey(frame.id ?? ''), call);
  }

  delete(call: Call): void {
    this.#bySentId.delete(exactIdKey(call.sent.id ?? ''));
    this.#byCallerId.delete(doubleIdKey(call.callerId));
    const token = tokenOf(call.sent);
    if (token !== undefined) this.#byToken.delete(token);
  }

  /** The request that went to the server under this id (source text). */
  bySentId(id: string): Call | undefined {
    return this.#bySentId.get(exactIdKey(id));
  }

  /** The request that the client sent under this id (the value in a parsed message). */
  byCallerId(id: unknown): Call | undefined {
    const key = valueKey(id);
    return key === undefined ? undefined : this.#byCallerId.get(key);
  }

  byToken(token: unknown): Call | undefined {
    const key = valueKey(token);
    return key === undefined ? undefined : this.#byToken.get(key);
  }

  all(): Call[] {
    return [...this.#byCallerId.values()];
  }
}

/** The key of a request's progress token, if it has one. */
function tokenOf(request: Frame): string | undefined {
  return valueKey(objectOf(objectOf(request.message['params'])?.['_meta'])?.['progressToken']);
}
