import { expect, test } from 'vitest';
import { RetryBudget } from '../../../core/connections/retry-budget.ts';
import { ManualClock } from '../../support/manual-clock.ts';

function taken(budget: RetryBudget, tries: number): number {
  let count = 0;
  for (let i = 0; i < tries; i++) if (budget.take()) count++;
  return count;
}

test.each([
  [0, 3],
  [1, 3],
  [15, 3],
  [20, 4],
  [500, 100],
])('PRX-03: after %i requests there are %i repeats', (requests, repeats) => {
  const budget = new RetryBudget(new ManualClock());
  for (let i = 0; i < requests; i++) budget.noteRequest();
  expect(taken(budget, 1_000)).toBe(repeats);
});

test('PRX-03: what was more than a minute ago counts no more, neither requests nor repeats', () => {
  const clock = new ManualClock();
  const budget = new RetryBudget(clock);
  for (let i = 0; i < 100; i++) budget.noteRequest();
  expect(taken(budget, 15)).toBe(15);
  clock.advance(30_000);
  expect(taken(budget, 100)).toBe(5);
  clock.advance(30_000);
  expect(taken(budget, 100)).toBe(0);
  clock.advance(60_000);
  expect(taken(budget, 100)).toBe(3);
});
