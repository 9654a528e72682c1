import { array, assert, constantFrom, oneof, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { decodeHeaderValue, encodeHeaderValue } from '../../../core/connections/header-value.ts';

test('FRM-18: decoding gives back every text that was encoded, and no header can break out of its line', () => {
  const piece = constantFrom('=?base64?', '?=', '\r\n', '\n', '\t', ' ', '\0', 'ä', '\u{1f600}', '\ufeff', 'a', '=');
  const text = oneof(
    string({ unit: 'binary' }),
    array(piece).map((pieces) => pieces.join('')),
  );
  assert(
    property(text, (value) => {
      const encoded = encodeHeaderValue(value);
      expect(encoded).toMatch(/^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/);
      expect(decodeHeaderValue(encoded)).toBe(value);
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ['plain', 'us-west1', 'us-west1'],
  ['inner white space', 'a b\tc', 'a b\tc'],
  ['leading space', ' a', '=?base64?IGE=?='],
  ['trailing tab', 'a\t', '=?base64?YQk=?='],
  ['empty', '', '=?base64??='],
  ['line break', 'a\r\nx-evil: 1', '=?base64?YQ0KeC1ldmlsOiAx?='],
  ['not ASCII', 'Hello, 世界', '=?base64?SGVsbG8sIOS4lueVjA==?='],
  ['looks encoded', '=?base64?SGVsbG8=?=', '=?base64?PT9iYXNlNjQ/U0dWc2JHOD0/PQ==?='],
  ['marks in capitals', '=?BASE64?SGVsbG8=?=', '=?BASE64?SGVsbG8=?='],
])('HTM-05: %s', (_name, text, value) => {
  expect(encodeHeaderValue(text)).toBe(value);
  expect(decodeHeaderValue(value)).toBe(text);
});

test.each([
  ['no base64', '=?base64?a b?='],
  ['a wrong length', '=?base64?abcde?='],
  ['padding inside', '=?base64?YQ==YQ==?='],
  ['no UTF-8', '=?base64?/w==?='],
])('a marked value with %s has no text', (_name, value) => {
  expect(decodeHeaderValue(value)).toBeUndefined();
});
