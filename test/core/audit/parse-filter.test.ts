// The filter language.
import { describe, expect, test } from 'vitest';
import { parseFilter } from '../../../core/audit/parse-filter.ts';

const NOW = new Date(2026, 10, 22, 12, 0, 0);
const parse = (text: string): ReturnType<typeof parseFilter> => parseFilter({ text }, NOW);

describe('parseFilter', () => {
  test('words and fields come apart; the same field twice means either', () => {
    expect(parse('create server:github issue SERVER:gitlab "two words" client:"Claude Desktop" odd:word')).toEqual({
      words: ['create', 'issue', 'two words', 'odd:word'],
      conditions: [
        { field: 'server', anyOf: ['github', 'gitlab'] },
        { field: 'client', anyOf: ['Claude Desktop'] },
      ],
    });
  });

  test('the fields of the filter itself narrow further', () => {
    expect(
      parseFilter({ text: 'server:a', server: 'b', kinds: ['call.intent'], outcomes: [] }, NOW).conditions,
    ).toEqual([
      { field: 'server', anyOf: ['a'] },
      { field: 'kind', anyOf: ['call.intent'] },
      { field: 'server', anyOf: ['b'] },
    ]);
  });

  test.each([
    ['since:11:00', new Date(2026, 10, 22, 11)],
    ['since:14:00', new Date(2026, 10, 21, 14)],
    ['since:2026-11-20', new Date(2026, 10, 20)],
    ['since:2026-11-20T08:30', new Date(2026, 10, 20, 8, 30)],
    ['since:2026-11-20T08:30:00Z', new Date('2026-11-20T08:30:00Z')],
    ['since:90m', new Date(2026, 10, 22, 10, 30)],
    ['since:7d', new Date(NOW.getTime() - 7 * 86_400_000)],
  ])('%s is a moment', (text, expected) => {
    expect(parse(text).since).toBe(expected.toISOString());
  });

  test('until a day takes the whole day in', () => {
    expect(parse('until:2026-11-20').until).toBe(new Date(2026, 10, 21).toISOString());
    expect(parse('until:14:00').until).toBe(new Date(2026, 10, 22, 14).toISOString());
  });

  test.each(['since:yesterday', 'until:25:00', 'since:2026-99-99T99:99'])('%s is refused', (text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  });
});
