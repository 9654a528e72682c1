// The caller's requests that are under way at the legacy server: who waits for which, under which id and progress token, and to which
// of them a message of the server belongs. It must not know what the messages mean.
import { exactIdKey, type Frame } from '../../connections/frame.ts';
import { doubleIdKey } from '../../connections/request-id.ts';
import type { Caller } from './caller-request.ts';
import { looksOwn } from './own-requests.ts';
import type { PortolanError } from '../../../shared/errors.ts';

/** How a request ended at the server: by an answer, or by none. */
type Outcome = Frame | PortolanError;

export interface Call {
  readonly method: string;
  /** As the caller sent it. */
  readonly request: Frame;
  /** Id and progress token (source texts) at the server. */
  readonly upstreamId: string;
  readonly upstreamToken: string | undefined;
  /** Who waits; while `isParked`, who waited last: he has been asked something and is expected to come back. */
  caller: Caller;
  isParked: boolean;
  /** What the server asked and nobody has answered, by the key of its id. */
  readonly questions: Map<string, Frame>;
  /** The server's answer that came while nobody waited for it. */
  outcome: Outcome | undefined;
  /** It has gone to the server. */
  sent: boolean;
  /** The last progress that was passed on. */
  progress: number;
}

/** Requests that a modern caller may be asked back about. (MCP 2026-07-28, MRTR) */
export const INTERRUPTIBLE: ReadonlySet<string> = new Set(['tools/call', 'prompts/get', 'resources/read']);

/** So many ids of a caller are remembered; later ones all go to the server under ids of the bridge. */
const MAX_REMEMBERED_IDS = 10_000;

export class Calls {
  readonly #calls = new Map<string, Call>();
  /** Keys of the ids that have gone to the server: a legacy one must not see an id twice. (MCP 2025-11-25, Base protocol, Requests) */
  readonly #used = new Set<string>();
  readonly #nextId: () => string;
  /** Tool calls go to the server one at a time. */
  oneAtATime = false;

  /** `nextId` gives an id that collides with no other. */
  constructor(nextId: () => string) {
    this.#nextId = nextId;
  }

  /**
   * Notes a request before it is sent. Its id and token go to the server as they are, unless they could be mixed up there: with those
   * of the bridge, or with those of an earlier call, whose caller is free to use them again.
   */
  begin(request: Frame, caller: Caller): Call {
    const { id, progressToken: token } = caller;
    const upstreamId = looksOwn(id) || !this.#isNew(id) ? this.#nextId() : id;
    const tokenInUse = token !== undefined && this.byToken(doubleIdKey(token)) !== undefined;
    const call: Call = {
      method: request.method ?? '',
      request,
      upstreamId,
      upstreamToken: tokenInUse ? this.#nextId() : token,
      caller,
      isParked: false,
      questions: new Map(),
      outcome: undefined,
      sent: false,
      progress: Number.NEGATIVE_INFINITY,
    };
    this.#calls.set(exactIdKey(upstreamId), call);
    return call;
  }

  end(call: Call): void {
    this.#calls.delete(exactIdKey(call.upstreamId));
  }

  /** Every call, the one that was begun or taken up last at the end. */
  all(): Call[] {
    return [...this.#calls.values()];
  }

  byUpstreamId(id: string): Call | undefined {
    return this.#calls.get(exactIdKey(id));
  }

  /** The call for which the caller waits under this id; else one that it was asked about under this id. */
  byCallerKey(key: string): Call | undefined {
    const mine = this.all().filter(({ caller }) => doubleIdKey(caller.id) === key);
    return mine.find(({ isParked }) => !isParked) ?? mine.at(-1);
  }

  /** The call whose progress the server reports under the token with this key. */
  byToken(key: string): Call | undefined {
    return this.all().find(({ upstreamToken: own }) => own !== undefined && doubleIdKey(own) === key);
  }

  /** The call that is waited for again by another request. */
  takeUp(call: Call, caller: Caller): void {
    call.caller = caller;
    call.isParked = false;
    this.end(call);
    this.#calls.set(exactIdKey(call.upstreamId), call);
  }

  /** Requests whose callers wait. */
  active(): Call[] {
    return this.all().filter(({ isParked }) => !isParked);
  }

  /**
   * The call to which a question of the server belongs: that of the stream it came on (`relatedTo`), where the transport has such
   * streams; else the tool call under way, or the only other request that can be interrupted. Undefined when that is not clear.
   */
  askedBy(relatedTo: string | undefined): Call | undefined {
    if (relatedTo !== undefined) {
      const related = this.byUpstreamId(relatedTo);
      return related !== undefined && INTERRUPTIBLE.has(related.method) ? related : undefined;
    }
    const open = this.active().filter(({ method }) => INTERRUPTIBLE.has(method));
    const tools = open.filter(({ method }) => method === 'tools/call');
    // Among calls that go one at a time two can be under way when an interrupted one goes on: the one set going last is meant.
    if (tools.length > 0) return tools.length === 1 || this.oneAtATime ? tools.at(-1) : undefined;
    return open.length > 0 ? only(open) : only(this.all().filter(({ isParked }) => isParked));
  }

  /** The request on whose behalf the server logs; undefined when it cannot be told. */
  loggedBy(relatedTo: string | undefined): Call | undefined {
    const call = relatedTo === undefined ? only(this.all()) : this.byUpstreamId(relatedTo);
    return call?.isParked === false ? call : undefined;
  }

  /** True, once, for an id that the server has not seen yet. */
  #isNew(id: string): boolean {
    const key = doubleIdKey(id);
    if (this.#used.has(key) || this.#used.size >= MAX_REMEMBERED_IDS) return false;
    this.#used.add(key);
    return true;
  }
}

function only(calls: readonly Call[]): Call | undefined {
  return calls.length === 1 ? calls[0] : undefined;
}
