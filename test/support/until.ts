// Waits for a condition by asking again and again, with a generous deadline, instead of sleeping for a guessed time.
import { setTimeout } from 'node:timers/promises';

const DEADLINE_MS = 20_000;

/** Resolves with the first answer of `fn` that is neither false nor undefined. Fails, naming `what`, after 20 s. */
export async function until<T>(fn: () => T | Promise<T>, what: string): Promise<Exclude<T, false | undefined>> {
  for (const end = Date.now() + DEADLINE_MS; ; await setTimeout(5)) {
    const value = await fn();
    if (value !== false && value !== undefined) return value as Exclude<T, false | undefined>;
    if (Date.now() > end) throw new Error(`waited too long for: ${what}`);
  }
}
