// Which place a person's secrets are kept in, as state.db remembers it, and the mark by which that place is known again.
import type { VaultState } from '../../shared/model/system.ts';
import type { StateDb } from '../base/state-db.ts';

export type VaultKind = VaultState['kind'];

export interface ChosenPlace {
  readonly kind: VaultKind;
  readonly backend: string;
  /** What the item of the mark holds; empty in memory. */
  readonly mark: string;
}

export class VaultChoice {
  readonly #db: StateDb['db'];

  constructor(stateDb: StateDb) {
    this.#db = stateDb.db;
  }

  /** Undefined until something was kept or chosen. */
  get(): ChosenPlace | undefined {
    const row = this.#db.prepare('SELECT kind, backend, mark FROM vault_choice').get();
    if (row === undefined) return undefined;
    return { kind: row['kind'] as VaultKind, backend: String(row['backend']), mark: String(row['mark']) };
  }

  put({ kind, backend, mark }: ChosenPlace): void {
    this.#db
      .prepare('INSERT OR REPLACE INTO vault_choice (only, kind, backend, mark) VALUES (1, ?, ?, ?)')
      .run(kind, backend, mark);
  }
}
