import { assert, constantFrom, dictionary, jsonValue, oneof, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { deleteMember, memberSource, setMember } from '../../../core/base/json-splice.ts';

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

const set = (json: string, path: string[], value: string) => setMember(Buffer.from(json), path, value).toString();
const without = (json: string, path: string[]) => deleteMember(Buffer.from(json), path).toString();

test.each([
  ['{"a":1,"b":2}', ['a'], '9', '{"a":9,"b":2}'],
  ['{ "a" : [1, 2 ] , "b":2}', ['a'], '9', '{ "a" : 9 , "b":2}'],
  ['{}', ['a'], '9', '{"a":9}'],
  [' { }', ['a'], '9', ' {"a":9 }'],
  ['{"b":2}', ['a'], '9', '{"a":9,"b":2}'],
  ['{"p":{"m":{"x":1}}}', ['p', 'm', 'y'], '"s"', '{"p":{"m":{"y":"s","x":1}}}'],
  ['{"p":{}}', ['p', 'm', 'y'], '0', '{"p":{"m":{"y":0}}}'],
  ['{"j":1}', ['p', 'm', 'y'], '0', '{"p":{"m":{"y":0}},"j":1}'],
  ['{"p":null,"q":1}', ['p', 'm'], '0', '{"p":{"m":0},"q":1}'],
  ['{"p":{"a/b":{"\\u0061":1}}}', ['p', 'a/b', 'a'], '2', '{"p":{"a/b":{"\\u0061":2}}}'],
])('in %s the member %j set to %s leaves the rest as it is', (json, path, value, expected) => {
  expect(set(json, path, value)).toBe(expected);
});

test.each([
  ['{"a":1,"b":2}', ['a'], '{"b":2}'],
  ['{"a":1,"b":2}', ['b'], '{"a":1}'],
  ['{"a":1 , "b" : 2 }', ['b'], '{"a":1  }'],
  ['{"a":1}', ['a'], '{}'],
  ['{"p":{"m":{"x":1,"y":[{}],"z":3}}}', ['p', 'm', 'y'], '{"p":{"m":{"x":1,"z":3}}}'],
  ['{"p":{}}', ['p', 'm'], '{"p":{}}'],
  ['{"p":1}', ['p', 'm'], '{"p":1}'],
])('%s without the member %j keeps the rest as it is', (json, path, expected) => {
  expect(without(json, path)).toBe(expected);
});

test('setting and deleting any member of any object does to the value what it says', () => {
  const key = string({ minLength: 1 }).filter((k) => k !== '__proto__');
  assert(
    property(
      dictionary(key, jsonValue()),
      key,
      jsonValue(),
      constantFrom(undefined, 1),
      (object, name, value, space) => {
        const json = JSON.stringify(object, undefined, space);
        const plain = JSON.parse(json) as Record<string, unknown>;
        const source = JSON.stringify(value);
        expect(JSON.parse(set(json, [name], source))).toEqual({ ...plain, [name]: JSON.parse(source) as unknown });
        expect(JSON.parse(without(json, [name]))).toEqual(
          Object.fromEntries(Object.entries(plain).filter(([other]) => other !== name)),
        );
      },
    ),
  );
});
