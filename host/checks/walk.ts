// Walks probes in their order: each gives one result with what it looked at, what was wrong and what to do next. The first failure
// ends the walk; what was not reached is reported as skipped.
import { type ErrorCode, toPortolanError } from '../../shared/errors.ts';
import type { CheckResult } from '../../shared/model/server-status.ts';

export type Finding =
  | { readonly outcome: 'ok'; readonly detail?: string }
  | { readonly outcome: 'skipped'; readonly detail: string }
  | { readonly outcome: 'warning'; readonly code: ErrorCode; readonly detail: string; readonly hint: string };

/** A probe fails by throwing a PortolanError. */
export interface Probe {
  /** Stable: programs match on it. */
  readonly id: string;
  readonly title: string;
  readonly run: () => Finding | Promise<Finding>;
  /** Tried even after a failure before it. */
  readonly isIndependent?: boolean;
}

/** Yields each result when it is known. Never throws for what a probe finds. */
export async function* walk(probes: Iterable<Probe>, signal?: AbortSignal): AsyncGenerator<CheckResult, void, void> {
  let failed = false;
  for (const { id, title, isIndependent = false, run } of probes) {
    if (signal?.aborted === true) return;
    if (failed && !isIndependent) {
      yield { id, title, outcome: 'skipped' };
      continue;
    }
    const started = performance.now();
    try {
      const finding = await run();
      yield { id, title, ...finding, tookMs: since(started) };
    } catch (error) {
      failed = true;
      const { code, message, hint } = toPortolanError(error);
      const next = hint === undefined ? {} : { hint };
      yield { id, title, outcome: 'failed', detail: message, code, ...next, tookMs: since(started) };
    }
  }
}

function since(started: number): number {
  return Math.round((performance.now() - started) * 10) / 10;
}
