import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { budgetFor, offeredName, plainToolOf } from '../../../../core/gateway/profile/offered-names.ts';

const ALLOWED = /^[A-Za-z0-9_.-]+$/;

test.each([
  ['a plain name', 'github', 'create_issue', 64, 'github__create_issue'],
  ['dots and dashes stay', 'my-files.v2', 'read.text-file', 64, 'my-files.v2__read.text-file'],
  ['more underscores in the tool', 'a', '_b__c', 64, 'a___b__c'],
  ['exactly the budget', 'abcd', 'x'.repeat(14), 20, `abcd__${'x'.repeat(14)}`],
])('%s: %s %s', (_what, server, tool, budget, name) => {
  expect(offeredName(server, tool, budget)).toBe(name);
  expect(plainToolOf(server, name)).toBe(tool);
});

test.each([
  ['longer than the budget', 'abcd', 'x'.repeat(15), 20, /^abcd__xxx_[0-9a-f]{10}$/],
  ['characters that names must not have', 'a', 'größe/lesen', 64, /^a__gr__e_lesen_[0-9a-f]{10}$/],
  ['a server whose name would be read as another’s', 'a__b', 'c', 64, /^a__b__c_[0-9a-f]{10}$/],
  ['a server that ends in an underscore', 'a_', 'b', 64, /^a___b_[0-9a-f]{10}$/],
  ['a tool that looks like a cut one', 'a', 'x_0123456789', 64, /^a__x_0123456789_[0-9a-f]{10}$/],
])('%s: cut and told apart by a hash', (_what, server, tool, budget, shape) => {
  const name = offeredName(server, tool, budget);
  expect(name).toMatch(shape);
  expect(name.length).toBeLessThanOrEqual(budget);
  expect(plainToolOf(server, name)).toBeUndefined();
});

const word = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', '_', '-', '.', '0', 'f'), minLength: 1, maxLength: 30 }),
  fc.string({ minLength: 1, maxLength: 80 }),
);
const pair = fc.tuple(word, word);

test('property 5: two tools never have one name, every name is allowed and within the budget, and a plain one leads back', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(pair, { selector: (one) => JSON.stringify(one), maxLength: 40 }),
      fc.integer({ min: 20, max: 128 }),
      (pairs, budget) => {
        const names = pairs.map(([server, tool]) => offeredName(server, tool, budget));
        expect(new Set(names).size).toBe(pairs.length);
        for (const [at, name] of names.entries()) {
          expect(name).toMatch(ALLOWED);
          expect(name.length).toBeLessThanOrEqual(budget);
          const readers = pairs.filter(([server]) => plainToolOf(server, name) !== undefined).map(([server]) => server);
          const [server, tool] = pairs[at] ?? [];
          if (name === `${server}__${tool}`)
            expect(new Set(readers)).toEqual(
              name.endsWith(tool ?? '') && readers.length > 0 ? new Set([server]) : new Set(),
            );
          else expect(readers).toEqual([]);
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('a client that takes shorter names gets them, a profile with a smaller budget keeps it', () => {
  expect([
    budgetFor('Cursor', 64),
    budgetFor('cursor-vscode', 128),
    budgetFor('Cursor', 40),
    budgetFor('other', 128),
  ]).toEqual([60, 60, 40, 128]);
});
