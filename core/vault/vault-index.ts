// Which secrets there are, by name: the keychain itself is never listed. Names, times and counts; never a value.
import type { StateDb } from '../base/state-db.ts';

/** `entry`: came along with an entry of the catalog; `orphan`: and that was deleted since. */
export type SecretOrigin = 'person' | 'entry' | 'orphan';

export interface IndexedSecret {
  readonly name: string;
  /** RFC 3339. */
  readonly changedAt: string;
  readonly backend: string;
  /** Empty when the value is in one item. */
  readonly generation: string;
  readonly chunks: number;
  /** Absent: as it was before, `person` for a new one. */
  readonly origin?: SecretOrigin;
}

export interface Leftover {
  readonly name: string;
  /** Empty when nobody noted it. */
  readonly backend: string;
  readonly generation: string;
  readonly chunks: number;
}

export class VaultIndex {
  readonly #db: StateDb['db'];

  constructor(stateDb: StateDb) {
    this.#db = stateDb.db;
  }

  list(): IndexedSecret[] {
    return this.#db.prepare('SELECT * FROM secrets ORDER BY name').all().map(toSecret);
  }

  get(name: string): IndexedSecret | undefined {
    const row = this.#db.prepare('SELECT * FROM secrets WHERE name = ?').get(name);
    return row === undefined ? undefined : toSecret(row);
  }

  /** In one step: `secret` is what counts now, and the chunks of the one it replaces are left over. */
  put(secret: IndexedSecret): void {
    this.#inTransaction(() => this.#put(secret));
  }

  /** All of them and what `also` writes, or nothing. */
  putAll(secrets: readonly IndexedSecret[], also?: () => void): void {
    this.#inTransaction(() => {
      for (const secret of secrets) this.#put(secret);
      also?.();
    });
  }

  remove(name: string): void {
    this.#inTransaction(() => {
      const old = this.get(name);
      if (old !== undefined && old.chunks > 0) this.addLeftover(old);
      this.#db.prepare('DELETE FROM secrets WHERE name = ?').run(name);
    });
  }

  setOrigin(name: string, origin: SecretOrigin): void {
    this.#db.prepare('UPDATE secrets SET origin = ? WHERE name = ?').run(origin, name);
  }

  addLeftover({ name, generation, chunks, backend }: Leftover): void {
    this.#db
      .prepare('INSERT OR REPLACE INTO secret_leftovers (name, generation, chunks, backend) VALUES (?, ?, ?, ?)')
      .run(name, generation, chunks, backend);
  }

  dropLeftover(name: string, generation: string): void {
    this.#db.prepare('DELETE FROM secret_leftovers WHERE name = ? AND generation = ?').run(name, generation);
  }

  /** Those in `backend`. */
  leftovers(backend: string, name?: string): Leftover[] {
    return this.#db
      .prepare(`SELECT * FROM secret_leftovers WHERE backend IN ('', :backend) AND (:name IS NULL OR name = :name)`)
      .all({ backend, name: name ?? null })
      .map((row) => ({
        name: String(row['name']),
        backend: String(row['backend']),
        generation: String(row['generation']),
        chunks: Number(row['chunks']),
      }));
  }

  #put(secret: IndexedSecret): void {
    const old = this.get(secret.name);
    this.#db
      .prepare(
        'INSERT OR REPLACE INTO secrets (name, changed_at, backend, generation, chunks, origin) VALUES (?, ?, ?, ?, ?, ?)',
      )
      .run(
        secret.name,
        secret.changedAt,
        secret.backend,
        secret.generation,
        secret.chunks,
        secret.origin ?? old?.origin ?? 'person',
      );
    this.dropLeftover(secret.name, secret.generation);
    if (old !== undefined && old.chunks > 0 && old.generation !== secret.generation) this.addLeftover(old);
  }

  #inTransaction(work: () => void): void {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#db.exec('COMMIT');
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }
}

function toSecret(row: Readonly<Record<string, unknown>>): IndexedSecret {
  return {
    name: String(row['name']),
    changedAt: String(row['changed_at']),
    backend: String(row['backend']),
    generation: String(row['generation']),
    chunks: Number(row['chunks']),
    origin: row['origin'] as SecretOrigin,
  };
}
