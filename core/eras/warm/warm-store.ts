// What servers answered last to the questions that every client asks first, dated, so that a client of a known server need not
// wait for it. A rebuildable cache: losing it costs one slow start. It must not know sessions.
import { StateDb, type StateDbOptions } from '../../base/state-db.ts';
import type { Era } from '../../connections/era.ts';

/** Answers are shared only where the server could not have told the askers apart. */
export interface WarmKey {
  readonly server: string;
  /** Digest of the server's endpoint as the catalog has it: a changed entry is another server. */
  readonly endpoint: string;
  /** Whose credentials reach the server. (MCP 2026-07-28, Caching: private entries) */
  readonly principal: string;
  /** What the asker speaks. */
  readonly dialect: Era;
  /** Digest of what the asker declared. */
  readonly variant: string;
}

export interface WarmAnswer {
  /** JSON text of the result, as the server sent it. */
  readonly result: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

const MIGRATIONS = [
  `CREATE TABLE answers (
     key TEXT NOT NULL,
     method TEXT NOT NULL,
     server TEXT NOT NULL,
     result TEXT NOT NULL,
     at INTEGER NOT NULL,
     PRIMARY KEY (key, method)
   ) STRICT;
   CREATE INDEX answers_by_server ON answers (server)`,
];

/** Entries that nobody asked for in a month are forgotten at the next start. */
const MAX_AGE_MS = 30 * 24 * 3_600_000;
/** A larger answer is not worth keeping in memory. */
const MAX_RESULT_CHARS = 4 * 1024 * 1024;

export class WarmStore {
  readonly #state: StateDb;
  readonly #answers = new Map<string, WarmAnswer>();
  readonly #now: () => number;

  private constructor(state: StateDb, now: () => number) {
    this.#state = state;
    this.#now = now;
    // What a power failure takes is asked for again; nobody waits for the disk.
    state.db.exec('PRAGMA synchronous = NORMAL');
    state.db.prepare('DELETE FROM answers WHERE at < ?').run(now() - MAX_AGE_MS);
    for (const row of state.db.prepare('SELECT key, method, result, at FROM answers').iterate()) {
      this.#answers.set(memoryKey(String(row['key']), String(row['method'])), {
        result: String(row['result']),
        at: Number(row['at']),
      });
    }
  }

  /** Opens or creates the cache; a damaged one is set aside. @throws PortolanError DATA_DIR_UNUSABLE, STATE_NEWER */
  static open(path: string, options: { now: () => number; logger?: StateDbOptions['logger'] }): WarmStore {
    const { now, logger } = options;
    return new WarmStore(StateDb.open(path, { migrations: MIGRATIONS, now, ...(logger && { logger }) }), now);
  }

  get(key: WarmKey, method: string): WarmAnswer | undefined {
    return this.#answers.get(memoryKey(textOf(key), method));
  }

  /** True when anything is kept for such an asker, whatever he declares. */
  knows({ server, endpoint, principal, dialect }: Omit<WarmKey, 'variant'>): boolean {
    const prefix = `${JSON.stringify([server, endpoint, principal, dialect]).slice(0, -1)},`;
    return [...this.#answers.keys()].some((name) => name.startsWith(prefix));
  }

  /** Keeps an answer; the same one again only renews its date, once a day. */
  set(key: WarmKey, method: string, result: string): void {
    if (result.length > MAX_RESULT_CHARS) {
      this.drop(key, method);
      return;
    }
    const name = memoryKey(textOf(key), method);
    const at = this.#now();
    const known = this.#answers.get(name);
    if (known?.result === result && at - known.at < 24 * 3_600_000) return;
    this.#answers.set(name, { result, at });
    this.#state.db
      .prepare('INSERT OR REPLACE INTO answers (key, method, server, result, at) VALUES (?, ?, ?, ?, ?)')
      .run(textOf(key), method, key.server, result, at);
  }

  /** Forgets one answer. */
  drop(key: WarmKey, method: string): void {
    if (!this.#answers.delete(memoryKey(textOf(key), method))) return;
    this.#state.db.prepare('DELETE FROM answers WHERE key = ? AND method = ?').run(textOf(key), method);
  }

  /** Forgets everything about a server. */
  dropServer(server: string): void {
    const prefix = `${JSON.stringify([server]).slice(0, -1)},`;
    for (const name of this.#answers.keys()) if (name.startsWith(prefix)) this.#answers.delete(name);
    this.#state.db.prepare('DELETE FROM answers WHERE server = ?').run(server);
  }

  close(): void {
    this.#state.close();
  }
}

function textOf({ server, endpoint, principal, dialect, variant }: WarmKey): string {
  return JSON.stringify([server, endpoint, principal, dialect, variant]);
}

function memoryKey(key: string, method: string): string {
  return `${key} ${method}`;
}
