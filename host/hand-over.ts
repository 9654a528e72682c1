// The last steps of an old host: make room, wait for the new one, give it the bytes that were read and not forwarded.
import type { Paths } from '../core/base/paths.ts';
import { type AdoptedSession, adoptMessage, announce } from './adoptions.ts';
import { requestControl } from './control-request.ts';
import type { Health } from './control-socket.ts';

/** After this nobody came: shims that return will start a host of their own. */
const WAIT_FOR_NEW_HOST_MS = 30_000;
const POLL_MS = 15;

/**
 * Announces the sessions, runs `closeDown` (socket and lock are free after it), waits for another process at the socket
 * and posts `/adopt` to it. Never throws for a new host that does not come: the sessions' clients then start anew.
 */
export async function finishHandOver(options: {
  paths: Pick<Paths, 'runDir' | 'socket'>;
  sessions: readonly AdoptedSession[];
  closeDown(): Promise<void>;
}): Promise<void> {
  const { paths } = options;
  const sessions = options.sessions.filter(({ pending }) => pending.length > 0);
  if (sessions.length > 0)
    await announce(
      paths.runDir,
      sessions.map(({ sessionId }) => sessionId),
    );
  await options.closeDown();
  if (sessions.length === 0) return;
  const end = performance.now() + WAIT_FOR_NEW_HOST_MS;
  while (performance.now() < end) {
    if (await hasNewHost(paths.socket)) {
      await requestControl(paths.socket, 'POST', '/adopt', adoptMessage(sessions)).catch(() => undefined);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function hasNewHost(socket: string): Promise<boolean> {
  try {
    const { body } = await requestControl(socket, 'GET', '/health');
    return (JSON.parse(body) as Partial<Health>).pid !== process.pid;
  } catch {
    return false;
  }
}
