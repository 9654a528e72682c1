// The index of the log: a node:sqlite cache that lists and finds records. It may be deleted at any time; whoever owns it
// (index-follower.ts) fills it again from the segments. It is never the truth and never asked for a proof.
import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import type { AuditPage, AuditSummary } from '../../shared/model/audit-record.ts';
import type { OpenIntent } from './audit-event.ts';
import { type ClientUse, readClientUse } from './client-use.ts';
import { type IndexRow, ROW_COLUMNS, rowSummary } from './index-row.ts';
import { type ListQuery, whereOf } from './list-query.ts';

/** How far the index has followed the segments. */
export interface IndexPosition {
  readonly file: number;
  readonly offset: number;
}

/** Raised with every change of the tables or of what is put in them; another number means: build anew. */
const SCHEMA_VERSION = 2;

const SCHEMA = `
  CREATE TABLE records (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at TEXT NOT NULL,
    kind TEXT NOT NULL COLLATE NOCASE, outcome TEXT NOT NULL COLLATE NOCASE,
    client TEXT COLLATE NOCASE, server TEXT COLLATE NOCASE, tool TEXT COLLATE NOCASE,
    session TEXT, method TEXT, request_id TEXT, what TEXT NOT NULL, took_ms REAL, related TEXT,
    file INTEGER NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE open_intents (id TEXT PRIMARY KEY, session TEXT) STRICT, WITHOUT ROWID;
  CREATE INDEX by_kind ON records (kind);
  CREATE INDEX by_outcome ON records (outcome);
  CREATE INDEX by_client ON records (client);
  CREATE INDEX by_server ON records (server, tool);
  CREATE INDEX by_tool ON records (tool);
  CREATE INDEX by_session ON records (session);
  CREATE INDEX by_at ON records (at);
  CREATE INDEX by_related ON records (related) WHERE related IS NOT NULL;
  CREATE INDEX by_use ON records (client, server, at, took_ms) WHERE kind = 'call.outcome';
  CREATE TABLE position (one INTEGER PRIMARY KEY CHECK (one = 1), file INTEGER NOT NULL, offset INTEGER NOT NULL) STRICT;
  INSERT INTO position VALUES (1, 1, 0);
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

// An intent shows its outcome in the place where an outcome shows its intent.
const COLUMNS = ROW_COLUMNS.map((column) =>
  column === 'related'
    ? 'COALESCE(related, (SELECT o.id FROM records o WHERE o.related = r.id LIMIT 1)) AS related'
    : column,
).join(', ');

type Row = Record<string, SQLOutputValue>;

export class AuditIndex {
  readonly #db: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #openIntent: StatementSync;
  readonly #closeIntent: StatementSync;
  readonly #setPosition: StatementSync;

  private constructor(db: DatabaseSync) {
    this.#db = db;
    this.#insert = db.prepare(
      `INSERT OR IGNORE INTO records (${ROW_COLUMNS.join(', ')}) VALUES (${ROW_COLUMNS.map(() => '?').join(', ')})`,
    );
    this.#openIntent = db.prepare('INSERT OR IGNORE INTO open_intents VALUES (?, ?)');
    this.#closeIntent = db.prepare('DELETE FROM open_intents WHERE id = ?');
    this.#setPosition = db.prepare('UPDATE position SET file = ?, offset = ?');
  }

  /** Opens the index; one that is missing, of another version or not a database is begun anew and empty. */
  static open(path: string): AuditIndex {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    try {
      return AuditIndex.#openFile(path);
    } catch {
      AuditIndex.remove(path);
      return AuditIndex.#openFile(path);
    }
  }

  static remove(path: string): void {
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
  }

  static #openFile(path: string): AuditIndex {
    const db = new DatabaseSync(path);
    try {
      // A cache needs no durability, only consistency with itself, which WAL keeps when a process dies.
      db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -8000');
      const version = db.prepare('PRAGMA user_version').get()?.['user_version'];
      if (version === 0) db.exec(`BEGIN; ${SCHEMA} COMMIT`);
      else if (version !== SCHEMA_VERSION) throw new Error('the index has another schema version');
      return new AuditIndex(db);
    } catch (error) {
      db.close();
      throw error;
    }
  }

  /** Adds rows and moves the position, both or neither. */
  add(rows: readonly IndexRow[], position: IndexPosition): void {
    this.#db.exec('BEGIN');
    try {
      for (const row of rows) {
        this.#insert.run(...ROW_COLUMNS.map((column) => row[column]));
        if (row.kind === 'call.intent') this.#openIntent.run(row.id, row.session);
        else if (row.kind === 'call.outcome' && row.related !== null) this.#closeIntent.run(row.related);
      }
      this.#setPosition.run(position.file, position.offset);
      this.#db.exec('COMMIT');
    } catch (error) {
      this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  position(): IndexPosition {
    const row = this.#db.prepare('SELECT file, offset FROM position').get();
    return { file: Number(row?.['file'] ?? 1), offset: Number(row?.['offset'] ?? 0) };
  }

  last(): IndexRow | undefined {
    return this.#row('SELECT * FROM records ORDER BY file DESC, seq DESC LIMIT 1');
  }

  count(): number {
    return Number(this.#db.prepare('SELECT count(*) AS n FROM records').get()?.['n']);
  }

  /** Newest first. */
  list(query: ListQuery): AuditPage {
    const where = whereOf(query.filter);
    const total = this.count();
    const matching =
      where.sql === '1'
        ? total
        : Number(this.#db.prepare(`SELECT count(*) AS n FROM records WHERE ${where.sql}`).get(...where.values)?.['n']);
    const before = query.beforeSeq === undefined ? '' : ' AND seq < ?';
    const values: SQLInputValue[] = [...where.values, ...(query.beforeSeq === undefined ? [] : [query.beforeSeq])];
    // One row more than asked for tells whether there is another page.
    const rows = this.#db
      .prepare(`SELECT ${COLUMNS} FROM records r WHERE ${where.sql}${before} ORDER BY seq DESC LIMIT ?`)
      .all(...values, query.limit + 1)
      .map(toRow);
    const records = rows.slice(0, query.limit).map(rowSummary);
    const oldest = records.at(-1);
    return {
      records,
      matching,
      total,
      ...(rows.length > query.limit && oldest !== undefined ? { nextBeforeSeq: oldest.seq } : {}),
    };
  }

  /** By number when all digits, else by event id. */
  find(idOrSeq: string): IndexRow | undefined {
    const column = /^\d+$/.test(idOrSeq) ? 'seq' : 'id';
    return this.#row(`SELECT * FROM records WHERE ${column} = ?`, column === 'seq' ? Number(idOrSeq) : idOrSeq);
  }

  /** The other records of the same pair. */
  related(row: IndexRow): AuditSummary[] {
    return this.#db
      .prepare(`SELECT ${COLUMNS} FROM records r WHERE r.id = ? OR r.related = ? ORDER BY seq`)
      .all(row.related, row.id)
      .map((found) => rowSummary(toRow(found)));
  }

  openIntents(session: string | undefined): OpenIntent[] {
    const filter = session === undefined ? '' : 'WHERE i.session = ?';
    return this.#db
      .prepare(`SELECT r.* FROM open_intents i JOIN records r ON r.id = i.id ${filter} ORDER BY r.seq`)
      .all(...(session === undefined ? [] : [session]))
      .map((found) => {
        const row = toRow(found);
        return {
          id: row.id,
          session: row.session ?? '',
          ...(row.request_id === null ? {} : { requestId: row.request_id }),
          ...(row.server === null ? {} : { server: row.server }),
          ...(row.tool === null ? {} : { tool: row.tool }),
          ...(row.method === null ? {} : { method: row.method }),
          at: row.at,
        };
      });
  }

  /** See client-use.ts. */
  clientUse(since: string): ClientUse[] {
    return readClientUse(this.#db, since);
  }

  /** The next rows in order, for comparison with the log. */
  page(afterSeq: number, limit: number): IndexRow[] {
    return this.#db.prepare('SELECT * FROM records WHERE seq > ? ORDER BY seq LIMIT ?').all(afterSeq, limit).map(toRow);
  }

  close(): void {
    this.#db.close();
  }

  #row(sql: string, ...values: SQLInputValue[]): IndexRow | undefined {
    const row = this.#db.prepare(sql).get(...values);
    return row === undefined ? undefined : toRow(row);
  }
}

/** The table is STRICT, so the types hold. */
function toRow(row: Row): IndexRow {
  return row as Record<keyof IndexRow, never>;
}
