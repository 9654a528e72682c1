// What an authorization server writes reaches people as one short line of plain text.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanForeign } from '../../../core/base/foreign-text.ts';

test.each([
  ['OA-33: markup', '<img src=x onerror="alert(1)">Access <b>denied</b>', 'Access denied'],
  ['OA-33: markup inside markup', '<scr<script>ipt>alert(1)</script>', '‹scr ipt›alert(1)'],
  ['OA-33: colours and the cursor', '\u001b[31mdenied\u001b[0m\u001b[2J\u001b[1;1H!', 'denied!'],
  ['OA-33: a title and a link of the terminal', '\u001b]0;root\u0007a \u001b]8;;https://evil\u001b\\b', 'a b'],
  ['OA-33: eight-bit sequences', '\u009b31mred\u009d0;title\u009c', 'red'],
  ['OA-33: lines and tabs', 'one\r\n\ttwo\u2028three\u0000four', 'one two three four'],
  ['OA-33: direction and invisible characters', 'a\u202egnp.exe\u2066\u200b\u{e0041}\ufeff', 'agnp.exe'],
  ['halves of characters', 'a\ud83d b', 'a b'],
  ['a comparison is no markup', 'a < b, and c > d', 'a ‹ b, and c › d'],
  [
    'other languages',
    'Zugriff verweigert: прав нет、権限がありません',
    'Zugriff verweigert: прав нет、権限がありません',
  ],
])('%s', (_title, text, clean) => {
  expect(cleanForeign(text)).toBe(clean);
});

test('OA-33: 10 MB become 500 characters, and characters are not cut in two', () => {
  expect(cleanForeign('x'.repeat(10_000_000))).toBe(`${'x'.repeat(499)}…`);
  expect(Array.from(cleanForeign('🙂'.repeat(600)))).toHaveLength(500);
  expect(cleanForeign('x'.repeat(500))).toBe('x'.repeat(500));
  expect(cleanForeign('\u001b['.repeat(5_000_000))).toBe('');
  expect(cleanForeign('<a'.repeat(5_000_000))).toHaveLength(500);
});

test('OA-33: nothing but plain text comes out, whatever goes in', () => {
  const hostile = fc.constantFrom(
    '<',
    '>',
    '/',
    'script',
    '\u001b',
    '[',
    ']',
    '\u202e',
    '\u0007',
    '\n',
    '\ud83d',
    '…',
    'a',
    ' ',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(hostile, { maxLength: 80 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(text, (given) => {
      const clean = cleanForeign(given);
      expect(clean).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}<>]/u);
      expect(clean).toBe(clean.trim());
      expect(Array.from(clean).length).toBeLessThanOrEqual(500);
      expect(cleanForeign(clean)).toBe(clean);
    }),
  );
});
