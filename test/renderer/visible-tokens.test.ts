import { describe, expect, it } from 'vitest';
import { visibleString, visibleText } from '../../renderer/text/visible-tokens.ts';

const HIDDEN = [
  0x00, 0x07, 0x08, 0x0b, 0x0d, 0x1b, 0x7f, 0x80, 0x9b, 0x9f, 0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x17b4, 0x180e,
  0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202e, 0x2060, 0x2064, 0x2066, 0x2069, 0x206f,
  0x2800, 0x3164, 0xfe00, 0xfe0f, 0xfeff, 0xffa0, 0xfff9, 0xfffc, 0xe000, 0xe0001, 0xe0041, 0xe007f, 0xe0100, 0xe01ef,
  0xf0000, 0x10fffd,
];

describe('foreign text', () => {
  it.each(HIDDEN)('TOOL-04 code point %i is shown as a token and counted', (point) => {
    const shown = visibleText(`a${String.fromCodePoint(point)}b`);
    const token = `⟨U+${point.toString(16).toUpperCase().padStart(4, '0')}⟩`;
    expect(shown).toEqual({
      parts: [
        { kind: 'text', text: 'a' },
        { kind: 'hidden', text: token },
        { kind: 'text', text: 'b' },
      ],
      hidden: 1,
    });
  });

  it('TOOL-03 terminal sequences leave no control character', () => {
    const shown = visibleString('\u001B[31mred\u001B]8;;http://x\u0007link\u009B2J\u0008\u007F');
    const controls = Array.from(shown).filter(
      (character) => character < ' ' || (character >= '\u007F' && character <= '\u009F'),
    );
    expect(controls).toEqual([]);
    expect(shown).toContain('⟨U+001B⟩[31mred');
  });

  it('lone surrogates are tokens, whole pairs are text', () => {
    expect(visibleString('\uD800x\u{1F600}\uDC00')).toBe('⟨U+D800⟩x\u{1F600}⟨U+DC00⟩');
  });

  it('ordinary text of any script, tabs and line feeds stay as they are', () => {
    const text = 'Grüße, 世界, مرحبا, שלום\n\tनमस्ते';
    expect(visibleText(text)).toEqual({ parts: [{ kind: 'text', text }], hidden: 0 });
  });

  it('CRLF counts as one line feed and hides nothing', () => {
    expect(visibleText('a\r\nb')).toEqual({ parts: [{ kind: 'text', text: 'a\nb' }], hidden: 0 });
  });
});
