// What a tool promises and what it gives: told when it differs, and never at the cost of the host.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../core/base/clock.ts';
import { structuredContentProblem } from '../../host/structured-content.ts';

const problem = (schema: unknown, content: unknown, timeMs = 30_000) =>
  structuredContentProblem(schema, content, systemClock, timeMs);

const DRAFT_2020 = 'https://json-schema.org/draft/2020-12/schema';
const DRAFT_07 = 'http://json-schema.org/draft-07/schema#';

describe('structuredContentProblem', () => {
  it.each<[string, object, unknown, string | undefined]>([
    [
      'TOL-06: what fits',
      { type: 'object', required: ['n'], properties: { n: { type: 'number' } } },
      { n: 1 },
      undefined,
    ],
    [
      'TOL-06: a missing member',
      { type: 'object', required: ['n'] },
      {},
      "(as a whole): it must have required property 'n'",
    ],
    [
      'TOL-06: a wrong type inside',
      { properties: { a: { items: { type: 'string' } } } },
      { a: ['x', 2] },
      '(/a/1): it must be string',
    ],
    ['TOL-06: content that is no object', { type: 'array', items: { type: 'integer' } }, [1, 2], undefined],
    ['TOL-06: null is content', { type: 'object' }, null, 'it must be object'],
    [
      'TOL-09: prefixItems holds without a dialect named',
      { prefixItems: [{ type: 'string' }] },
      [1],
      '(/0): it must be string',
    ],
    ['TOL-09: prefixItems holds in 2020-12', { $schema: DRAFT_2020, prefixItems: [{ type: 'string' }] }, [1], '(/0)'],
    [
      'TOL-09: items of draft-07 are those of draft-07',
      { $schema: DRAFT_07, items: [{ type: 'string' }] },
      [1],
      '(/0)',
    ],
    [
      'TOL-09: prefixItems means nothing in draft-07',
      { $schema: DRAFT_07, prefixItems: [{ type: 'string' }] },
      [1],
      undefined,
    ],
    [
      'TOL-09: an unknown dialect',
      { $schema: 'https://example.com/own' },
      {},
      'not checked: its schema is written in a dialect that is not known here: "https://example.com/own"',
    ],
    ['TOL-09: a dialect that is no text', { $schema: 7 }, {}, 'dialect that is not known here'],
    ['a schema that is none', { type: 'thing' }, {}, 'not checked: its schema is not valid'],
    ['an unknown keyword and format are annotations', { 'x-own': 1, type: 'string', format: 'phone' }, 'x', undefined],
    [
      'names that every object has',
      { properties: { constructor: { type: 'number' } }, required: ['toString'] },
      {},
      'toString',
    ],
  ])('%s', async (_title, schema, content, expected) => {
    const found = await problem(schema, content);
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(expected);
  });

  it('TOL-07: what a schema refers to on the network is neither fetched nor waited for', async () => {
    let asked = 0;
    const server = createServer((_request, response) => {
      asked += 1;
      response.end('{}');
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/schema.json`;
    for (const schema of [
      { $ref: url },
      { properties: { a: { $ref: `${url}#/x` } } },
      { allOf: [{ $ref: 'file:///etc/passwd' }] },
    ]) {
      expect(await problem(schema, { a: 1 })).toContain('refers to something outside of itself, which is not fetched');
    }
    expect(await problem({ $id: url, $ref: '#/$defs/n', $defs: { n: { type: 'number' } } }, 'x')).toContain(
      'must be number',
    );
    expect(await problem({ $schema: url }, 1)).toContain('dialect');
    expect(await problem({ $dynamicRef: url }, 1)).toContain('not checked: its schema is not valid');
    expect(asked).toBe(0);
  });

  it.each<[string, unknown, unknown, string]>([
    ['65 levels', nested(65), {}, 'its schema is nested deeper than 64 levels'],
    ['a hundred thousand levels', nested(100_000), {}, 'its schema is nested deeper than 64 levels'],
    ['10,001 parts', { anyOf: Array.from({ length: 10_000 }, () => ({})) }, {}, 'its schema has more than 10000 parts'],
    ['a schema of more than 1 MiB', { description: 'x'.repeat(1024 * 1024) }, {}, 'its schema is larger than 1 MiB'],
    ['content of more than 8 MiB', {}, 'x'.repeat(8 * 1024 * 1024), 'it is larger than 8 MiB'],
  ])('TOL-08: %s is not checked', async (_title, schema, content, expected) => {
    expect(await problem(schema, content)).toContain(`not checked: ${expected}`);
  });

  it('TOL-08: 64 levels are checked', async () => {
    expect(await problem(nested(64), {})).toBeUndefined();
  });

  it('TOL-08: an expression without end, and references that double at each step, end in time', async () => {
    const expression = { type: 'string', pattern: '^(a+)+$' };
    expect(await problem(expression, `${'a'.repeat(60)}!`, 200)).toContain('not checked: it takes too long');
    const $defs = Object.fromEntries(
      Array.from({ length: 40 }, (_, n) => [
        `d${n}`,
        { allOf: [{ $ref: `#/$defs/d${n + 1}` }, { $ref: `#/$defs/d${n + 1}` }] },
      ]),
    );
    const doubling = { $ref: '#/$defs/d0', $defs: { ...$defs, d40: { type: 'object' } } };
    expect(await problem(doubling, {}, 200)).toContain('not checked: it takes too');
  });
});

function nested(levels: number): object {
  let schema: object = {};
  for (let level = 1; level < levels; level += 1) schema = { items: schema };
  return schema;
}
