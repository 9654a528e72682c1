// When a task is asked for next: at the server's pace, never early, slower when something is wrong.
import { assert, double, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextPollAt, PACE } from '../../../core/tasks/poll-pace.ts';
import { createTask, reduceTask } from '../../../core/tasks/reduce-task.ts';
import type { TaskRecord } from '../../../core/tasks/task-record.ts';

const START = 1_000_000;
const NEVER_EARLY = { chance: 0 };

function task(pollMs?: number, status = 'working'): TaskRecord {
  const origin = {
    id: 'a',
    server: 's',
    principal: 'local',
    wire: 'legacy',
    taskId: 't',
    tool: 'slow',
    argsDigest: '',
    client: 'c',
    receivedAt: START,
  } as const;
  return createTask(origin, { status, ttlMs: null, ...(pollMs !== undefined && { pollMs }) });
}

describe('the pace', () => {
  it('TSK-03 is the server’s within limits, and five seconds when it names none', () => {
    expect(nextPollAt(task(), NEVER_EARLY)).toBe(START + PACE.defaultMs);
    expect(nextPollAt(task(7_000), NEVER_EARLY)).toBe(START + 7_000);
    expect(nextPollAt(task(1), NEVER_EARLY)).toBe(START + PACE.floorMs);
    expect(nextPollAt(task(10_000_000), NEVER_EARLY)).toBe(START + PACE.ceilingMs);
  });

  it('counts from the last look and is never early, whatever chance says', () => {
    assert(
      property(integer({ min: 0, max: 100_000 }), double({ min: 0, max: 0.999, noNaN: true }), (pollMs, chance) => {
        const asked = reduceTask(task(pollMs), { kind: 'asked', at: START + 500 });
        const due = nextPollAt(asked, { chance }) ?? 0;
        const wait = Math.min(Math.max(pollMs, PACE.floorMs), PACE.ceilingMs);
        expect(due).toBeGreaterThanOrEqual(START + 500 + wait);
        expect(due).toBeLessThanOrEqual(START + 500 + wait * (1 + PACE.jitter));
      }),
    );
  });

  it('slows down by failures, and waits as long as the server has asked', () => {
    let failing = task(1_000);
    const waits = [1, 2, 3, 4].map(() => {
      failing = reduceTask(failing, { kind: 'failed-to-ask', at: START, trouble: 'transport' });
      return (nextPollAt(failing, NEVER_EARLY) ?? 0) - START;
    });
    expect(waits).toEqual([2_000, 4_000, 8_000, 16_000]);
    const told = reduceTask(task(1_000), { kind: 'failed-to-ask', at: START, trouble: 'busy', retryAfterMs: 120_000 });
    expect(nextPollAt(told, NEVER_EARLY)).toBe(START + 120_000);
  });

  it('is slow for a status that is not known, and while the server tells changes by itself', () => {
    expect(nextPollAt(task(1_000, 'pondering'), NEVER_EARLY)).toBe(START + 30_000);
    expect(nextPollAt(task(1_000), { chance: 0, isTold: true })).toBe(START + PACE.safetyMs);
  });

  it('fetches a result at once, ends with it, and rests while another person is signed in', () => {
    const done = task(undefined, 'completed');
    expect(nextPollAt(done, NEVER_EARLY)).toBe(START);
    const kept = reduceTask(done, { kind: 'result', at: START, outcome: 'stored' });
    expect(nextPollAt(kept, NEVER_EARLY)).toBeUndefined();
    expect(
      nextPollAt(reduceTask(task(), { kind: 'principal', at: START, principal: 'eve' }), NEVER_EARLY),
    ).toBeUndefined();
  });
});
