// What an older host leaves for this one at a hand-over: per session the bytes that it read and did not forward. They go
// from process to process over the socket, never through a file; the file only says which sessions to wait for, because
// a shim may be back before the old host has told. Kept until the shim comes, a minute at most.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../core/base/atomic-file.ts';
import type { Clock } from '../core/base/clock.ts';

const KEEP_MS = 60_000;
/** A shim that is back before the old host has told its bytes waits this long for them. */
const WAIT_MS = 5_000;
const FILE_NAME = 'hand-over.json';

export interface AdoptedSession {
  readonly sessionId: string;
  readonly pending: readonly Buffer[];
}

export interface Adoptions {
  /** Takes in the body of `POST /adopt`; what is not of the right shape is left out. */
  add(message: Record<string, unknown>): void;
  /** What was left for the session, once; undefined when nothing was. Waits for an announced session. */
  take(sessionId: string): Promise<readonly Buffer[] | undefined>;
  stop(): void;
}

/** Adoptions of a new host; `announced` are the session ids that `readAnnounced` gave. */
export function createAdoptions(clock: Clock, announced: readonly string[]): Adoptions {
  const kept = new Map<string, PromiseWithResolvers<readonly Buffer[] | undefined>>();
  const timers = new Set<{ cancel(): void }>();
  const later = (ms: number, fn: () => void): void => {
    const timer = clock.setTimeout(() => {
      timers.delete(timer);
      fn();
    }, ms);
    timers.add(timer);
  };
  const slot = (sessionId: string): PromiseWithResolvers<readonly Buffer[] | undefined> => {
    const known = kept.get(sessionId) ?? Promise.withResolvers<readonly Buffer[] | undefined>();
    if (!kept.has(sessionId)) later(KEEP_MS, () => kept.delete(sessionId));
    kept.set(sessionId, known);
    return known;
  };
  for (const sessionId of announced) {
    const { resolve } = slot(sessionId);
    later(WAIT_MS, () => resolve(undefined));
  }
  return {
    add: (message) => {
      for (const { sessionId, pending } of sessionsOf(message)) {
        slot(sessionId).resolve(pending.map((bytes) => Buffer.from(bytes, 'base64')));
      }
    },
    take: async (sessionId) => {
      const pending = await kept.get(sessionId)?.promise;
      kept.delete(sessionId);
      return pending;
    },
    stop: () => {
      for (const timer of timers) timer.cancel();
    },
  };
}

/** The body of `POST /adopt`. */
export function adoptMessage(sessions: readonly AdoptedSession[]): string {
  return JSON.stringify({
    sessions: sessions.map(({ sessionId, pending }) => ({
      sessionId,
      pending: pending.map((bytes) => bytes.toString('base64')),
    })),
  });
}

/** Tells the next host, before it can start, which sessions it must wait for. Ids only. */
export async function announce(runDir: string, sessionIds: readonly string[]): Promise<void> {
  await writeFileAtomic(join(runDir, FILE_NAME), JSON.stringify({ at: Date.now(), sessionIds }));
}

/** The announced session ids of the host that just left, once; none when the file is old or not readable. */
export function readAnnounced(runDir: string, now = Date.now()): readonly string[] {
  const path = join(runDir, FILE_NAME);
  try {
    const { at, sessionIds } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    rmSync(path, { force: true });
    const fresh = typeof at === 'number' && Math.abs(now - at) < KEEP_MS;
    return fresh && Array.isArray(sessionIds) ? sessionIds.filter((id) => typeof id === 'string') : [];
  } catch {
    return [];
  }
}

interface AdoptEntry {
  readonly sessionId: string;
  readonly pending: readonly string[];
}

function sessionsOf(message: Record<string, unknown>): readonly AdoptEntry[] {
  const sessions: unknown = message['sessions'];
  return Array.isArray(sessions) ? sessions.filter(isAdoptEntry) : [];
}

function isAdoptEntry(value: unknown): value is AdoptEntry {
  if (typeof value !== 'object' || value === null) return false;
  const { sessionId, pending } = value as Record<string, unknown>;
  return typeof sessionId === 'string' && Array.isArray(pending) && pending.every((item) => typeof item === 'string');
}
