import { expect, it } from 'vitest';
import { escapeHidden, visible, visibleLine } from '../../cli/visible.ts';
import { visibleString } from '../../renderer/text/visible-tokens.ts';

const ALL = Array.from({ length: 0x110000 }, (_, point) => String.fromCodePoint(point));

it('treats every code point as the window does', () => {
  expect(ALL.filter((character) => visible(character) !== visibleString(character))).toEqual([]);
});

it('keeps foreign text on one line where lines mean something', () => {
  expect(visibleLine('a\r\nportolan: ok\tb\u001b[2J')).toBe('a portolan: ok b⟨U+001B⟩[2J');
});

it('escapes hidden characters in JSON without changing the document', () => {
  const value = { text: 'a\u202eb\u009b2J\u{e0041}é😀' };
  const text = escapeHidden(JSON.stringify(value));
  expect(JSON.parse(text)).toEqual(value);
  expect(text).toBe('{"text":"a\\u202eb\\u009b2J\\udb40\\udc41é😀"}');
});
