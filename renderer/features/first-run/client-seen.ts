// Which of the clients that were written to have come back: told from live sessions by the names that clients give
// themselves. A name is a hint and never proof; nothing but a green mark depends on it. Pure.
import type { ClientInfo } from '../../../shared/model/import-result.ts';
import type { Session } from '../../../shared/model/server-status.ts';

export interface WaitedFor {
  /** Id of the client. */
  readonly client: string;
  /** Catalog names of what was written into its file. */
  readonly servers: readonly string[];
  /** Sessions that were there before the file was written. */
  readonly before: readonly string[];
}

/** Names in `initialize` that do not begin with the client's own. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  'claude-desktop': ['claude-ai'],
  vscode: ['Visual Studio Code'],
  'vscode-insiders': ['Visual Studio Code - Insiders'],
};

/** The client whose name a session's client begins with, the longest such name; undefined when none does. */
export function clientOf(
  { client }: Pick<Session, 'client'>,
  clients: readonly Pick<ClientInfo, 'id' | 'displayName'>[],
): string | undefined {
  const given = [client.name, client.title ?? ''].map(plain).filter(Boolean);
  const programs = (client.executable ?? '').split(/[/\\]/).map(plain);
  let best: { readonly id: string; readonly length: number } | undefined;
  for (const { id, displayName } of clients) {
    for (const name of [id, displayName, ...(OTHER_NAMES[id] ?? [])].map(plain)) {
      const fits = given.some((word) => word.startsWith(name)) || programs.includes(name);
      if (fits && name.length > (best?.length ?? 0)) best = { id, length: name.length };
    }
  }
  return best?.id;
}

/**
 * The session that shows that a client is back, by client id: a new one, of a server that was written, whose client has
 * sent its `initialize`. One that gives a name nobody knows counts while only one client is waited for.
 */
export function seenClients(
  sessions: readonly Session[],
  waiting: readonly WaitedFor[],
  clients: readonly Pick<ClientInfo, 'id' | 'displayName'>[],
): ReadonlyMap<string, Session> {
  const seen = new Map<string, Session>();
  for (const session of sessions) {
    if (session.protocolVersion === undefined && session.client.version === undefined) continue;
    const id = clientOf(session, clients) ?? (waiting.length === 1 ? waiting[0]?.client : undefined);
    const waited = waiting.find(({ client }) => client === id);
    if (waited?.servers.includes(session.server) === true && !waited.before.includes(session.id)) {
      seen.set(waited.client, session);
    }
  }
  return seen;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}
