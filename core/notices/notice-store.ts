// What has been told, in state.db: nobody is told the same twice, whatever host runs.
import type { StateDb } from '../base/state-db.ts';

export class NoticeStore {
  readonly #db: StateDb['db'];

  constructor(stateDb: StateDb) {
    this.#db = stateDb.db;
  }

  /** True when it was told at `since` or later (epoch milliseconds; 0: ever). */
  isTold(key: string, since = 0): boolean {
    return this.#db.prepare('SELECT 1 FROM notices_told WHERE key = ? AND at >= ?').get(key, since) !== undefined;
  }

  note(keys: readonly string[], at: number): void {
    const put = this.#db.prepare('INSERT OR REPLACE INTO notices_told (key, at) VALUES (?, ?)');
    for (const key of keys) put.run(key, at);
  }

  /** Lets it be told again. */
  forget(key: string): void {
    this.#db.prepare('DELETE FROM notices_told WHERE key = ?').run(key);
  }

  /** Forgets all that was told before `before` (epoch milliseconds). */
  prune(before: number): void {
    this.#db.prepare('DELETE FROM notices_told WHERE at < ?').run(before);
  }
}
