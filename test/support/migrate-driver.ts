// A program of its own that migrates a database: started by tests to be killed in the middle, or under limits.
// argv: path, and the number of the step at whose end it waits for its end (0: never). Prints the code it ended with.
import { writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { StateDb } from '../../core/base/state-db.ts';
import { toPortolanError } from '../../shared/errors.ts';

const STEPS = [
  'CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (1), (2)',
  'CREATE TABLE b (y INTEGER) STRICT; INSERT INTO b SELECT x * 10 FROM a',
  'ALTER TABLE b ADD COLUMN z INTEGER; UPDATE b SET z = y + 1',
];

const [, , path = '', waitAt = '0'] = process.argv;
const exec: (this: DatabaseSync, sql: string) => void = Reflect.get(DatabaseSync.prototype, 'exec');
let step = 1;
// The version is set last in each transaction: at that moment the work is done and not yet committed.
DatabaseSync.prototype.exec = function (sql: string): void {
  exec.call(this, sql);
  if (!sql.startsWith('PRAGMA user_version =')) return;
  step += 1;
  if (step !== Number(waitAt)) return;
  writeSync(1, 'waiting\n');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
};
try {
  StateDb.open(path, { migrations: STEPS }).close();
  writeSync(1, 'done\n');
} catch (error) {
  writeSync(1, `${toPortolanError(error).code}\n`);
}
