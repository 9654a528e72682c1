// Judges a long JSON text in slices, so that its reader can let others go on between them: accepts what JSON.parse accepts, and
// notes on the way where the outer members stand. It builds no values. (RFC 8259)
import { isSpace, MAX_JSON_DEPTH, type JsonScan, unescapeKey } from './json-scan.ts';
import { endOfScalar, escapeLength } from './json-tokens.ts';

/** A member of an object, and where its value stands: byte offsets into the text, `end` being the first byte after. */
export interface JsonMember {
  readonly key: string;
  readonly from: number;
  readonly end: number;
  /** The members of the value when it is an object in the outermost one; undefined when it is none, or has too many. */
  readonly members: readonly JsonMember[] | undefined;
}

/** More members are noted of no object. The outermost one may not have more. */
export const MAX_NOTED_MEMBERS = 10_000;

export type JsonVerdict = 'unfinished' | 'valid' | 'invalid' | 'too-deep' | 'too-many-members';

interface OpenMember {
  key: string;
  from: number;
  end: number;
  members: OpenMember[] | undefined;
}

type Next =
  | 'value'
  | 'value-or-end'
  | 'key'
  | 'key-or-end'
  | 'colon'
  | 'comma-or-end'
  | 'nothing'
  | 'in-key'
  | 'in-string';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;

/** One reading of one text, which must be UTF-8. */
export class JsonValidator {
  readonly #bytes: Buffer;
  /** For each open level, 1 when it is an object. */
  readonly #isObject = new Uint8Array(MAX_JSON_DEPTH + 1);
  readonly #keys = new Set<string>();
  readonly #members: OpenMember[] = [];
  #outer: OpenMember | undefined;
  #inner: OpenMember | undefined;
  #at = 0;
  #depth = 0;
  #next: Next = 'value';
  #keyFrom = 0;
  #top: JsonScan['top'] = 'other';
  #isRepeating = false;
  #verdict: JsonVerdict = 'unfinished';

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** What `scanJson` would say when it looks for repeated keys at the top only; for a text that is valid. */
  get scan(): JsonScan {
    const ids = this.#members.filter(({ key }) => key === 'id');
    const [only] = ids.length === 1 ? ids : [];
    const problem = this.#isRepeating ? 'duplicate-key' : undefined;
    return { top: this.#top, id: only && this.#scalar(only), problem };
  }

  /** The members of the outermost object in the order of the text; none when it is no object. */
  get members(): readonly JsonMember[] {
    return this.#members;
  }

  /** Reads about `bytes` more bytes (a number or an escape is not cut). Ends at once where the text is at fault. */
  advance(bytes: number): JsonVerdict {
    if (this.#verdict === 'unfinished') this.#read(Math.min(this.#at + bytes, this.#bytes.length));
    return this.#verdict;
  }

  #read(until: number): void {
    const bytes = this.#bytes;
    const isObject = this.#isObject;
    let at = this.#at;
    let depth = this.#depth;
    let next = this.#next;
    while (at < until) {
      const byte = bytes[at] ?? 0;
      if (next === 'in-string' || next === 'in-key') {
        if (byte === QUOTE) {
          at++;
          if (next === 'in-string') next = this.#valueEnds(depth, at);
          else {
            if (depth <= 2 && !this.#noteKey(depth, at - 1)) return;
            next = 'colon';
          }
        } else if (byte === BACKSLASH) {
          const length = escapeLength(bytes, at);
          if (length === 0) return this.#refuse('invalid');
          at += length;
        } else if (byte < 0x20) return this.#refuse('invalid');
        else {
          at++;
          while (at < until && isPlain(bytes[at] ?? 0)) at++;
        }
        continue;
      }
      if (isSpace(byte)) {
        at++;
        continue;
      }
      switch (next) {
        case 'value':
        case 'value-or-end': {
          if (byte === CLOSE_ARRAY && next === 'value-or-end') {
            depth--;
            at++;
            next = this.#valueEnds(depth, at);
            break;
          }
          if (depth <= 2) this.#valueBegins(depth, at);
          if (byte === QUOTE) {
            at++;
            next = 'in-string';
          } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
            if (depth === MAX_JSON_DEPTH) return this.#refuse('too-deep');
            const object = byte === OPEN_OBJECT;
            this.#containerBegins(depth, object);
            depth++;
            isObject[depth] = object ? 1 : 0;
            at++;
            next = object ? 'key-or-end' : 'value-or-end';
          } else {
            const end = endOfScalar(bytes, at);
            if (end === -1) return this.#refuse('invalid');
            at = end;
            next = this.#valueEnds(depth, at);
          }
          break;
        }
        case 'key':
        case 'key-or-end':
          if (byte === QUOTE) {
            this.#keyFrom = at;
            at++;
            next = 'in-key';
          } else if (byte === CLOSE_OBJECT && next === 'key-or-end') {
            depth--;
            at++;
            next = this.#valueEnds(depth, at);
          } else return this.#refuse('invalid');
          break;
        case 'colon':
          if (byte !== COLON) return this.#refuse('invalid');
          at++;
          next = 'value';
          break;
        case 'comma-or-end':
          at++;
          if (byte === COMMA) next = isObject[depth] === 1 ? 'key' : 'value';
          else if (byte === (isObject[depth] === 1 ? CLOSE_OBJECT : CLOSE_ARRAY)) {
            depth--;
            next = this.#valueEnds(depth, at);
          } else return this.#refuse('invalid');
          break;
        default:
          return this.#refuse('invalid');
      }
    }
    this.#at = at;
    this.#depth = depth;
    this.#next = next;
    if (at >= bytes.length) this.#verdict = next === 'nothing' ? 'valid' : 'invalid';
  }

  #refuse(verdict: JsonVerdict): void {
    this.#verdict = verdict;
  }

