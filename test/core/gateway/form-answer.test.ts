// Which values fit which field of a form, and which schemas are forms at all.
import { describe, expect, test } from 'vitest';
import { isFlatForm, misfitOf, suspiciousFields } from '../../../core/gateway/form-answer.ts';

const titled = [
  { const: 'r', title: 'Red' },
  { const: 'g', title: 'Green' },
];

/** A field, values that fit and values that do not. */
const FIELDS: readonly [string, object, readonly unknown[], readonly unknown[]][] = [
  ['text', { type: 'string' }, ['', 'x'], [1, null, true, [], {}]],
  ['text of a length', { type: 'string', minLength: 2, maxLength: 3 }, ['ab', 'abc', '🙂🙂'], ['', 'a', 'abcd', '🙂']],
  ['email', { type: 'string', format: 'email' }, ['a@b.c'], ['a', '@', 'a b@c', '']],
  ['uri', { type: 'string', format: 'uri' }, ['https://a.b/c', 'mailto:a@b'], ['a', '/b', '']],
  ['date', { type: 'string', format: 'date' }, ['2024-02-29'], ['2023-02-29', '2023-13-01', '1.1.2023', '2023-1-1']],
  [
    'date-time',
    { type: 'string', format: 'date-time' },
    ['2024-02-29T10:00:00Z', '2024-01-01T10:00:00.5+02:00'],
    ['2024-02-30T10:00:00Z', '2024-01-01', '2024-01-01 10:00:00Z', '2024-01-01T10:00:00'],
  ],
  ['text of an unknown format', { type: 'string', format: 'colour' }, ['anything'], [1]],
  ['number', { type: 'number', minimum: 0, maximum: 1.5 }, [0, 1.5], [-0.1, 1.6, '1', Number.NaN, Infinity]],
  ['integer', { type: 'integer', minimum: 1 }, [1, 2], [0, 1.5, '1']],
  ['boolean', { type: 'boolean' }, [true, false], ['true', 0, null]],
  ['choice', { type: 'string', enum: ['r', 'g'] }, ['r'], ['b', '', 1]],
  ['choice with titles', { type: 'string', oneOf: titled }, ['g'], ['Green', 'b']],
  [
    'choices',
    { type: 'array', minItems: 1, maxItems: 2, items: { enum: ['a', 'b', 'c'] } },
    [['a'], ['a', 'c']],
    [[], ['a', 'b', 'c'], ['a', 'a'], ['x'], 'a'],
  ],
  ['choices with titles', { type: 'array', items: { anyOf: titled } }, [[], ['r', 'g']], [['Red']]],
];

describe.each(FIELDS)('%s', (_name, field, good, bad) => {
  const schema = { type: 'object', properties: { field } };
  test('is a field of a form', () => expect(isFlatForm(schema)).toBe(true));
  test.each(good.map((value) => [value]))('takes %j', (value) =>
    expect(misfitOf({ field: value }, schema)).toBeUndefined(),
  );
  test.each(bad.map((value) => [value]))('refuses %j and names the field', (value) => {
    expect(misfitOf({ field: value }, schema)).toMatchObject({ field: 'field', why: expect.any(String) as string });
  });
});

test('required fields must be there, others may be absent, and unknown ones never fit', () => {
  const schema = { type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } }, required: ['a'] };
  expect(misfitOf({ a: 'x' }, schema)).toBeUndefined();
  expect(misfitOf({ b: 'x' }, schema)).toEqual({ field: 'a', why: 'is required' });
  expect(misfitOf({ a: 'x', c: 1 }, schema)).toEqual({ field: 'c', why: 'is not in the form' });
  expect(misfitOf({ a: 'x', toString: 1 }, schema)).toMatchObject({ field: 'toString' });
});

test.each([
  [undefined],
  [{}],
  [{ type: 'string' }],
  [{ type: 'object' }],
  [{ type: 'object', properties: { a: { type: 'object', properties: {} } } }],
  [{ type: 'object', properties: { a: { type: 'array', items: { type: 'string' } } } }],
  [{ type: 'object', properties: { a: { $ref: '#/x' } } }],
  [{ type: 'object', properties: { a: true } }],
])('%j is no form', (schema) => expect(isFlatForm(schema)).toBe(false));

test('fields that look like credentials are named', () => {
  const names = ['password', 'apiKey', 'API_KEY', 'accessToken', 'client-secret', 'pin', 'city', 'pinned', 'keyboard'];
  const properties = {
    ...Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
    x: { title: 'Your password' },
  };
  expect(suspiciousFields({ properties })).toEqual([
    'password',
    'apiKey',
    'API_KEY',
    'accessToken',
    'client-secret',
    'pin',
    'x',
  ]);
});
