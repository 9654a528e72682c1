// Makes any text fit for a protected string without losing anything: names come from clients and servers, and one that
// could not be recorded would be a way around the log. Escapes are visible, reversible and rare.

/**
 * Text without anything that can break a line, move a cursor, reverse reading order or be trimmed away. Such characters
 * become `\u{1b}`; a literal `\u{` becomes `\u{5c}u{`, so that different texts stay different.
 */
export function safeText(text: string): string {
  return UNSAFE.test(text) ? text.replaceAll(UNSAFE_ALL, escape) : text;
}

/** The text that safeText was given, up to Unicode normalisation. */
export function originalText(safe: string): string {
  return safe.replaceAll(/\\u\{([0-9a-f]{1,4})\}/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

// Controls (C0, DEL, C1), line and paragraph separator, direction controls, lone surrogates, spaces at either end, and the
// start of an escape itself.
const PATTERN =
  '[\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\u200e\\u200f\\u061c\\u202a-\\u202e\\u2066-\\u2069]|\\p{Surrogate}|^ +| +$|\\\\(?=u\\{)';
const UNSAFE = new RegExp(PATTERN, 'u');
const UNSAFE_ALL = new RegExp(PATTERN, 'gu');

function escape(found: string): string {
  let text = '';
  for (let i = 0; i < found.length; i++) text += `\\u{${found.charCodeAt(i).toString(16)}}`;
  return text;
}
