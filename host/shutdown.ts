// Leaving in order and in time: every step runs, one that fails or hangs does not keep the next from running.
import type { Logger } from '../core/base/logger.ts';

export interface ShutdownStep {
  readonly name: string;
  run(): void | Promise<void>;
}

/**
 * Runs `steps` one after the other within `deadlineMs` in all. A step may use what is left of the time, but not the
 * share of the steps behind it (each keeps `reserveMs`). Resolves with the names of steps that failed or took too long.
 */
export async function runShutdown(
  steps: readonly ShutdownStep[],
  options: { deadlineMs: number; reserveMs?: number; logger: Logger },
): Promise<readonly string[]> {
  const { deadlineMs, reserveMs = 100, logger } = options;
  const end = performance.now() + deadlineMs;
  const failed: string[] = [];
  for (const [index, step] of steps.entries()) {
    const left = Math.max(0, end - performance.now() - reserveMs * (steps.length - index - 1));
    try {
      if ((await within(step, left)) === 'done') continue;
      logger.warn('a step of the shutdown took too long', { step: step.name });
    } catch (error) {
      logger.error('a step of the shutdown failed', { step: step.name, error });
    }
    failed.push(step.name);
  }
  return failed;
}

async function within(step: ShutdownStep, ms: number): Promise<'done' | 'late'> {
  const running = step.run();
  if (running === undefined) return 'done';
  const late = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => late.resolve('late'), ms);
  try {
    return await Promise.race([running.then(() => 'done' as const), late.promise]);
  } finally {
    clearTimeout(timer);
    // A step that fails after its time must not become an unhandled rejection.
    running.catch(() => undefined);
  }
}
