// Arbitrary JSON as text, for property tests: every spelling that a sender may choose (spaces, escapes, numbers), keys that
// JavaScript objects have by birth, and no key twice in an object. On one line and without unpaired surrogates.
import * as fc from 'fast-check';

const space = fc.constantFrom('', '', '', ' ', '\t', '  ');

const number = fc.constantFrom(
  '0',
  '-0',
  '1e3',
  '1.50',
  '-12.0E-2',
  '9007199254740993',
  '12345678901234567890',
  '1e400',
);

/** A string literal of `value`, some of its characters escaped. */
function literalOf(value: string, seed: number): string {
  const plain = JSON.stringify(value);
  if (seed % 3 !== 0 || plain.includes('\\')) return plain;
  const chars = Array.from(value, (char, at) => ((at + seed) % 2 === 0 ? escaped(char) : char));
  return `"${chars.join('')}"`;
}

function escaped(char: string): string {
  return [...Array(char.length).keys()].map((at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');
}

const word = fc.oneof(
  fc.constantFrom(
    'a',
    'name',
    'arguments',
    '_meta',
    '__proto__',
    'constructor',
    'toString',
    'Name',
    'ſ',
    '\u2028',
    '😀',
  ),
  fc.string({ unit: 'binary', maxLength: 8 }).filter((text) => text.isWellFormed()),
);

const stringText = fc.tuple(word, fc.nat(5)).map(([value, seed]) => literalOf(value, seed));

/** Members as text, joined to an object with odd spacing. */
function objectOf(members: fc.Arbitrary<readonly (readonly [key: string, value: string])[]>): fc.Arbitrary<string> {
  return fc.tuple(members, space, space).map(([list, before, after]) => {
    const inside = list.map(([key, value]) => `${before}${key}${after}:${before}${value}${after}`);
    return `{${inside.join(',')}${before}}`;
  });
}

/** Members whose keys are all different; `reserved` keys are left out. */
export function membersText(
  reserved: readonly string[] = [],
  maxLength = 4,
): fc.Arbitrary<[key: string, value: string][]> {
  const key = fc.tuple(
    word.filter((name) => !reserved.includes(name)),
    fc.nat(5),
  );
  return fc
    .uniqueArray(fc.tuple(key, jsonText), { maxLength, selector: ([[name]]) => name })
    .map((list) => list.map(([[name, seed], value]) => [literalOf(name, seed), value]));
}

/** Any JSON value as text. */
export const jsonText: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom('null', 'true', 'false', '[]', '{}'),
    number,
    stringText,
    fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(' ,')}]`),
    objectOf(
      fc
        .uniqueArray(fc.tuple(fc.tuple(word, fc.nat(5)), tie('value')), { maxLength: 3, selector: ([[name]]) => name })
        .map((list) => list.map(([[name, seed], value]) => [literalOf(name, seed), value] as const)),
    ),
  ),
})).value;

/** An object of exactly these members (key and value as text) and `extra` others, in any order. */
export function messageText(
  members: readonly (readonly [key: string, value: string])[],
  extra: fc.Arbitrary<readonly (readonly [key: string, value: string])[]>,
): fc.Arbitrary<string> {
  return objectOf(
    extra.chain((more) => {
      const all = [...members, ...more];
      return fc.shuffledSubarray(all, { minLength: all.length });
    }),
  );
}
