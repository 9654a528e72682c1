// Characters that a reader cannot see or that change what others look like, and the tokens that stand for them. The window
// and the command line pass every foreign text through here before it is shown.

/**
 * C0 and C1 controls (tab and line feed excepted), soft hyphen, combining grapheme joiner, Arabic letter mark, Hangul and
 * Khmer fillers, Mongolian separators, zero-width and bidirectional controls, line and paragraph separators, invisible
 * operators, Braille blank, variation selectors, byte order mark, interlinear and object marks, private use, tags,
 * noncharacters.
 */
export const HIDDEN_CHARACTERS = new RegExp(
  [
    '[\\u0000-\\u0008\\u000B-\\u001F\\u007F-\\u009F\\u00AD\\u034F\\u061C\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F',
    '\\u200B-\\u200F\\u2028-\\u202E\\u2060-\\u206F\\u2800\\u3164\\uD800-\\uDFFF\\uE000-\\uF8FF\\uFE00-\\uFE0F',
    '\\uFDD0-\\uFDEF\\uFEFF\\uFFA0\\uFFF0-\\uFFFC\\uFFFE\\uFFFF\\u{1BCA0}-\\u{1BCA3}\\u{1D159}\\u{1D173}-\\u{1D17A}',
    '\\u{E0000}-\\u{E0FFF}\\u{F0000}-\\u{10FFFF}]',
  ].join(''),
  'gu',
);

/** The token that stands for one hidden character, such as ⟨U+202E⟩. */
export function hiddenToken(character: string): string {
  return `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`;
}

/** Hidden characters as tokens; tabs and line feeds stay, CRLF counts as a line feed. */
export function visible(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(HIDDEN_CHARACTERS, hiddenToken);
}
