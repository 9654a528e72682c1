// Finds, sets and takes out one member of a JSON text and leaves every other byte as it is: for digests of what really went over
// the wire, and for messages of which one thing must change on the way. Only for text that JSON.parse has accepted and that has no
// repeated keys on the path.

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/** Offsets into a text; `end` is the first byte after. */
export interface Span {
  readonly from: number;
  readonly end: number;
}

/** The bytes of the value at `path` (object keys from the top), or undefined when there is none. */
export function memberSource(json: Buffer, path: readonly string[]): Buffer | undefined {
  const span = memberSpan(json, path);
  return span && json.subarray(span.from, span.end);
}

/** Where the value at `path` stands, as offsets into the text; undefined when there is none. */
export function memberSpan(json: Buffer, path: readonly string[]): Span | undefined {
  let span: Span = { from: skipSpace(json, 0), end: json.length };
  for (const key of path) {
    const next = membersIn(json, span.from, key).found;
    if (next === undefined) return undefined;
    span = next.value;
  }
  return span;
}

/**
 * The text with the value at `path` set to `source` (JSON text); every other byte stays. Objects on the way that are missing are
 * made. A value on the way that is no object is replaced by one.
 */
export function setMember(json: Buffer, path: readonly string[], source: string): Buffer {
  let from = skipSpace(json, 0);
  for (const [depth, key] of path.entries()) {
    const rest = path.slice(depth + 1);
    const nested = rest.reduceRight((inner, name) => `{${JSON.stringify(name)}:${inner}}`, source);
    const { found, open, isEmpty } = membersIn(json, from, key);
    if (open === undefined) {
      const whole = memberSpan(json, path.slice(0, depth)) ?? { from, end: json.length };
      return splice(json, whole, `{${JSON.stringify(key)}:${nested}}`);
    }
    if (found === undefined) {
      return splice(json, { from: open, end: open }, `${JSON.stringify(key)}:${nested}${isEmpty ? '' : ','}`);
    }
    if (rest.length === 0) return splice(json, found.value, source);
    from = found.value.from;
  }
  return json;
}

/** The text without the member at `path` and one comma beside it; the same buffer when there is none. */
export function deleteMember(json: Buffer, path: readonly string[]): Buffer {
  const parent = memberSpan(json, path.slice(0, -1));
  const key = path.at(-1);
  if (parent === undefined || key === undefined) return json;
  const { found } = membersIn(json, parent.from, key);
  if (found === undefined) return json;
  const after = skipSpace(json, found.value.end);
  if (json[after] === COMMA) return splice(json, { from: found.from, end: after + 1 }, '');
  const before = lastBefore(json, found.from);
  return splice(json, { from: json[before] === COMMA ? before : found.from, end: found.value.end }, '');
}

function splice(json: Buffer, span: Span, source: string): Buffer {
  return Buffer.concat([json.subarray(0, span.from), Buffer.from(source), json.subarray(span.end)]);
}

/** The member `key` of the object that begins at `at`, and the place behind its brace; no `open` when it is no object. */
function membersIn(
  json: Buffer,
  at: number,
  key: string,
): { found?: { from: number; value: Span }; open?: number; isEmpty: boolean } {
  if (json[at] !== 0x7b) return { isEmpty: true };
  const open = at + 1;
  let next = skipSpace(json, open);
  const isEmpty = json[next] !== QUOTE;
  while (json[next] === QUOTE) {
    const keyEnd = endOfString(json, next);
    const from = skipSpace(json, skipSpace(json, keyEnd) + 1);
    const end = endOfValue(json, from);
    if (isKey(json, next, keyEnd, key)) return { found: { from: next, value: { from, end } }, open, isEmpty };
    next = skipSpace(json, end);
    if (json[next] === COMMA) next = skipSpace(json, next + 1);
  }
  return { open, isEmpty };
}

function isKey(json: Buffer, open: number, end: number, key: string): boolean {
  const text = json.toString('utf8', open, end);
  return text === `"${key}"` || (text.includes('\\') && JSON.parse(text) === key);
}

/** Index of the last byte before `at` that is no white space. */
function lastBefore(json: Buffer, at: number): number {
  let before = at - 1;
  while (before > 0 && isSpace(json[before])) before--;
  return before;
}

function endOfValue(json: Buffer, from: number): number {
  const first = json[from];
  if (first === QUOTE) return endOfString(json, from);
  if (first !== 0x7b && first !== 0x5b) return endOfLiteral(json, from);
  let depth = 0;
  for (let at = from; at < json.length; at++) {
    const byte = json[at];
    if (byte === QUOTE) at = endOfString(json, at) - 1;
    else if (byte === 0x7b || byte === 0x5b) depth++;
    else if (byte === 0x7d || byte === 0x5d) {
      depth--;
      if (depth === 0) return at + 1;
    }
  }
  return json.length;
}

function endOfLiteral(json: Buffer, from: number): number {
  let at = from;
  while (at < json.length && json[at] !== 0x2c && json[at] !== 0x7d && json[at] !== 0x5d && !isSpace(json[at])) at++;
  return at;
}

/** Index after the closing quote of the string that opens at `open`. Long strings are searched natively. */
function endOfString(json: Buffer, open: number): number {
  let quote = json.indexOf(QUOTE, open + 1);
  while (quote !== -1 && isEscaped(json, quote, open)) quote = json.indexOf(QUOTE, quote + 1);
  return quote === -1 ? json.length : quote + 1;
}

function isEscaped(json: Buffer, quote: number, open: number): boolean {
  let slashes = 0;
  while (quote - slashes - 1 > open && json[quote - slashes - 1] === BACKSLASH) slashes++;
  return slashes % 2 === 1;
}

function skipSpace(json: Buffer, from: number): number {
  let at = from;
  while (isSpace(json[at])) at++;
  return at;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
