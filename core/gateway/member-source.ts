// The exact source bytes of a member inside a JSON text, for digests of what really went over the wire.
// Only for text that JSON.parse has accepted; it looks for one path and skips the rest.

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The bytes of the value at `path` (object keys from the top, written without escapes), or undefined when there is none. */
export function memberSource(json: Buffer, path: readonly string[]): Buffer | undefined {
  let from = skipSpace(json, 0);
  let end = json.length;
  for (const key of path) {
    const span = memberSpan(json, from, key);
    if (span === undefined) return undefined;
    from = span.from;
    end = span.end;
  }
  return json.subarray(from, end);
}

function memberSpan(json: Buffer, open: number, key: string): { from: number; end: number } | undefined {
  if (json[open] !== 0x7b) return undefined;
  let at = skipSpace(json, open + 1);
  while (json[at] === QUOTE) {
    const keyEnd = endOfString(json, at);
    const found = isKey(json, at, keyEnd, key);
    const from = skipSpace(json, skipSpace(json, keyEnd) + 1);
    const end = endOfValue(json, from);
    if (found) return { from, end };
    at = skipSpace(json, end);
    if (json[at] === 0x2c) at = skipSpace(json, at + 1);
  }
  return undefined;
}

function isKey(json: Buffer, open: number, end: number, key: string): boolean {
  const text = json.toString('utf8', open, end);
  return text === `"${key}"` || (text.includes('\\') && JSON.parse(text) === key);
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
