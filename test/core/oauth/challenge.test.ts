import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseChallenges, signInChallenge } from '../../../core/oauth/challenge.ts';

describe('AUT-02 reads WWW-Authenticate', () => {
  test.each<[string, [string, Record<string, string>][]]>([
    ['Bearer', [['bearer', {}]]],
    ['Bearer realm="x"', [['bearer', { realm: 'x' }]]],
    ['bearer  REALM = "x" , Error=invalid_token', [['bearer', { realm: 'x', error: 'invalid_token' }]]],
    [
      'Basic realm="a", Bearer scope="r w"',
      [
        ['basic', { realm: 'a' }],
        ['bearer', { scope: 'r w' }],
      ],
    ],
    [
      'Negotiate, Bearer scope="r"',
      [
        ['negotiate', {}],
        ['bearer', { scope: 'r' }],
      ],
    ],
    [
      'Negotiate YII=, Bearer scope="r"',
      [
        ['negotiate', {}],
        ['bearer', { scope: 'r' }],
      ],
    ],
    [
      'Negotiate YIIa/b+c==, DPoP algs="ES256"',
      [
        ['negotiate', {}],
        ['dpop', { algs: 'ES256' }],
      ],
    ],
    [
      'NTLM abc, Bearer a=b',
      [
        ['ntlm', {}],
        ['bearer', { a: 'b' }],
      ],
    ],
    ['Bearer realm="a\\"b\\\\c, Basic x=\\"y\\""', [['bearer', { realm: 'a"b\\c, Basic x="y"' }]]],
    ['Bearer a=1, a=2', [['bearer', { a: '1' }]]],
    ['Bearer a="1" b="2"', [['bearer', { a: '1', b: '2' }]]],
    [',, ,Bearer ,, a=1,,', [['bearer', { a: '1' }]]],
    [
      'Bearer resource_metadata=https://a.example/x?y=1',
      [['bearer', { resource_metadata: 'https://a.example/x?y=1' }]],
    ],
    ['Bearer a="cut', [['bearer', {}]]],
    ['Bearer a="cut\\', [['bearer', {}]]],
    ['"Bearer a=1", Basic', [['basic', {}]]],
    ['Bearer a=, b=2', [['bearer', { b: '2' }]]],
    ['a=1', []],
    ['', []],
    ['Bearer __proto__="x", constructor=y', [['bearer', { ['__proto__']: 'x', constructor: 'y' }]]],
  ])('%s', (header, expected) => {
    expect(parseChallenges(header).map(({ scheme, params }) => [scheme, Object.entries(params)])).toEqual(
      expected.map(([scheme, params]) => [scheme, Object.entries(params)]),
    );
  });

  test('a repeated header is read as one, and none as none', () => {
    expect(parseChallenges(['Basic realm="a"', 'Bearer b=c']).map(({ scheme }) => scheme)).toEqual(['basic', 'bearer']);
    expect(parseChallenges(undefined)).toEqual([]);
  });
});

test('of several challenges, the one that names the metadata says how to sign in', () => {
  const header = 'Basic realm="x", DPoP algs="ES256", Bearer resource_metadata="https://a.example/m", Bearer b=c';
  expect(signInChallenge(parseChallenges(header))?.params['resource_metadata']).toBe('https://a.example/m');
  expect(signInChallenge(parseChallenges('Basic a=b, DPoP c=d'))?.scheme).toBe('dpop');
  expect(signInChallenge(parseChallenges('Basic a=b'))).toBeUndefined();
});

describe('OA-02 a tortured header', () => {
  const piece = fc.constantFrom('Bearer', ' ', ',', '=', '"', '\\', 'realm', '\t', '/', '==', 'é', '\u0000', 'x', '()');

  test('never throws, whatever it holds', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(piece).map((all) => all.join('')),
        ),
        (header) => {
          for (const { scheme, params } of parseChallenges(header)) {
            expect(scheme).toMatch(/^[!#$%&'*+\-.^_`|~0-9a-z]+$/);
            expect(Object.getPrototypeOf(params)).toBeNull();
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('gives back what a correct header says', () => {
    const token = fc.stringMatching(/^[a-z][a-z_-]{0,9}$/);
    const text = fc.string({ maxLength: 40 }).map((value) => value.replaceAll(/[^\x20-\x7e]/g, ''));
    const challenge = fc.record({ scheme: token, params: fc.dictionary(token, text, { minKeys: 1 }) });
    fc.assert(
      fc.property(fc.array(challenge, { minLength: 1 }), (challenges) => {
        const header = challenges.map(({ scheme, params }) => `${scheme} ${written(params)}`).join(', ');
        expect(parseChallenges(header).map(({ scheme, params }) => ({ scheme, params: { ...params } }))).toEqual(
          challenges.map(({ scheme, params }) => ({ scheme, params: { ...params } })),
        );
      }),
    );
  });

  test.each([
    '"',
    '\\',
    ',',
    '=',
    'a ',
    'a=',
    '"a"=',
    'Bearer a="',
    'a/',
    'a/ ',
    'Bearer ',
    'x '.repeat(3) + '=',
    'a\t=',
  ])('64 KiB of %j takes steps in proportion to its length', (unit) => {
    // A quadratic parser needs 4,096 times as long for 64 times the text; it would not come back from this in the time of a test.
    for (let round = 0; round < 10; round += 1) parseChallenges(unit.repeat(Math.ceil((64 * 1024) / unit.length)));
  });
});

function written(params: Readonly<Record<string, string>>): string {
  return Object.entries(params)
    .map(([name, value]) => `${name}="${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`)
    .join(', ');
}
