import { assert, constantFrom, dictionary, jsonValue, oneof, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { memberSource } from '../../../core/gateway/member-source.ts';

const source = (json: string, ...path: string[]) => memberSource(Buffer.from(json), path)?.toString();

test.each([
  ['{"params":{"arguments":{"a":1}}}', '{"a":1}'],
  ['{ "params" : { "x":[{"arguments":0}], "arguments" : [1, 2 ] } }', '[1, 2 ]'],
  ['{"params":{"name":"\\"arguments\\":5","arguments":"\\\\"}}', '"\\\\"'],
  ['{"params":{"arguments":-1.5e3,"z":1}}', '-1.5e3'],
  ['{"params":{"argu\\u006dents":true}}', 'true'],
  ['{"params":{"arguments":null}}', 'null'],
  ['{"params":{}}', undefined],
  ['{"params":[1]}', undefined],
  ['{"arguments":1}', undefined],
])('the source of params.arguments in %s', (json, expected) => {
  expect(source(json, 'params', 'arguments')).toBe(expected);
});

test('for any object and any spacing the source of a member parses to its value', () => {
  const key = oneof(
    constantFrom('a', 'b', 'params', '__proto__x'),
    string({ minLength: 1 }).filter((k) => k !== '__proto__'),
  );
  assert(
    property(dictionary(key, jsonValue()), constantFrom(undefined, 1, '\t'), (object, space) => {
      const json = Buffer.from(JSON.stringify(object, undefined, space));
      for (const [name, value] of Object.entries(object)) {
        if (JSON.stringify(name) !== `"${name}"`) continue;
        expect(JSON.parse(String(memberSource(json, [name])))).toEqual(JSON.parse(JSON.stringify(value)));
      }
    }),
  );
});
