import { describe, expect, it } from 'vitest';
import { filterWords, matchesFilter } from '../../renderer/features/activity/record-filter.ts';
import type { AuditSummary } from '../../shared/model/audit-record.ts';

const RECORD: AuditSummary = {
  seq: 7,
  id: 'r7',
  at: '2026-11-22T14:00:00.000Z',
  kind: 'call.outcome',
  outcome: 'error',
  client: 'Cursor',
  server: 'github',
  what: 'search_issues',
};

describe('the filter of the record list', () => {
  it('splits field words, quoted words and plain words', () => {
    const { words, fields } = filterWords('server:github "two words" odd:thing client:"VS Code" x');
    expect(words).toEqual(['two words', 'odd:thing', 'x']);
    expect([...fields]).toEqual([
      ['server', ['github']],
      ['client', ['vs code']],
    ]);
  });

  it.each([
    ['', true],
    ['server:github', true],
    ['server:git', false],
    ['server:git*', true],
    ['server:sentry server:github', true],
    ['kind:call', true],
    ['kind:call.intent', false],
    ['outcome:error issues', true],
    ['outcome:allowed', false],
    ['tool:search_*', true],
    ['since:14:00', true],
    ['until:14:00', false],
    ['server:[x', false],
  ])('%j: %s', (text, fits) => {
    expect(matchesFilter(RECORD, { text })).toBe(fits);
  });

  it('kinds and outcomes of the selects count too', () => {
    expect(matchesFilter(RECORD, { kinds: ['call.intent'] })).toBe(false);
    expect(matchesFilter(RECORD, { outcomes: ['error'], kinds: ['call.outcome'] })).toBe(true);
  });
});
