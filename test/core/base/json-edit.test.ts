import { parse } from 'jsonc-parser';
import { expect, test } from 'vitest';
import { insertIn, removeIn, renameIn, setIn } from '../../../core/base/json-edit.ts';

const FILE = `// head
{
\t"mcpServers": {
\t\t// about a
\t\t"a": { "command": "x", "args": [] }, // beside a
\t\t"b": {
\t\t\t"command": "y" /* why */
\t\t}
\t\t// tail
\t},
\t"other": [1,2,  3]
}
`;

test('an inserted member takes the indentation of its neighbours and comments keep their places', () => {
  expect(insertIn(FILE, ['mcpServers'], [['c', { url: 'u', headers: { h: 'v' } }]])).toBe(
    FILE.replace(
      '\t\t}\n\t\t// tail',
      '\t\t},\n\t\t// tail\n\t\t"c": {\n\t\t\t"url": "u",\n\t\t\t"headers": {\n\t\t\t\t"h": "v"\n\t\t\t}\n\t\t}',
    ),
  );
});

test('a member in a one-line object stays on that line', () => {
  expect(setIn(FILE, ['mcpServers', 'a', 'cwd'], '/')).toBe(FILE.replace('"args": [] }', '"args": [], "cwd": "/" }'));
  expect(setIn('{"a":{}}', ['a', 'b'], { c: 1 })).toBe('{"a":{"b": { "c": 1 }}}');
});

test('a comma goes before a comment that follows the last value', () => {
  expect(setIn(FILE, ['mcpServers', 'b', 'cwd'], '/')).toBe(
    FILE.replace('"y" /* why */', '"y", /* why */\n\t\t\t"cwd": "/"'),
  );
});

test('an equal value changes nothing, another one only its own bytes', () => {
  expect(setIn(FILE, ['mcpServers', 'a', 'args'], [])).toBe(FILE);
  expect(setIn(FILE, ['mcpServers', 'a', 'args'], ['-y'])).toBe(FILE.replace('[]', '["-y"]'));
});

test('missing objects on the way are created in one piece', () => {
  expect(setIn('{}', ['a', 'b'], true)).toBe('{\n  "a": {\n    "b": true\n  }\n}');
  expect(setIn('{\r\n    "x": 1\r\n}\r\n', ['a', '__proto__'], true)).toBe(
    '{\r\n    "x": 1,\r\n    "a": {\r\n        "__proto__": true\r\n    }\r\n}\r\n',
  );
});

test('a trailing comma is used, not doubled', () => {
  expect(setIn('{\n  "a": 1,\n}', ['b'], 2)).toBe('{\n  "a": 1,\n  "b": 2\n}');
});

test('a removed member takes its lines along, never a comment', () => {
  expect(removeIn(FILE, ['mcpServers', 'a'])).toBe(
    FILE.replace('\t\t"a": { "command": "x", "args": [] }, // beside a', '\t\t // beside a'),
  );
  expect(removeIn(FILE, ['mcpServers', 'b'])).toBe(
    FILE.replace('[] }, // beside', '[] } // beside').replace(
      '\t\t"b": {\n\t\t\t"command": "y" /* why */\n\t\t}\n',
      '',
    ),
  );
});

test('on one line the separator goes with the member', () => {
  const line = '{ "a": 1, "b": 2, "c": 3 }';
  expect(['a', 'b', 'c'].map((name) => removeIn(line, [name]))).toEqual([
    '{ "b": 2, "c": 3 }',
    '{ "a": 1, "c": 3 }',
    '{ "a": 1, "b": 2 }',
  ]);
  expect(removeIn('{ "a": 1 }', ['a'])).toBe('{ }');
});

test('of duplicates the last is set, all are removed, all are renamed', () => {
  const twice = '{ "a": 1, "b": 2, "a": 3 }';
  expect(setIn(twice, ['a'], 4)).toBe('{ "a": 1, "b": 2, "a": 4 }');
  expect(removeIn(twice, ['a'])).toBe('{ "b": 2 }');
  expect(renameIn(twice, ['a'], 'z')).toBe('{ "z": 1, "b": 2, "z": 3 }');
});

test('__proto__ is an ordinary name', () => {
  const text = '{ "__proto__": { "a": 1 } }';
  expect(setIn(text, ['__proto__', 'a'], 2)).toBe('{ "__proto__": { "a": 2 } }');
  expect(removeIn(text, ['__proto__'])).toBe('{ }');
  expect(setIn('{}', ['__proto__'], 1)).toBe('{\n  "__proto__": 1\n}');
  expect(parse(setIn(text, ['toString'], 1))).toMatchObject({ toString: 1 });
});

test('a long list is written one item a line', () => {
  const items = Array.from({ length: 9 }, (_, index) => `argument number ${index}`);
  expect(setIn('{\n  "a": 1\n}', ['b'], items)).toBe(
    `{\n  "a": 1,\n  "b": [\n${items.map((item) => `    "${item}"`).join(',\n')}\n  ]\n}`,
  );
});

test('the plain layout writes as JSON.stringify does, with the given indentation where the text shows none', () => {
  const value = { servers: { x: { command: 'x', args: ['a', 'b'] } } };
  const rules = { layout: 'plain', unit: '\t' } as const;
  expect(setIn('{}', ['servers', 'x'], value.servers.x, rules)).toBe(JSON.stringify(value, null, '\t'));
  expect(setIn('{\n  "a": 1\n}', ['b'], [1], rules)).toBe('{\n  "a": 1,\n  "b": [\n    1\n  ]\n}');
});

test('the plain layout puts no space into a text that has none', () => {
  const rules = { layout: 'plain' } as const;
  expect(setIn('{"a":1}', ['b'], [1, 2], rules)).toBe('{"a":1,"b":[1,2]}');
  expect(setIn('{"a":{}}', ['a', 'x'], { c: 1 }, rules)).toBe('{"a":{"x":{"c":1}}}');
  expect(setIn('{"a": 1}', ['b'], [1, 2], rules)).toBe('{"a": 1, "b": [1,2]}');
});

test('every duplicate is set on request', () => {
  expect(setIn('{ "a": 1, "b": 2, "a": 3 }', ['a'], 4, { duplicates: 'all' })).toBe('{ "a": 4, "b": 2, "a": 4 }');
});

test('a text without any value gets a root behind its comments', () => {
  expect(setIn('', ['a'], 1)).toBe('{\n  "a": 1\n}\n');
  expect(setIn('// why\r\n', ['a'], 1)).toBe('// why\r\n{\r\n  "a": 1\r\n}\r\n');
  expect(() => setIn('/* open', ['a'], 1)).toThrow('valid object');
});

test('a comment that ends in odd white space stays whole', () => {
  const text = '{\n  "a": 1 // odd\u00a0\u2028\u00a0\n}';
  expect(setIn(text, ['b'], 2)).toBe('{\n  "a": 1, // odd\u00a0\u2028\u00a0\n  "b": 2\n}');
});

test('a member without a value is left out, as JSON does', () => {
  expect(setIn('{"z":1}', ['a'], { b: undefined, c: 1 })).toBe('{"z":1, "a": { "c": 1 }}');
});
