// When a server that keeps failing may be started again. Pure: the caller keeps the history and says what time it is.
//
// Starts that went well never count: any number of clients may open a healthy server at once. What counts is a run that
// ended by itself within a minute. Figures after systemd's start limit (StartLimitBurst=5, StartLimitIntervalSec=10s).
import { type Backoff, backoffMs } from '../base/backoff.ts';

const MAX_FAILED_STARTS = 5;
const WINDOW_MS = 10_000;
/** A run this long proves the server good: whatever happened before is forgotten. */
export const PROVEN_MS = 60_000;
const BACKOFF: Backoff = { baseMs: 1_000, capMs: 60_000 };

/** All times are milliseconds of one monotonic clock. */
export interface RestartHistory {
  /** When the latest failed runs had been started, oldest first, at most MAX_FAILED_STARTS. */
  readonly failedStarts: readonly number[];
  /** How often in a row the limit was hit; 0 while starts are free. */
  readonly level: number;
  /** No start before this time. */
  readonly notBefore: number;
}

export const NO_HISTORY: RestartHistory = { failedStarts: [], level: 0, notBefore: 0 };

export type StartDecision =
  | { readonly kind: 'start' }
  | { readonly kind: 'wait'; readonly waitMs: number; readonly why: 'backing-off' | 'trial-running' };

/**
 * May a start happen now? After a back-off one start is let through as a trial.
 * @param unproven runs going on that have not answered their handshake yet
 */
export function decideStart(history: RestartHistory, now: number, unproven: number): StartDecision {
  if (now < history.notBefore) return { kind: 'wait', waitMs: history.notBefore - now, why: 'backing-off' };
  if (history.failedStarts.length === 0) return { kind: 'start' };
  const burst = history.level > 0 ? 1 : MAX_FAILED_STARTS;
  const recent = history.level > 0 ? 0 : history.failedStarts.filter((at) => now - at < WINDOW_MS).length;
  if (recent + unproven >= burst) return { kind: 'wait', waitMs: 0, why: 'trial-running' };
  return { kind: 'start' };
}

/** The history after a run that began at `startedAt` ended by itself at `now`. */
export function afterFailure(
  history: RestartHistory,
  startedAt: number,
  now: number,
  random: () => number = Math.random,
): RestartHistory {
  const before = now - startedAt >= PROVEN_MS ? NO_HISTORY : history;
  const failedStarts = [...before.failedStarts, startedAt].sort((a, b) => a - b).slice(-MAX_FAILED_STARTS);
  const oldest = failedStarts[0] ?? startedAt;
  const limitHit = failedStarts.length === MAX_FAILED_STARTS && now - oldest < WINDOW_MS;
  if (!limitHit && before.level === 0) return { ...before, failedStarts };
  const level = before.level + 1;
  // Full jitter may draw a wait near zero; the window must hold all the same.
  const windowEnds = limitHit ? oldest + WINDOW_MS : now;
  return { failedStarts, level, notBefore: Math.max(windowEnds, now + Math.ceil(backoffMs(level, BACKOFF, random))) };
}
