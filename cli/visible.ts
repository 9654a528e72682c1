// Makes characters that hide or reorder text harmless before they reach a terminal. The same characters as the window's
// renderer/text/visible-tokens.ts (a test keeps the two equal); the command line must not load the renderer.

/** Controls (tab and line feed excepted), fillers, zero-width and bidirectional marks, private use, tags, noncharacters. */
const HIDDEN = new RegExp(
  [
    '[\\u0000-\\u0008\\u000B-\\u001F\\u007F-\\u009F\\u00AD\\u034F\\u061C\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F',
    '\\u200B-\\u200F\\u2028-\\u202E\\u2060-\\u206F\\u2800\\u3164\\uD800-\\uDFFF\\uE000-\\uF8FF\\uFE00-\\uFE0F',
    '\\uFDD0-\\uFDEF\\uFEFF\\uFFA0\\uFFF0-\\uFFFC\\uFFFE\\uFFFF\\u{1BCA0}-\\u{1BCA3}\\u{1D159}\\u{1D173}-\\u{1D17A}',
    '\\u{E0000}-\\u{E0FFF}\\u{F0000}-\\u{10FFFF}]',
  ].join(''),
  'gu',
);

/** Hidden characters as ⟨U+XXXX⟩; tabs and line feeds stay, CRLF counts as a line feed. */
export function visible(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(
      HIDDEN,
      (character) => `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`,
    );
}

/** The same on one line, so that foreign text cannot pretend to be a line of Portolan's own. */
export function visibleLine(text: string): string {
  return visible(text).replaceAll(/[\n\t]+/g, ' ');
}

/** JSON text with hidden characters in their escaped form: the same document, without power over a terminal. */
export function escapeHidden(json: string): string {
  return json.replace(HIDDEN, (character) =>
    Array.from({ length: character.length }, (_, index) => unicodeEscape(character.charCodeAt(index))).join(''),
  );
}

function unicodeEscape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
