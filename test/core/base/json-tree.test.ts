// Texts that people edit by hand as trees.
import { expect, test } from 'vitest';
import { membersOf, nodeAt, parseJsonTree, plainValue } from '../../../core/base/json-tree.ts';

function rootOf(text: string) {
  const result = parseJsonTree(text);
  return result.kind === 'tree' ? result.tree.root : undefined;
}

test('of duplicates the last value counts, at the place of the first', () => {
  const root = rootOf('{ "a": 1, "b": 2, "a": { "c": 3 } }');
  expect([...membersOf(root)].map(([name, { properties }]) => [name, properties.length])).toEqual([
    ['a', 2],
    ['b', 1],
  ]);
  expect(nodeAt(root, ['a', 'c'])?.value).toBe(3);
});

test('__proto__ and constructor are ordinary names', () => {
  const root = rootOf('{ "__proto__": { "polluted": true } }');
  const value = root === undefined ? undefined : plainValue(root);
  expect(JSON.stringify(value)).toBe('{"__proto__":{"polluted":true}}');
  expect(Object.getPrototypeOf(value)).toBeNull();
  expect(nodeAt(root, ['constructor'])).toBeUndefined();
});

test.each(['', ' \n', '// note', '/* a */\n// b'])('%j has no value and no error', (text) => {
  expect(parseJsonTree(text)).toEqual({
    kind: 'tree',
    tree: { root: undefined, comments: text.includes('/'), trailingComma: false },
  });
});

test.each([
  ['{ "a": 1', 'a closing brace is missing', 1, 9],
  ['{\r\n  "a" 1 }', 'a colon is missing', 2, 7],
  ['/* open', 'a comment does not end', 1, 1],
  ['[1] 2', 'there is something after the end', 1, 5],
])('%j is refused: %s', (text, message, line, column) => {
  expect(parseJsonTree(text)).toEqual({ kind: 'error', problem: 'syntax', message, line, column });
});

test('nesting is bounded before the parser sees it', () => {
  expect(parseJsonTree('['.repeat(200) + ']'.repeat(200)).kind).toBe('tree');
  expect(parseJsonTree('['.repeat(1_000_000))).toMatchObject({ kind: 'error', problem: 'too-deep', column: 201 });
});

test('what the text holds beside JSON is told', () => {
  expect(parseJsonTree('{ "a": [1,], /* c */ }')).toMatchObject({ tree: { comments: true, trailingComma: true } });
  expect(parseJsonTree('{ "a": "// no" }')).toMatchObject({ tree: { comments: false, trailingComma: false } });
});
