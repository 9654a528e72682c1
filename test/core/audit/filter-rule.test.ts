// A live stream shows what a list with the same filter shows.
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { filterRule } from '../../../core/audit/filter-rule.ts';
import { AuditIndex } from '../../../core/audit/index-db.ts';
import { type IndexRow, rowSummary } from '../../../core/audit/index-row.ts';
import { parseFilter } from '../../../core/audit/parse-filter.ts';
import { tempDir } from '../../support/temp-dir.ts';

const NOW = new Date(2026, 10, 22, 12, 0, 0);
const TEXTS = ['a', 'A', 'ab', 'Äb', 'äb', 'a_b', 'a%b', 'a*', 'b\\', 'A b', 'aab', 'baa'];
const KINDS = ['call.intent', 'call.outcome', 'session.opened', 'host.started'];

const text = fc.constantFrom(...TEXTS);
const maybe = fc.option(text);
const row: fc.Arbitrary<Omit<IndexRow, 'seq' | 'id'>> = fc.record({
  at: fc.integer({ min: 0, max: 6 }).map((hours) => new Date(NOW.getTime() - hours * 1_800_000).toISOString()),
  kind: fc.constantFrom(...KINDS),
  outcome: fc.constantFrom('allowed', 'denied', 'error'),
  client: maybe,
  server: maybe,
  tool: maybe,
  session: maybe,
  method: maybe,
  request_id: maybe,
  what: text,
  took_ms: fc.constant(null),
  related: fc.constant(null),
  file: fc.constant(1),
  offset: fc.constant(0),
  length: fc.constant(1),
});

const value = fc.oneof(
  text,
  fc.constantFrom(
    '*',
    'a*',
    '*b',
    '*a*b*',
    'A*B',
    'call',
    'CALL.*',
    'call.intent',
    'Allowed',
    'den*',
    '*.*',
    'session',
  ),
);
const token = fc
  .tuple(fc.constantFrom('', 'server:', 'client:', 'kind:', 'outcome:', 'tool:', 'session:', 'odd:'), value)
  .map(([field, value]) => `${field}"${value}"`);
const time = fc.constantFrom('', ' since:1h', ' until:2h', ' since:11:30', ' until:11:00');
const filter = fc.tuple(fc.array(token, { maxLength: 3 }), time).map(([tokens, time]) => ({
  text: tokens.join(' ') + time,
}));

test('the rule and the index agree on every record and filter', () => {
  const index = AuditIndex.open(join(tempDir(), 'index.db'));
  let seq = 0;
  let matched = 0;
  fc.assert(
    fc.property(
      fc.array(row, { minLength: 1, maxLength: 8 }),
      fc.array(filter, { minLength: 20, maxLength: 20 }),
      (rows, filters) => {
        const first = seq;
        const stored = rows.map((row): IndexRow => ({ ...row, seq: (seq += 1), id: `id-${seq}` }));
        index.add(stored, { file: 1, offset: 0 });
        for (const filter of filters) {
          const { records } = index.list({ filter: parseFilter(filter, NOW), beforeSeq: undefined, limit: 1_000_000 });
          const listed = records.filter((record) => record.seq > first).map((record) => record.seq);
          const matches = filterRule(filter, NOW);
          const live = stored.map(rowSummary).filter((record) => matches(record));
          expect({ filter, seqs: live.map((record) => record.seq).toReversed() }).toEqual({ filter, seqs: listed });
          matched += live.length;
        }
      },
    ),
    { numRuns: 60 },
  );
  index.close();
  expect(matched).toBeGreaterThan(100);
});

test('a time that cannot be read is refused before anything streams', () => {
  expect(() => filterRule({ text: 'since:yesterday' }, NOW)).toThrow(
    expect.objectContaining({ code: 'INPUT_INVALID' }),
  );
});
