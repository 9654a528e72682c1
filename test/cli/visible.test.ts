import { expect, it } from 'vitest';
import { escapeHidden, visibleLine } from '../../cli/visible.ts';

it('keeps foreign text on one line where lines mean something', () => {
  expect(visibleLine('a\r\nportolan: ok\tb\u001b[2J')).toBe('a portolan: ok b⟨U+001B⟩[2J');
});

it('escapes hidden characters in JSON without changing the document', () => {
  const value = { text: 'a\u202eb\u009b2J\u{e0041}é😀' };
  const text = escapeHidden(JSON.stringify(value));
  expect(JSON.parse(text)).toEqual(value);
  expect(text).toBe('{"text":"a\\u202eb\\u009b2J\\udb40\\udc41é😀"}');
});
