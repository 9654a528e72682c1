// Makes characters that hide or reorder text visible. Every foreign text passes here before it is shown.
import { HIDDEN_CHARACTERS, hiddenToken } from '../../shared/hidden-characters.ts';

/** The same as one string, for titles, labels and copies. */
export { visible as visibleString } from '../../shared/hidden-characters.ts';

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

/** Splits `text` into plain parts and tokens. CRLF counts as a line feed. Linear in the length. */
export function visibleText(text: string): VisibleText {
  const source = text.replaceAll('\r\n', '\n');
  const parts: VisiblePart[] = [];
  let hidden = 0;
  let from = 0;
  for (const match of source.matchAll(HIDDEN_CHARACTERS)) {
    if (match.index > from) parts.push({ kind: 'text', text: source.slice(from, match.index) });
    parts.push({ kind: 'hidden', text: hiddenToken(match[0]) });
    from = match.index + match[0].length;
    hidden += 1;
  }
  if (from < source.length) parts.push({ kind: 'text', text: source.slice(from) });
  return { parts, hidden };
}
