// Who called what lately: the last calls of each client at each server, read from the index. Runs on the reader's thread.
import type { DatabaseSync } from 'node:sqlite';

/** Calls whose times a median is taken from. */
const RECENT = 100;

/** The calls of one client at one server. */
export interface ClientUse {
  readonly client: string;
  readonly server: string;
  readonly lastAt: string;
  /** Calls since the moment that was asked for. */
  readonly calls: number;
  /** The last hundred calls, newest first: when they ended and how many milliseconds they took. */
  readonly recent: readonly { readonly at: string; readonly tookMs: number }[];
}

/** One entry for each pair that ever made a call. `since`: RFC 3339, UTC. All of it is read from the index `by_use`. */
export function readClientUse(db: DatabaseSync, since: string): ClientUse[] {
  const calls = "FROM records WHERE kind = 'call.outcome' AND client = ? AND server = ?";
  const count = db.prepare(`SELECT count(*) AS n ${calls} AND at >= ?`);
  const recent = db.prepare(`SELECT at, took_ms ${calls} AND took_ms IS NOT NULL ORDER BY at DESC LIMIT ${RECENT}`);
  return db
    .prepare(
      `SELECT client, server, max(at) AS last FROM records
       WHERE kind = 'call.outcome' AND client IS NOT NULL AND server IS NOT NULL GROUP BY client, server`,
    )
    .all()
    .map((row) => {
      const [client, server] = [String(row['client']), String(row['server'])];
      return {
        client,
        server,
        lastAt: String(row['last']),
        calls: Number(count.get(client, server, since)?.['n']),
        recent: recent.all(client, server).map((call) => ({ at: String(call['at']), tookMs: Number(call['took_ms']) })),
      };
    });
}
