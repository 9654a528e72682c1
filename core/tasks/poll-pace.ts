// When a task is asked for next. Pure: the tracker gives the clock and the chance.
import { isFollowed, isStrange } from './reduce-task.ts';
import type { TaskRecord } from './task-record.ts';

export interface PaceRules {
  /** When the server names no pace. */
  readonly defaultMs: number;
  readonly floorMs: number;
  readonly ceilingMs: number;
  /** While the server tells changes by itself. */
  readonly safetyMs: number;
  /** Longest wait after failures. */
  readonly troubleMs: number;
  /** Share of the wait that chance may add; it never takes anything away. */
  readonly jitter: number;
}

export const PACE: PaceRules = {
  defaultMs: 5_000,
  floorMs: 1_000,
  ceilingMs: 60_000,
  safetyMs: 60_000,
  troubleMs: 300_000,
  jitter: 0.1,
};

/** A status that is not known here may never end: look at it rarely. */
const STRANGE_MS = 30_000;

/**
 * Epoch milliseconds of the next look; undefined when the task is not asked for (ended with its result known, frozen). `chance` is in [0, 1).
 * `now`: what is later than it was dated before the clock was set back. `isTold`: the server tells changes of it by
 * notifications now.
 */
export function nextPollAt(
  task: TaskRecord,
  {
    chance,
    now = Number.POSITIVE_INFINITY,
    isTold = false,
    rules = PACE,
  }: { chance: number; now?: number; isTold?: boolean; rules?: PaceRules },
): number | undefined {
  if (task.frozen === true) return undefined;
  // A result is fetched at once: the server may delete it at any time.
  if (task.result === 'wanted' && task.trouble === undefined) return task.heardAt;
  if (!isFollowed(task) && task.result !== 'wanted') return undefined;
  const from = Math.min(Math.max(task.askedAt ?? 0, task.trouble?.lastAt ?? 0, task.heardAt), now);
  const wait = waitMs(task, isTold, rules);
  const due = from + wait * (1 + rules.jitter * chance);
  return Math.max(due, task.trouble?.notBefore ?? 0);
}

function waitMs(task: TaskRecord, isTold: boolean, rules: PaceRules): number {
  const { trouble, misses } = task;
  // The second look after a miss decides; it must not come too soon.
  if (misses > 0 && trouble === undefined) return Math.max(rules.defaultMs, task.pollMs ?? 0);
  const asked = Math.min(Math.max(task.pollMs ?? rules.defaultMs, rules.floorMs), rules.ceilingMs);
  if (trouble !== undefined)
    return Math.min(asked * 2 ** Math.min(trouble.count, 10), Math.max(rules.troubleMs, asked));
  if (isStrange(task)) return Math.max(asked, STRANGE_MS);
  return isTold ? Math.max(asked, rules.safetyMs) : asked;
}
