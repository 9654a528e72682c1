// A linear look over JSON bytes for what JSON.parse does not tell: repeated keys, depth, and the source text of the
// top-level id. It does not validate: JSON.parse judges that, and on text that it refuses the answer here has no meaning.
import { isUtf8 } from 'node:buffer';

/** The deepest nesting that is read. JSON.parse itself takes a million levels and blocks for a third of a second. */
export const MAX_JSON_DEPTH = 200;

export type JsonProblem = 'duplicate-key' | 'too-deep';

export interface JsonScan {
  readonly top: 'object' | 'array' | 'other';
  /** Exact source text of the value of the top-level `id`, when that is a scalar; `complex` when it is not. */
  readonly id: { readonly kind: 'scalar'; readonly source: string } | { readonly kind: 'complex' } | undefined;
  readonly problem: JsonProblem | undefined;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;

/** Strings are searched byte by byte this far before the native search, which costs more to call, takes over. */
const SHORT_STRING = 32;

/** True when the bytes are well-formed UTF-8 (no overlong forms, no surrogates) without a byte order mark. RFC 8259 section 8.1. */
export function isPlainUtf8(bytes: Buffer): boolean {
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return !marked && isUtf8(bytes);
}

/**
 * Scans one JSON text. Keys are equal when they are so after unescaping: `"a"` and `"\u0061"` are the same key.
 * `duplicates`: at which levels repeated keys are looked for; a repeated top-level `id` yields no id. The first problem is
 * told, and the scan goes on for the id.
 */
export function scanJson(bytes: Buffer, duplicates: 'all' | 'top'): JsonScan {
  const keySets: (Set<string> | undefined)[] = [];
  const isObject: boolean[] = [];
  let top: JsonScan['top'] = 'other';
  let id: JsonScan['id'];
  let problem: JsonProblem | undefined;
  let depth = 0;
  let expectKey = false;

  for (let at = 0; at < bytes.length; at++) {
    switch (bytes[at]) {
      case QUOTE: {
        const end = endOfString(bytes, at + 1);
        if (expectKey && (depth === 1 || duplicates === 'all')) {
          const key = unescapeKey(bytes, at, end);
          const seen = (keySets[depth] ??= new Set());
          const isId = depth === 1 && key === 'id';
          if (isId) id = seen.has(key) ? undefined : scalarAfter(bytes, end + 1);
          if (seen.has(key)) problem ??= 'duplicate-key';
          seen.add(key);
        }
        expectKey = false;
        at = end;
        break;
      }
      case OPEN_OBJECT:
      case OPEN_ARRAY: {
        const object = bytes[at] === OPEN_OBJECT;
        if (depth === 0) top = object ? 'object' : 'array';
        depth++;
        expectKey = object && depth <= MAX_JSON_DEPTH;
        if (depth > MAX_JSON_DEPTH) problem ??= 'too-deep';
        else {
          isObject[depth] = object;
          keySets[depth] = undefined;
        }
        break;
      }
      case CLOSE_OBJECT:
      case CLOSE_ARRAY:
        if (depth > 0) depth--;
        expectKey = false;
        break;
      case COMMA:
        expectKey = depth <= MAX_JSON_DEPTH && isObject[depth] === true;
        break;
      default:
    }
  }
  return { top, id, problem };
}

/** The byte ranges of the items of a top-level array; stops after `limit` + 1 of them. For text that JSON.parse accepts. */
export function arrayItems(bytes: Buffer, limit: number): Buffer[] {
  const items: Buffer[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < bytes.length && items.length <= limit; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) at = endOfString(bytes, at + 1);
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      depth++;
      if (depth === 1) start = at + 1;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      depth--;
      if (depth === 0) pushItem(items, bytes.subarray(start, at));
    } else if (byte === COMMA && depth === 1) {
      pushItem(items, bytes.subarray(start, at));
      start = at + 1;
    }
  }
  return items;
}

function pushItem(items: Buffer[], raw: Buffer): void {
  let start = 0;
  let end = raw.length;
  while (start < end && isSpace(raw[start])) start++;
  while (end > start && isSpace(raw[end - 1])) end--;
  if (end > start) items.push(raw.subarray(start, end));
}

/** Index of the closing quote of the string whose first byte is at `from`, or the length when there is none. */
function endOfString(bytes: Buffer, from: number): number {
  let at = from;
  for (;;) {
    const near = Math.min(at + SHORT_STRING, bytes.length);
    while (at < near) {
      const byte = bytes[at];
      if (byte === QUOTE) return at;
      at += byte === BACKSLASH ? 2 : 1;
    }
    if (at >= bytes.length) return bytes.length;
    const quote = bytes.indexOf(QUOTE, at);
    if (quote === -1) return bytes.length;
    let slashes = 0;
    while (quote - slashes > at && bytes[quote - slashes - 1] === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return quote;
    at = quote + 1;
  }
}

/** The key between the quotes at `open` and `close`, unescaped; the raw text when its escapes are not valid. */
export function unescapeKey(bytes: Buffer, open: number, close: number): string {
  const raw = bytes.toString('utf8', open + 1, close);
  if (!raw.includes('\\')) return raw;
  try {
    return String(JSON.parse(`"${raw}"`));
  } catch {
    return raw;
  }
}

function scalarAfter(bytes: Buffer, afterKey: number): JsonScan['id'] {
  let at = afterKey;
  while (isSpace(bytes[at]) || bytes[at] === COLON) at++;
  const first = bytes[at];
  if (first === OPEN_OBJECT || first === OPEN_ARRAY) return { kind: 'complex' };
  let end = at;
  if (first === QUOTE) end = endOfString(bytes, at + 1) + 1;
  else while (end < bytes.length && bytes[end] !== COMMA && bytes[end] !== CLOSE_OBJECT && !isSpace(bytes[end])) end++;
  return { kind: 'scalar', source: bytes.toString('utf8', at, end) };
}

export function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
