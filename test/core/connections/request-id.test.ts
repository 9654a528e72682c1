import { expect, test } from 'vitest';
import { parseFrame } from '../../../core/connections/frame.ts';
import { doubleIdKey, valueKey, withId } from '../../../core/connections/request-id.ts';

test.each([
  ['1', '1.0'],
  ['1', '1e0'],
  ['"a"', '"\\u0061"'],
  ['"a/b"', '"a\\/b"'],
  ['9007199254740993', '9007199254740992'],
  ['0', '-0'],
])('%s and %s are the same id for a JSON reader', (one, other) => {
  expect(doubleIdKey(one)).toBe(doubleIdKey(other));
});

test.each([
  ['1', '"1"'],
  ['1', '2'],
  ['"a"', '"A"'],
  ['"é"', '"e"'],
  ['"__proto__"', '"constructor"'],
])('%s and %s are different ids', (one, other) => {
  expect(doubleIdKey(one)).not.toBe(doubleIdKey(other));
});

test('a key of a parsed value is that of its source text', () => {
  for (const source of ['1', '1.5', '-3', '"a"', '"\\u00e9"', '""', '1e21', '"\\ud83d\\ude00"']) {
    expect(valueKey(JSON.parse(source))).toBe(doubleIdKey(source));
  }
  expect([null, {}, undefined].map(valueKey)).toEqual([undefined, undefined, undefined]);
});

test('a response in the wanted spelling stays the same frame; in another only its id changes', () => {
  const same = parseFrame(Buffer.from('{"result": {"a" : 1},"id":1,"jsonrpc":"2.0"}'), 'server');
  expect(withId(same, '1')).toBe(same);
  const other = withId(parseFrame(Buffer.from('{"jsonrpc":"2.0","id":1,"result":{"a":1},"x":2}'), 'server'), '1.0');
  expect(other.bytes.toString()).toBe('{"jsonrpc":"2.0","id":1.0,"result":{"a":1},"x":2}');
});