  #valueBegins(depth: number, at: number): void {
    const member = depth === 1 ? this.#outer : depth === 2 ? this.#inner : undefined;
    if (member !== undefined) member.from = at;
  }

  #valueEnds(depth: number, end: number): Next {
    if (depth === 0) return 'nothing';
    const member = depth === 1 ? this.#outer : depth === 2 ? this.#inner : undefined;
    if (member !== undefined) member.end = end;
    return 'comma-or-end';
  }

  #containerBegins(depth: number, isObject: boolean): void {
    if (depth === 0) this.#top = isObject ? 'object' : 'array';
    if (depth !== 1) return;
    this.#inner = undefined;
    if (isObject && this.#outer !== undefined) this.#outer.members = [];
  }

  /** False when the text is refused for its many members. */
  #noteKey(depth: number, close: number): boolean {
    if (depth === 2) {
      this.#noteInner(close);
      return true;
    }
    if (this.#members.length === MAX_NOTED_MEMBERS) {
      this.#verdict = 'too-many-members';
      return false;
    }
    this.#outer = { key: unescapeKey(this.#bytes, this.#keyFrom, close), from: 0, end: 0, members: undefined };
    this.#members.push(this.#outer);
    if (this.#keys.has(this.#outer.key)) this.#isRepeating = true;
    this.#keys.add(this.#outer.key);
    return true;
  }

  #noteInner(close: number): void {
    const members = this.#outer?.members;
    if (this.#outer === undefined || members === undefined) return;
    if (members.length === MAX_NOTED_MEMBERS) {
      this.#outer.members = undefined;
      this.#inner = undefined;
      return;
    }
    this.#inner = { key: unescapeKey(this.#bytes, this.#keyFrom, close), from: 0, end: 0, members: undefined };
    members.push(this.#inner);
  }

  #scalar({ from, end }: JsonMember): JsonScan['id'] {
    const first = this.#bytes[from];
    if (first === OPEN_OBJECT || first === OPEN_ARRAY) return { kind: 'complex' };
    return { kind: 'scalar', source: this.#bytes.toString('utf8', from, end) };
  }
}

function isPlain(byte: number): boolean {
  return byte !== QUOTE && byte !== BACKSLASH && byte >= 0x20;
}
