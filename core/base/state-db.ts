// state.db: opening it safely. Migrations run forward only, a newer schema is refused, a damaged file is set aside.
// What the tables mean belongs to their owners.
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { PortolanError } from '../../shared/errors.ts';
import { errnoSentence } from './errno.ts';
import { STATE_MIGRATIONS } from './state-migrations.ts';

export interface StateDbOptions {
  readonly logger?: { warn(message: string, fields?: Readonly<Record<string, unknown>>): void };
  readonly migrations?: readonly string[];
  /** Epoch milliseconds, for the name of a damaged file. */
  readonly now?: () => number;
}

const SIDE_FILES = ['-wal', '-shm', '-journal'] as const;
/** https://www.sqlite.org/rescode.html: primary result codes. */
const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;

export class StateDb {
  readonly path: string;
  readonly db: DatabaseSync;
  /** Where the damaged file went, when one had to be set aside at this opening. */
  readonly quarantined: string | undefined;

  private constructor(path: string, db: DatabaseSync, quarantined: string | undefined) {
    this.path = path;
    this.db = db;
    this.quarantined = quarantined;
  }

  /**
   * Opens or creates the database (mode 0600, WAL, synchronous=FULL) and migrates it, keeping a copy of the old one beside
   * it as `<path>.v<version>.backup`. A damaged file is renamed to `<path>.damaged-<time>` and a fresh one takes its place.
   * Throws STATE_NEWER (nothing is written then) and DATA_DIR_UNUSABLE.
   */
  static open(path: string, options: StateDbOptions = {}): StateDb {
    const migrations = options.migrations ?? STATE_MIGRATIONS;
    try {
      return new StateDb(path, openChecked(path, migrations), undefined);
    } catch (error) {
      if (error instanceof PortolanError) throw error;
      if (!isDamage(error)) throw unusable(path, error);
      const reason = errnoText(error);
      const aside = quarantine(path, options.now?.() ?? Date.now());
      options.logger?.warn('the state database was damaged and has been set aside', { path: aside, reason });
      return new StateDb(path, reopen(path, migrations), aside);
    }
  }

  /** An empty one that is gone with the process and has no file. */
  static inMemory(): StateDb {
    const db = new DatabaseSync(':memory:');
    for (const step of STATE_MIGRATIONS) db.exec(step);
    return new StateDb('', db, undefined);
  }

  close(): void {
    if (this.db.isOpen) this.db.close();
  }
}

/** What is wrong with a file that SQLite itself would accept. */
class Damage extends Error {}

function reopen(path: string, migrations: readonly string[]): DatabaseSync {
  try {
    return openChecked(path, migrations);
  } catch (error) {
    throw error instanceof PortolanError ? error : unusable(path, error);
  }
}

function openChecked(path: string, migrations: readonly string[]): DatabaseSync {
  // Created here so that it is private from its first moment; SQLite's side files take over its mode.
  closeSync(openSync(path, 'a', 0o600));
  const db = new DatabaseSync(path, { timeout: 5_000 });
  try {
    db.exec('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA foreign_keys = ON');
    const version = versionOf(db);
    if (version > migrations.length) throw newer(path, version, migrations.length);
    checkIntegrity(db, version, migrations);
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    migrate(db, path, version, migrations);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function checkIntegrity(db: DatabaseSync, version: number, migrations: readonly string[]): void {
  const row = db.prepare('PRAGMA quick_check(1)').get();
  if (row?.['quick_check'] !== 'ok') throw new Damage(`quick_check: ${String(row?.['quick_check'])}`);
  if (version < 0) throw new Damage('the schema version is negative');
  const expected = new DatabaseSync(':memory:');
  try {
    for (const step of migrations.slice(0, version)) expected.exec(step);
    if (schemaOf(db) !== schemaOf(expected)) throw new Damage('the schema is not the one of its version');
  } finally {
    expected.close();
  }
}

function schemaOf(db: DatabaseSync): string {
  return JSON.stringify(db.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name').all());
}

function migrate(db: DatabaseSync, path: string, from: number, migrations: readonly string[]): void {
  if (from === migrations.length) return;
  if (from > 0) backUp(db, `${path}.v${from}.backup`);
  for (let version = from + 1; version <= migrations.length; version += 1) {
    db.exec('BEGIN IMMEDIATE');
    try {
      db.exec(migrations[version - 1] ?? '');
      db.exec(`PRAGMA user_version = ${version}`);
      db.exec('COMMIT');
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
  }
}

/** A whole, checked copy under a temporary name first: a kill in between leaves no half backup under the real name. */
function backUp(db: DatabaseSync, to: string): void {
  const temp = `${to}.part`;
  rmSync(temp, { force: true });
  closeSync(openSync(temp, 'wx', 0o600));
  db.prepare('VACUUM INTO ?').run(temp);
  const file = openSync(temp, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temp, to);
}

function versionOf(db: DatabaseSync): number {
  return Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
}

function quarantine(path: string, now: number): string {
  const aside = `${path}.damaged-${new Date(now).toISOString().replaceAll(/[:.]/g, '-')}`;
  try {
    renameSync(path, aside);
    for (const suffix of SIDE_FILES) {
      if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
    }
    return aside;
  } catch (error) {
    throw unusable(path, error);
  }
}

function isDamage(error: unknown): boolean {
  const code = sqliteCode(error);
  return error instanceof Damage || code === SQLITE_CORRUPT || code === SQLITE_NOTADB;
}

/** Primary result code of an error of SQLite. */
function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  return error.errcode & 0xff;
}

function errnoText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function newer(path: string, version: number, known: number): PortolanError {
  return new PortolanError(
    'STATE_NEWER',
    `the state database has schema ${version}, this program knows up to ${known}`,
    {
      hint: 'Update Portolan, or go back to the version that wrote it; the file is left as it is.',
      data: { path, version, known },
    },
  );
}

function unusable(path: string, error: unknown): PortolanError {
  const code = sqliteCode(error);
  const cause =
    code === SQLITE_BUSY
      ? 'another program has it locked'
      : code === SQLITE_FULL
        ? 'the disk is full'
        : code === undefined
          ? errnoSentence(error)
          : errnoText(error);
  return new PortolanError('DATA_DIR_UNUSABLE', `${path} cannot be used: ${cause}`, {
    hint: 'Make the data directory writable for you and see that the disk has space.',
    data: { path },
    cause: error,
  });
}
