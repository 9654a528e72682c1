// The canonical form against the vectors of the draft SEP-3004 and against what it must refuse.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, isPlain, MAX_STRING_UNITS, normaliseString } from '../../../core/audit/canonical-json.ts';
import { sha256Hex } from '../../../core/audit/digest.ts';

// SEP-3004, Conformance: the published two-extension record and its digest.
const TWO_EXTENSIONS = {
  tool_name: 'export',
  principal_id: 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa',
  previous_hash: null,
  outcome: 'deferred',
  occurred_at: '2026-06-06T12:00:00.000Z',
  event_type: 'tool_call',
  event_id: '99999999-9999-9999-9999-999999999999',
  extensions: {
    'runtime-security': {
      severity: 'high',
      quarantine_decision: 'quarantine',
      policy_id: 'example.org/runtime-drift@3',
      evidence_hash: 'sha256:b2c547e2c8f17eafc72ef5c2d4d7b6b4d0f7437ab52bae573a9af14ff5e2d9be',
      drift_status: 'confirmed',
    },
    'caller-governance': {
      session_id: '55555555-5555-5555-5555-555555555555',
      purpose_declared: 'reconcile June invoices',
      invoked_by_principal_id: null,
      flagged: false,
    },
  },
};

describe('AUD-12 canonical form', () => {
  test('AUD-12 the published two-extension record has the published digest', () => {
    expect(sha256Hex(canonicalJson(TWO_EXTENSIONS))).toBe(
      'f733fed9cc757165f810b778e4baba1f51a45504988e937707aaab4361b2f064',
    );
  });

  test('AUD-12 keys stand in order whatever was written before, in any order of making and with any number of shapes', () => {
    const keys = Array.from({ length: 30 }, (_, at) => `key_${String.fromCharCode(122 - (at % 26))}${at}`);
    for (const round of [1, 2, 3]) {
      for (let length = 1; length <= keys.length; length += 1) {
        const some = keys.slice(0, length);
        const given = round === 2 ? some.toReversed() : some;
        const value = Object.fromEntries(given.map((key) => [key, `${key} ${round}`]));
        const wanted = [...some].sort().map((key) => `"${key}":"${key} ${round}"`);
        expect(canonicalJson(value)).toBe(`{${wanted.join(',')}}`);
      }
    }
  });

  test('AUD-12 the same record with one extension has the digest that its reference vectors pin', () => {
    const { 'caller-governance': governance } = TWO_EXTENSIONS.extensions;
    expect(sha256Hex(canonicalJson({ ...TWO_EXTENSIONS, extensions: { 'caller-governance': governance } }))).toBe(
      'd494769c1ae442ea88dd190068747abf63c0568a3b856f85791b1a50a99d48b4',
    );
  });

  test('AUD-12 keys are sorted at every level and there is no white space', () => {
    expect(canonicalJson({ b: { z: 'x', a: true }, a: null, C: '' })).toBe('{"C":"","a":null,"b":{"a":true,"z":"x"}}');
  });

  test('AUD-12 strings are NFC and trimmed of U+0020 only', () => {
    expect(normaliseString('  e\u0301 \u00a0 ')).toBe('\u00e9 \u00a0');
    expect(normaliseString('\u3000x\u2003')).toBe('\u3000x\u2003');
    expect(canonicalJson('')).not.toBe(canonicalJson(null));
  });

  test.each([
    ['1e21', 1e21],
    ['-0', -0],
    ['a big integer', 9_007_199_254_740_993n],
    ['an array', ['a']],
    ['undefined', { a: undefined }],
    ['a tab', 'a\tb'],
    ['a trailing line feed', 'a\n'],
    ['NUL', '\0'],
    ['DEL', '\u007f'],
    ['a C1 control', '\u009b31m'],
    ['half a surrogate pair', '\ud800'],
    ['8,193 code units', 'x'.repeat(MAX_STRING_UNITS + 1)],
    ['nesting without end', nested(50)],
  ])('AUD-12 %s has no canonical form', (_, value) => {
    expect(() => canonicalJson({ value })).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  });

  test('AUD-12 whole surrogate pairs and the longest allowed string pass', () => {
    expect(canonicalJson('\u{1f6a2}')).toBe('"\u{1f6a2}"');
    expect(normaliseString('x'.repeat(MAX_STRING_UNITS))).toHaveLength(MAX_STRING_UNITS);
  });

  test('AUD-12 the short way for plain text writes what the general way writes', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'binary-ascii' }),
      fc.string({ unit: fc.constantFrom(' ', '"', 'a', '~') }),
      fc.string({ unit: fc.constantFrom(' ', '\\', '!', '\u007f', '\n', '\u00e9', 'e\u0301'), maxLength: 3 }),
    );
    fc.assert(
      fc.property(text, (value) => {
        const general = attempt(() => JSON.stringify(normaliseString(value)));
        expect(attempt(() => canonicalJson(value))).toBe(general);
        if (general !== undefined) expect(canonicalJson({ [value]: null })).toBe(`{${JSON.stringify(value)}:null}`);
        if (isPlain(value)) expect(general).toBe(`"${value}"`);
      }),
      { numRuns: 1000 },
    );
    expect([' a', 'a ', ' ', '', 'a b'].map(isPlain)).toStrictEqual([false, false, false, true, true]);
  });
});

function attempt(work: () => string): string | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function nested(depth: number): object {
  return depth === 0 ? {} : { a: nested(depth - 1) };
}
