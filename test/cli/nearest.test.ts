import { expect, test } from 'vitest';
import { nearest } from '../../cli/nearest.ts';

const KNOWN = ['add', 'audit', 'call', 'list', 'remove', 'rename', 'serve', 'tools'];

test.each([
  ['lst', ['list']],
  ['lsit', ['list']],
  ['tool', ['tools']],
  ['adit', ['audit', 'add']],
  ['renmae', ['rename']],
  ['frobnicate', []],
])('%s is taken for %j', (word, expected) => {
  expect(nearest(word, KNOWN)).toEqual(expected);
});
