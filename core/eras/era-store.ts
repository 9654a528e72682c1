// Which generation each server was found to speak, kept in state.db. One row a server, valid for the endpoint it was found at.
import { createHash } from 'node:crypto';
import type { ServerEntry } from '../../shared/model/server-entry.ts';
import { objectOf, textOf } from '../base/json-object.ts';
import type { StateDb } from '../base/state-db.ts';
import { discoverResultOf } from './discover-result.ts';
import type { Verdict } from './era-probe.ts';

/** A server that is legacy today may be newer tomorrow. A modern one is that until it shows otherwise. */
const LEGACY_MS = 86_400_000;
/** A longer verdict is kept without what the server said. */
const MAX_VERDICT_CHARS = 256 * 1024;

export class EraStore {
  readonly #db: StateDb['db'];

  constructor(stateDb: StateDb) {
    this.#db = stateDb.db;
  }

  /**
   * The verdict for this entry, if one is there and holds at `now` (epoch milliseconds). `discovered` is in it as long as the server
   * has allowed: the entry has one set of credentials, so that private results are for it alone.
   */
  get(entry: ServerEntry, now: number): Verdict | undefined {
    const row = this.#db
      .prepare('SELECT decided_at, verdict FROM era_verdicts WHERE server = ? AND endpoint = ?')
      .get(entry.name, endpointDigest(entry));
    if (row === undefined) return undefined;
    const age = now - Number(row['decided_at']);
    const verdict = readVerdict(String(row['verdict']), age);
    return verdict?.era === 'legacy' && (age < 0 || age >= LEGACY_MS) ? undefined : verdict;
  }

  /** Takes the place of an earlier verdict. `now`: epoch milliseconds. */
  put(entry: ServerEntry, verdict: Verdict, now: number): void {
    // A verdict that a power failure takes is asked for again: a profile's first client need not wait for the disk, server by server.
    this.#db.exec('PRAGMA synchronous = NORMAL');
    try {
      this.#db
        .prepare('INSERT OR REPLACE INTO era_verdicts (server, endpoint, decided_at, verdict) VALUES (?, ?, ?, ?)')
        .run(entry.name, endpointDigest(entry), now, writeVerdict(verdict));
    } finally {
      this.#db.exec('PRAGMA synchronous = FULL');
    }
  }

  forget(server: string): void {
    this.#db.prepare('DELETE FROM era_verdicts WHERE server = ?').run(server);
  }
}

/** Changes with the endpoint, references in it counting as they are written. */
export function endpointDigest(entry: ServerEntry): string {
  return createHash('sha256').update(JSON.stringify(entry.endpoint)).digest('hex');
}

function writeVerdict(verdict: Verdict): string {
  if (verdict.era === 'legacy') return JSON.stringify(verdict);
  const { era, version, discovered } = verdict;
  const text = JSON.stringify({ era, version, discovered: discovered?.raw });
  return text.length > MAX_VERDICT_CHARS ? JSON.stringify({ era, version }) : text;
}

function readVerdict(text: string, age: number): Verdict | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { era, version, discovered: raw } = objectOf(value) ?? {};
  if (era === 'legacy') return { era };
  const name = textOf(version);
  if (era !== 'modern' || name === undefined) return undefined;
  const discovered = discoverResultOf(raw);
  const isFresh = discovered !== undefined && age >= 0 && age < discovered.ttlMs;
  return { era, version: name, ...(isFresh ? { discovered } : {}) };
}
