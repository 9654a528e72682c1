// Waits for a condition instead of for a time.
import { setTimeout as delay } from 'node:timers/promises';

/** Polls `fn` until it gives something truthy and returns that; fails after 20 s, naming `what`. */
export async function until<T>(fn: () => T | Promise<T>, what: string, deadlineMs = 20_000): Promise<NonNullable<T>> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const value = await fn();
    if (value) return value;
    if (performance.now() > end) throw new Error(`waited ${deadlineMs} ms in vain until ${what}`);
    await delay(10);
  }
}
