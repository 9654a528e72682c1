// Waiting for a condition instead of sleeping: polls until it holds or a generous deadline passes.
import { setTimeout as delay } from 'node:timers/promises';

/** Resolves with the first truthy value of `fn`; throws after `deadlineMs` naming `what` was awaited. */
export async function until<T>(fn: () => T | Promise<T>, what: string, deadlineMs = 20_000): Promise<NonNullable<T>> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const value = await fn();
    if (value !== undefined && value !== null && value !== false) return value;
    if (performance.now() > end) throw new Error(`never happened: ${what}`);
    await delay(10);
  }
}
