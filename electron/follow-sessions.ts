// Follows how many sessions live, across restarts of the host. Knows nothing of Electron.
import { setTimeout as delay } from 'node:timers/promises';
import type { HostClient } from '../host/control-client.ts';

const RETRY_MS = 1_000;

/** Calls `tell` with every new count, with undefined when the host is gone; tries again until `signal` ends it. */
export async function followSessions(
  client: Pick<HostClient, 'system'>,
  tell: (sessions: number | undefined) => void,
  signal?: AbortSignal,
): Promise<void> {
  const options = signal === undefined ? {} : { signal };
  const isOver = (): boolean => signal?.aborted === true;
  while (!isOver()) {
    try {
      const snapshot = await client.system.snapshot(undefined, options);
      tell(snapshot.sessions.length);
      const lastEventId = snapshot.lastEventId;
      for await (const event of await client.system.events(undefined, { ...options, lastEventId })) {
        if (event.type === 'sessions') tell(event.sessions.length);
        else if (event.type === 'reset') break;
      }
    } catch {
      if (isOver()) return;
      tell(undefined);
      await delay(RETRY_MS, undefined, options).catch(() => undefined);
    }
  }
}
