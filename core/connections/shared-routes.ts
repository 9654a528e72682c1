// Whose is what on a connection that several sessions share: requests, progress tokens and questions, each under an id that no two
// sessions have in common. Bookkeeping only: it sends nothing.
import { objectOf } from '../base/json-object.ts';
import { setMember } from '../base/json-splice.ts';
import { type Frame, parseFrame } from './frame.ts';
import { doubleIdKey, isUsableId, valueKey } from './request-id.ts';

/** A request on its way: who sent it, and how he spelt what was replaced in it. */
export interface Route<Member> {
  readonly member: Member;
  /** Source text of the session's own id. */
  readonly id: string;
  /** JSON text of the session's own progress token. */
  readonly token: string | undefined;
  readonly method: string;
}

const TOKEN_PATH = ['params', '_meta', 'progressToken'];

export class SharedRoutes<Member> {
  readonly #requests = new Map<string, Route<Member>>();
  /** Questions of the server, by its id, and who was asked. */
  readonly #asked = new Map<string, Member>();
  #lastId = 0;

  /** Notes a request and gives it as it goes to the server: its id, and its progress token if it has one, are the connection's own. */
  begin(member: Member, frame: Frame): { readonly key: string; readonly frame: Frame } {
    this.#lastId += 1;
    const key = String(this.#lastId);
    const token = valueKey(objectOf(objectOf(frame.message['params'])?.['_meta'])?.['progressToken']);
    const renamed = setMember(frame.bytes, ['id'], key);
    const bytes = token === undefined ? renamed : setMember(renamed, TOKEN_PATH, key);
    this.#requests.set(key, { member, id: frame.id ?? 'null', token, method: frame.method ?? '' });
    return { key, frame: parseFrame(bytes, 'server') };
  }

  /** The request that this id (source text) of the server belongs to. */
  of(id: string | undefined): Route<Member> | undefined {
    return isUsableId(id) ? this.#requests.get(doubleIdKey(id)) : undefined;
  }

  /** The same, by the value of a progress token or an id inside a message. */
  ofValue(value: unknown): Route<Member> | undefined {
    const key = valueKey(value);
    return key === undefined ? undefined : this.#requests.get(key);
  }

  /** Takes a request out; undefined when nobody waits for it. */
  end(id: string | undefined): Route<Member> | undefined {
    const route = this.of(id);
    if (route !== undefined && isUsableId(id)) this.#requests.delete(doubleIdKey(id));
    return route;
  }

  /** The connection's id of a session's request, by the value of the session's id. */
  keyOf(member: Member, value: unknown): string | undefined {
    const wanted = valueKey(value);
    for (const [key, route] of this.#requests) {
      if (route.member === member && isUsableId(route.id) && doubleIdKey(route.id) === wanted) return key;
    }
    return undefined;
  }

  /** The connection's ids of all requests of a session, or of all sessions. */
  keysOf(member?: Member): string[] {
    const own = [...this.#requests].filter(([, route]) => member === undefined || route.member === member);
    return own.map(([key]) => key);
  }

  /** The only session that waits for anything; undefined when there is none or more than one. */
  onlyOwner(): Route<Member> | undefined {
    const [first, ...others] = this.#requests.values();
    return others.every(({ member }) => member === first?.member) ? first : undefined;
  }

  get isIdle(): boolean {
    return this.#requests.size === 0;
  }

  ask(id: string, member: Member): void {
    this.#asked.set(doubleIdKey(id), member);
  }

  /** True, once, when this session was asked the question with this id (source text). */
  answered(id: string | undefined, member: Member): boolean {
    if (!isUsableId(id) || this.#asked.get(doubleIdKey(id)) !== member) return false;
    return this.#asked.delete(doubleIdKey(id));
  }

  /** Who was asked the question with this id, by its value; the question is taken back. */
  withdrawn(value: unknown): Member | undefined {
    const key = valueKey(value);
    const member = key === undefined ? undefined : this.#asked.get(key);
    if (key !== undefined) this.#asked.delete(key);
    return member;
  }

  /** Takes out the questions that wait for a session; gives the server's ids, by value. */
  unaskAll(member: Member): string[] {
    const keys = [...this.#asked].filter(([, asked]) => asked === member).map(([key]) => key);
    for (const key of keys) this.#asked.delete(key);
    return keys;
  }
}
