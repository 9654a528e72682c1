// Makes characters that hide or reorder text visible. Every foreign text passes here before it is shown.

interface VisiblePart {
  readonly kind: 'text' | 'hidden';
  /** For `hidden` the token, such as `⟨U+202E⟩`. */
  readonly text: string;
}

export interface VisibleText {
  readonly parts: readonly VisiblePart[];
  /** How many hidden characters there were. */
  readonly hidden: number;
}

/**
 * Characters that a reader cannot see or that change what others look like: C0 and C1 controls (tab and line feed
 * excepted), soft hyphen, combining grapheme joiner, Arabic letter mark, Hangul and Khmer fillers, Mongolian
 * separators, zero-width and bidirectional controls, line and paragraph separators, invisible operators, Braille
 * blank, variation selectors, byte order mark, interlinear and object marks, private use, tags, noncharacters.
 */
const HIDDEN = new RegExp(
  [
    '[\\u0000-\\u0008\\u000B-\\u001F\\u007F-\\u009F\\u00AD\\u034F\\u061C\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F',
    '\\u200B-\\u200F\\u2028-\\u202E\\u2060-\\u206F\\u2800\\u3164\\uD800-\\uDFFF\\uE000-\\uF8FF\\uFE00-\\uFE0F',
    '\\uFDD0-\\uFDEF\\uFEFF\\uFFA0\\uFFF0-\\uFFFC\\uFFFE\\uFFFF\\u{1BCA0}-\\u{1BCA3}\\u{1D159}\\u{1D173}-\\u{1D17A}',
    '\\u{E0000}-\\u{E0FFF}\\u{F0000}-\\u{10FFFF}]',
  ].join(''),
  'gu',
);

/** The token that stands for one hidden character. */
function tokenOf(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  return `⟨U+${point.toString(16).toUpperCase().padStart(4, '0')}⟩`;
}

/** Splits `text` into plain parts and tokens. CRLF counts as a line feed. Linear in the length. */
export function visibleText(text: string): VisibleText {
  const source = text.replaceAll('\r\n', '\n');
  const parts: VisiblePart[] = [];
  let hidden = 0;
  let from = 0;
  for (const match of source.matchAll(HIDDEN)) {
    if (match.index > from) parts.push({ kind: 'text', text: source.slice(from, match.index) });
    parts.push({ kind: 'hidden', text: tokenOf(match[0]) });
    from = match.index + match[0].length;
    hidden += 1;
  }
  if (from < source.length) parts.push({ kind: 'text', text: source.slice(from) });
  return { parts, hidden };
}

/** The same as one string, for titles, labels and copies. */
export function visibleString(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(HIDDEN, tokenOf);
}
