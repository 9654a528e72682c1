// When a failing server may be started again.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  afterFailure,
  decideStart,
  NO_HISTORY,
  type RestartHistory,
} from '../../../core/connections/restart-policy.ts';

describe('decideStart', () => {
  test('a healthy server may be started by any number of clients at once', () => {
    expect(decideStart(NO_HISTORY, 0, 1_000)).toEqual({ kind: 'start' });
  });

  test('after a failure at most five starts are under way', () => {
    const failed = afterFailure(NO_HISTORY, 0, 10);
    expect(decideStart(failed, 10, 3)).toEqual({ kind: 'start' });
    expect(decideStart(failed, 10, 4)).toMatchObject({ kind: 'wait' });
  });

  test('after a back-off one start is on trial at a time', () => {
    const held: RestartHistory = { failedStarts: [1, 2, 3, 4, 5], level: 1, notBefore: 20_000 };
    expect(decideStart(held, 19_999, 0)).toEqual({ kind: 'wait', waitMs: 1, why: 'backing-off' });
    expect(decideStart(held, 20_000, 0)).toEqual({ kind: 'start' });
    expect(decideStart(held, 20_000, 1)).toMatchObject({ kind: 'wait', why: 'trial-running' });
  });
});

describe('afterFailure', () => {
  test('SUP-10: never more than five starts in any ten seconds, never more than a minute to wait, whatever the draws', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 0.999, noNaN: true })), fc.nat(3_000), (draws, runMs) => {
        let history = NO_HISTORY;
        let now = 0;
        const starts: number[] = [];
        for (let i = 0; i < 60; i += 1) {
          const decision = decideStart(history, now, 0);
          if (decision.kind === 'wait') {
            expect(decision.waitMs).toBeLessThanOrEqual(60_000);
            now += decision.waitMs;
          }
          starts.push(now);
          now += runMs;
          history = afterFailure(history, now - runMs, now, () => draws[i % draws.length] ?? 0);
        }
        for (const [i, at] of starts.entries()) expect((starts[i + 5] ?? Infinity) - at).toBeGreaterThanOrEqual(10_000);
      }),
    );
  });

  test('waits grow to a minute', () => {
    let history = NO_HISTORY;
    let now = 0;
    for (let i = 0; i < 20; i += 1) {
      now = Math.max(now, history.notBefore);
      history = afterFailure(history, now, now, () => 0.999);
    }
    expect(history.notBefore - now).toBe(59_940);
  });

  test('SUP-11: a run of a minute counts as the first failure of a new history', () => {
    const held: RestartHistory = { failedStarts: [1, 2, 3, 4, 5], level: 4, notBefore: 20_000 };
    expect(afterFailure(held, 30_000, 90_000)).toEqual({ failedStarts: [30_000], level: 0, notBefore: 0 });
    expect(afterFailure(held, 30_000, 89_999, () => 0).level).toBe(5);
  });
});
