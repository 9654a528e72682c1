// Text of any kind as the value of an HTTP header: plain where headers can carry it, else base64 between marks.
// (MCP 2026-07-28, Streamable HTTP, "Value Encoding")

const OPEN = '=?base64?';
const CLOSE = '?=';
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/**
 * The text as a header value. Plain ASCII stays as it is. Encoded are: everything else, white space at an end (parsers cut it off),
 * an empty text (some drop the header), and what looks encoded already. Well-formed text comes back through `decodeHeaderValue`.
 */
export function encodeHeaderValue(text: string): string {
  const isPlain = /^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/.test(text) && !isMarked(text);
  return isPlain ? text : `${OPEN}${Buffer.from(text, 'utf8').toString('base64')}${CLOSE}`;
}

/** The text of a header value; undefined when it is marked as base64 and holds no base64 of UTF-8. */
export function decodeHeaderValue(value: string): string | undefined {
  if (!isMarked(value)) return value;
  const inner = value.slice(OPEN.length, -CLOSE.length);
  if (!BASE64.test(inner)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(inner, 'base64'));
  } catch {
    return undefined;
  }
}

/** The marks are in lower case and must match exactly. */
function isMarked(text: string): boolean {
  return text.length >= OPEN.length + CLOSE.length && text.startsWith(OPEN) && text.endsWith(CLOSE);
}
