import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_JSON_DEPTH, scanJson } from '../../../core/base/json-scan.ts';
import { memberSource } from '../../../core/base/json-splice.ts';
import { JsonValidator, type JsonVerdict, MAX_NOTED_MEMBERS } from '../../../core/base/json-validator.ts';
import { lazyObject, withMember } from '../../../core/base/lazy-object.ts';
import { jsonText, membersText, messageText } from '../../support/json-text.ts';

function judged(text: string | Buffer, slice: number): { verdict: JsonVerdict; validator: JsonValidator } {
  const validator = new JsonValidator(Buffer.from(text));
  let verdict = validator.advance(slice);
  while (verdict === 'unfinished') verdict = validator.advance(slice);
  return { verdict, validator };
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The verdict must be that of JSON.parse, and the facts those of the scan, wherever the text is cut into slices. */
function expectAgreement(text: string, slices: readonly number[]): void {
  const verdict = parses(text) ? 'valid' : 'invalid';
  for (const slice of slices) {
    const outcome = judged(text, slice);
    expect([text, slice, outcome.verdict]).toEqual([text, slice, verdict]);
    if (verdict === 'valid') expect(outcome.validator.scan).toEqual(scanJson(Buffer.from(text), 'top'));
  }
}

const SLICES = [1, 2, 3, 7, 1_000_000];

const message = messageText(
  [
    ['"jsonrpc"', '"2.0"'],
    ['"id"', '7'],
  ],
  membersText(['jsonrpc', 'id']),
);

/** Valid text with some of its pieces taken out, doubled or replaced. */
const mutated = fc
  .tuple(
    fc.oneof(jsonText, message),
    fc.array(
      fc.record({
        at: fc.nat(),
        remove: fc.nat(2),
        put: fc.constantFrom(
          '',
          '"',
          '\\',
          '\\u00',
          '{',
          '}',
          '[',
          ']',
          ',',
          ':',
          '0',
          '-',
          '.',
          'e',
          'tru',
          '\n',
          '\u0001',
          '\t',
          ' ',
          '\u00a0',
          'é',
          '"a":1',
        ),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  )
  .map(([text, edits]) =>
    edits.reduce((now, { at, remove, put }) => {
      const place = at % (now.length + 1);
      return now.slice(0, place) + put + now.slice(place + remove);
    }, text),
  )
  .filter((text) => text.isWellFormed());

describe('FRM-03 a text that is read in slices', () => {
  test('any JSON is accepted, with the facts that the scan gives', () => {
    fc.assert(
      fc.property(fc.oneof(jsonText, message), (text) => expectAgreement(text, SLICES)),
      { numRuns: 2_000 },
    );
  });

  test('broken JSON is accepted exactly where JSON.parse accepts it', () => {
    let valid = 0;
    let invalid = 0;
    fc.assert(
      fc.property(mutated, (text) => {
        if (parses(text)) valid++;
        else invalid++;
        expectAgreement(text, SLICES);
      }),
      { numRuns: 5_000 },
    );
    expect(Math.min(valid, invalid)).toBeGreaterThan(100);
  });

  test('any sequence of the characters that matter is judged as JSON.parse judges it', () => {
    const soup = fc.array(
      fc.constantFrom(...Array.from('{}[]:,"\\u0019aefnrlst+-. \n\r\t/bE'), 'true', 'null', '"a"', '1'),
      {
        maxLength: 10,
      },
    );
    fc.assert(
      fc.property(soup, (pieces) => expectAgreement(pieces.join(''), [1, 1_000])),
      { numRuns: 10_000 },
    );
  });

  test.each([
    '',
    ' ',
    '1 2',
    '01',
    '-',
    '-0',
    '1.',
    '.5',
    '1e',
    '1e+',
    '1E-07',
    '+1',
    'nul',
    'nullx',
    'NaN',
    '"\\x"',
    '"\\u12g4"',
    '"\\u1234"',
    '"\\',
    '"',
    '"\t"',
    '"\u007f"',
    '[1,]',
    '[,1]',
    '{"a":1,}',
    '{"a"}',
    '{a:1}',
    '{"a":1 "b":2}',
    '[1}',
    '{]',
    ']',
    '\ufeff1',
    '\u00a01',
    '[[]]',
    '{"a":{}}',
    '{"id":1,"id":2}',
    '{"id":1,"\\u0069d":2,"id":3}',
    '{"i\\u0064":"x"}',
    '{"id":{"id":1}}',
    '{"id":[1]}',
    '{"id":null}',
    '{"\\ud800":1,"\\ud800":2}',
    '[{"id":1}]',
    '{"__proto__":1,"__proto__":2}',
    ' {"id" : 1e400 } ',
  ])('%j', (text) => expectAgreement(text, SLICES));

  test('a deep text is refused where the scan refuses it', () => {
    for (const extra of [-1, 0, 1, 100_000]) {
      const depth = MAX_JSON_DEPTH + extra;
      const text = `${'[{"a":'.repeat(depth / 2)}${depth % 2 === 1 ? '[]' : '1'}${'}]'.repeat(depth / 2)}`;
      const expected = scanJson(Buffer.from(text), 'top').problem === 'too-deep' ? 'too-deep' : 'valid';
      expect([extra, expected]).toEqual([extra, extra > 0 ? 'too-deep' : 'valid']);
      expect([extra, judged(text, 64).verdict]).toEqual([extra, expected]);
    }
  });

  test('an object with more members than are noted is refused at the top and taken whole inside', () => {
    const many = `{${Array.from({ length: MAX_NOTED_MEMBERS + 1 }, (_, at) => `"k${at}":${at}`).join(',')}}`;
    expect(judged(many, 1_000).verdict).toBe('too-many-members');
    const { verdict, validator } = judged(`{"few":{"a":1},"result":${many},"last":[{"a":1}],"x":{"b":2}}`, 1_000);
    expect(verdict).toBe('valid');
    expect(validator.members.map(({ members }) => members?.map(({ key }) => key))).toEqual([
      ['a'],
      undefined,
      undefined,
      ['b'],
    ]);
  });
});

describe('what is known of a text that was read in slices', () => {
  test('each member stands where the text has it', () => {
    fc.assert(
      fc.property(message, fc.constantFrom(...SLICES), (text, slice) => {
        const bytes = Buffer.from(text);
        for (const { key, from, end } of judged(bytes, slice).validator.members) {
          expect(bytes.toString('utf8', from, end)).toBe(memberSource(bytes, [key])?.toString());
        }
      }),
    );
  });

  test('the object of its members is that of JSON.parse, in the same order', () => {
    fc.assert(
      fc.property(message, fc.constantFrom(...SLICES), (text, slice) => {
        const bytes = Buffer.from(text);
        const object = lazyObject(bytes, judged(bytes, slice).validator.members);
        expect(JSON.stringify(object)).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  test('of members with the same name inside the last one counts, as for JSON.parse', () => {
    const bytes = Buffer.from('{"result":{"a":1,"b":2,"a":{"c":3},"__proto__":4}}');
    const object = lazyObject(bytes, judged(bytes, 5).validator.members);
    expect(JSON.stringify(object)).toBe(JSON.stringify(JSON.parse(bytes.toString())));
    expect(Object.keys(object['result'] as object)).toEqual(['a', 'b', '__proto__']);
  });

  test('a member is parsed when it is looked at, once, and setting another looks at none', () => {
    const bytes = Buffer.from('{"id":1,"result":{"big":[1,2],"isError":false}}');
    const object = lazyObject(bytes, judged(bytes, 5).validator.members);
    const other = withMember(object, 'id', 'x');
    bytes.fill('!', bytes.indexOf('[1,2]'), bytes.indexOf('[1,2]') + 5);
    const result = other['result'] as Record<string, unknown>;
    expect([other['id'], object['id'], result['isError']]).toEqual(['x', 1, false]);
    expect(other['result']).toBe(object['result']);
    expect(() => result['big']).toThrow(SyntaxError);
  });
});
