// Follows how many sessions live and what waits for a person, across restarts of the host. Knows nothing of Electron.
import { setTimeout as delay } from 'node:timers/promises';
import type { HostClient } from '../host/control-client.ts';

const RETRY_MS = 1_000;

/** What the shell shows of the host. */
export interface Counts {
  readonly sessions: number;
  /** Ids of the questions that wait for a person. */
  readonly questions: readonly string[];
  /** How many sign-ins wait for a person. */
  readonly signIns: number;
}

/** Calls `tell` with every new state, with undefined when the host is gone; tries again until `signal` ends it. */
export async function followSessions(
  client: Pick<HostClient, 'system'>,
  tell: (counts: Counts | undefined) => void,
  signal?: AbortSignal,
): Promise<void> {
  const options = signal === undefined ? {} : { signal };
  const isOver = (): boolean => signal?.aborted === true;
  while (!isOver()) {
    try {
      const snapshot = await client.system.snapshot(undefined, options);
      let counts = {
        sessions: snapshot.sessions.length,
        questions: snapshot.questions.map(({ id }) => id),
        signIns: waiting(snapshot.signIns),
      };
      tell(counts);
      const lastEventId = snapshot.lastEventId;
      for await (const event of await client.system.events(undefined, { ...options, lastEventId })) {
        if (event.type === 'reset') break;
        if (event.type === 'sessions') counts = { ...counts, sessions: event.sessions.length };
        else if (event.type === 'questions') counts = { ...counts, questions: event.questions.map(({ id }) => id) };
        else if (event.type === 'sign-ins') counts = { ...counts, signIns: waiting(event.signIns) };
        else continue;
        tell(counts);
      }
    } catch {
      if (isOver()) return;
      tell(undefined);
      await delay(RETRY_MS, undefined, options).catch(() => undefined);
    }
  }
}

function waiting(signIns: readonly { readonly state: string }[]): number {
  return signIns.filter(({ state }) => state !== 'under-way').length;
}
