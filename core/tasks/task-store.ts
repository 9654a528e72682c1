// Tasks and their results in state.db. A task is on disk before its creation is told to anybody, so that no crash loses it.
import type { StateDb } from '../base/state-db.ts';
import type { TaskRecord } from './task-record.ts';
import { isFollowed, isSameButHeard } from './reduce-task.ts';

/** A result as it is kept. */
export interface StoredResult {
  /** JSON text of the result, or of the error in its place. */
  readonly text: string;
  readonly isError: boolean;
  /** SHA-256 of the text, hex. */
  readonly digest: string;
  /** Epoch milliseconds. */
  readonly storedAt: number;
}

export class TaskStore {
  readonly #db: StateDb['db'];
  readonly #put: ReturnType<StateDb['db']['prepare']>;

  constructor(stateDb: StateDb) {
    this.#db = stateDb.db;
    this.#put = stateDb.db.prepare(
      `INSERT INTO tasks (id, server, task_id, followed, received_at, record) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET followed = excluded.followed, record = excluded.record`,
    );
  }

  /** Writes a task, new or changed; it is on disk when this returns. */
  put(task: TaskRecord): void {
    this.#put.run(task.id, task.server, task.taskId, isFollowed(task) ? 1 : 0, task.receivedAt, JSON.stringify(task));
  }

  /** Writes what a change is worth: at once, so that it may be lost with the power, or not at all. */
  changed(task: TaskRecord, before: TaskRecord): void {
    const isWeighty = task.status !== before.status || task.end !== before.end || task.result !== before.result;
    if (isWeighty || task.inputs !== before.inputs || task.cancelAskedAt !== before.cancelAskedAt) this.put(task);
    else if (!isSameButHeard(task, before)) this.#note(task);
  }

  /** The same for a change that may be lost with the power: it is told again by the next look. */
  #note(task: TaskRecord): void {
    this.#db.exec('PRAGMA synchronous = NORMAL');
    try {
      this.put(task);
    } finally {
      this.#db.exec('PRAGMA synchronous = FULL');
    }
  }

  /** Every task, newest first. */
  list(): TaskRecord[] {
    const rows = this.#db.prepare('SELECT record FROM tasks ORDER BY received_at DESC, id').all();
    return rows.map((row) => JSON.parse(String(row['record'])) as TaskRecord);
  }

  putResult(id: string, { text, isError, digest, storedAt }: StoredResult): void {
    this.#db
      .prepare('INSERT OR REPLACE INTO task_results (id, is_error, digest, text, stored_at) VALUES (?, ?, ?, ?, ?)')
      .run(id, isError ? 1 : 0, digest, text, storedAt);
  }

  result(id: string): StoredResult | undefined {
    const row = this.#db.prepare('SELECT is_error, digest, text, stored_at FROM task_results WHERE id = ?').get(id);
    if (row === undefined) return undefined;
    return {
      text: String(row['text']),
      isError: row['is_error'] === 1,
      digest: String(row['digest']),
      storedAt: Number(row['stored_at']),
    };
  }

  /** Forgets a task and its result. */
  remove(id: string): void {
    this.#db.prepare('DELETE FROM tasks WHERE id = ?').run(id);
  }
}
