// Who reaches what: the clients' live sessions and what the audit log knows of their calls, as one matrix.
import type { ClientUse } from '../core/audit/client-use.ts';
import { isModernVersion } from '../core/connections/era.ts';
import type { ConnectionCell, ConnectionMatrix } from '../shared/model/connection.ts';
import type { ServerStatus, Session } from '../shared/model/server-status.ts';
import { COMMAND_LINE, WINDOW } from './parts.ts';

const DAYS_SHOWN = 30;
const DAY_MS = 86_400_000;
/** Calls whose times make a median. */
const RECENT = 100;
const OWN_CLIENTS: ReadonlySet<string> = new Set([WINDOW.name, COMMAND_LINE.name]);

export interface MatrixSources {
  readonly now: number;
  readonly servers: readonly ServerStatus[];
  readonly sessions: readonly Session[];
  readonly uses: readonly ClientUse[];
  readonly versionOf: (session: string) => string | undefined;
}

/** Portolan's own clients are left out: they are no connections of a person's programs. */
export function connectionMatrix({ now, servers, sessions, uses, versionOf }: MatrixSources): ConnectionMatrix {
  const since = new Date(now - DAYS_SHOWN * DAY_MS).toISOString();
  const names = new Set(servers.map(({ name }) => name));
  const live = sessions.filter(({ client, server }) => !OWN_CLIENTS.has(client.name) && names.has(server));
  const used = uses.filter(
    ({ client, server, lastAt }) => !OWN_CLIENTS.has(client) && names.has(server) && lastAt >= since,
  );
  const cells = new Map<string, ConnectionCell>();
  for (const { client, server } of [...used, ...live.map((one) => ({ client: one.client.name, server: one.server }))]) {
    const key = JSON.stringify([client, server]);
    if (!cells.has(key)) cells.set(key, cellOf(client, server, live, used, versionOf));
  }
  const all = [...cells.values()];
  return {
    clients: [...new Set(all.map(({ client }) => client))]
      .map((name) => {
        const own = all.filter(({ client }) => client === name);
        const lastUseAt = latest(own.map((cell) => cell.lastUseAt));
        return {
          name,
          live: own.reduce((sum, { sessions: count }) => sum + count, 0),
          ...(lastUseAt === undefined ? {} : { lastUseAt }),
        };
      })
      .sort(mostRecent),
    servers: servers.map(({ name, protocolVersion }) => {
      const medianMs = medianOf(used.filter(({ server }) => server === name));
      return {
        name,
        era: protocolVersion === undefined ? 'unknown' : isModernVersion(protocolVersion) ? 'modern' : 'legacy',
        ...(protocolVersion === undefined ? {} : { protocolVersion }),
        ...(medianMs === undefined ? {} : { medianMs }),
        calls24h: all.filter(({ server }) => server === name).reduce((sum, { calls24h }) => sum + calls24h, 0),
      };
    }),
    cells: all,
  };
}

function cellOf(
  client: string,
  server: string,
  sessions: readonly Session[],
  uses: readonly ClientUse[],
  versionOf: (session: string) => string | undefined,
): ConnectionCell {
  const live = sessions.filter((session) => session.client.name === client && session.server === server);
  const use = uses.find((one) => one.client === client && one.server === server);
  const medianMs = medianOf(use === undefined ? [] : [use]);
  const protocolVersion = live.map(({ id }) => versionOf(id)).find((version) => version !== undefined);
  return {
    client,
    server,
    state: live.length > 0 ? 'live' : use === undefined ? 'never' : 'used',
    sessions: live.length,
    inFlight: live.reduce((sum, { inFlight }) => sum + inFlight, 0),
    calls24h: use?.calls ?? 0,
    ...(use === undefined ? {} : { lastUseAt: use.lastAt }),
    ...(medianMs === undefined ? {} : { medianMs }),
    ...(protocolVersion === undefined ? {} : { protocolVersion }),
  };
}

/** The median of the last hundred calls of all these uses together, in milliseconds. */
function medianOf(uses: readonly ClientUse[]): number | undefined {
  const recent = uses
    .flatMap((use) => use.recent)
    .sort((a, b) => (a.at < b.at ? 1 : -1))
    .slice(0, RECENT)
    .map(({ tookMs }) => tookMs)
    .sort((a, b) => a - b);
  const upper = recent[recent.length >> 1];
  const lower = recent[(recent.length - 1) >> 1];
  return upper === undefined || lower === undefined ? undefined : (upper + lower) / 2;
}

function latest(times: readonly (string | undefined)[]): string | undefined {
  return times
    .filter((time) => time !== undefined)
    .sort()
    .at(-1);
}

/** Live clients first, then by last use, then by name. */
function mostRecent(a: ConnectionMatrix['clients'][number], b: ConnectionMatrix['clients'][number]): number {
  const isLive = Number(b.live > 0) - Number(a.live > 0);
  return isLive || (b.lastUseAt ?? '').localeCompare(a.lastUseAt ?? '') || a.name.localeCompare(b.name);
}
