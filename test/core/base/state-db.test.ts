import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { StateDb } from '../../../core/base/state-db.ts';
import { randomFrom } from '../../support/random.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { thrown } from '../../support/thrown.ts';

const DRIVER = join(import.meta.dirname, '../../support/migrate-driver.ts');
const STEPS = [
  'CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (1), (2)',
  'CREATE TABLE b (y INTEGER) STRICT; INSERT INTO b SELECT x * 10 FROM a',
  'ALTER TABLE b ADD COLUMN z INTEGER; UPDATE b SET z = y + 1',
];

function withVersion(path: string, version: number): Buffer {
  StateDb.open(path, { migrations: STEPS.slice(0, version) }).close();
  return readFileSync(path);
}

const zOf = (db: StateDb) =>
  db.db
    .prepare('SELECT z FROM b')
    .all()
    .map((row) => row['z']);

test('a new database is private and synced fully', () => {
  const path = join(tempDir(), 'state.db');
  const state = StateDb.open(path);
  const modes = readdirSync(join(path, '..')).map((name) => [name, statSync(join(path, '..', name)).mode & 0o777]);
  expect(modes).toEqual([
    ['state.db', 0o600],
    ['state.db-shm', 0o600],
    ['state.db-wal', 0o600],
  ]);
  expect(
    ['journal_mode', 'synchronous'].map((name) => Object.values(state.db.prepare(`PRAGMA ${name}`).get() ?? {})[0]),
  ).toEqual(['wal', 2]);
  state.close();
});

test('CFG-13 an old database is migrated step by step, with a whole copy of it beside', () => {
  const path = join(tempDir(), 'state.db');
  withVersion(path, 1);
  const state = StateDb.open(path, { migrations: STEPS });
  expect(zOf(state)).toEqual([11, 21]);
  state.close();
  const backup = new DatabaseSync(`${path}.v1.backup`);
  expect(backup.prepare('SELECT x FROM a').all()).toEqual([{ x: 1 }, { x: 2 }]);
  backup.close();
  expect(statSync(`${path}.v1.backup`).mode & 0o777).toBe(0o600);
});

test('a failing migration changes nothing', () => {
  const path = join(tempDir(), 'state.db');
  withVersion(path, 2);
  const failing = [...STEPS.slice(0, 2), 'INSERT INTO b VALUES (5); INSERT INTO nowhere VALUES (1)'];
  expect(thrown(() => StateDb.open(path, { migrations: failing }))).toMatchObject({ code: 'DATA_DIR_UNUSABLE' });
  const state = StateDb.open(path, { migrations: STEPS });
  expect(zOf(state)).toEqual([11, 21]);
  state.close();
});

test('STO-06 a newer database is refused and left as it is', () => {
  const path = join(tempDir(), 'state.db');
  const bytes = withVersion(path, 3);
  expect(thrown(() => StateDb.open(path, { migrations: STEPS.slice(0, 2) }))).toMatchObject({
    code: 'STATE_NEWER',
    data: { version: 3, known: 2 },
  });
  expect(readFileSync(path).equals(bytes)).toBe(true);
  expect(readdirSync(join(path, '..'))).toEqual(['state.db']);
});

test('STO-05 killed at any step of a migration, the next start resumes and the backup is whole', async () => {
  // The driver waits at the end of the step asked for: inside the transaction, with its work done.
  for (const step of [2, 3]) {
    const path = join(tempDir(), 'state.db');
    withVersion(path, 1);
    const child = spawn(process.execPath, [DRIVER, path, String(step)], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const state = StateDb.open(path, { migrations: STEPS });
    expect([step, zOf(state), state.quarantined, existsSync(`${path}.v1.backup`)]).toEqual([
      step,
      [11, 21],
      undefined,
      true,
    ]);
    state.close();
  }
});

test('a damaged file is set aside whole, with the reason told, and a fresh one takes its place', () => {
  const path = join(tempDir(), 'state.db');
  writeFileSync(path, 'this is not a database, whatever its name says'.repeat(100));
  const warnings: unknown[] = [];
  const state = StateDb.open(path, { now: () => 0, logger: { warn: (_message, fields) => warnings.push(fields) } });
  expect(state.quarantined).toBe(`${path}.damaged-1970-01-01T00-00-00-000Z`);
  expect(readFileSync(state.quarantined ?? '', 'utf8')).toContain('not a database');
  expect(warnings).toEqual([{ path: state.quarantined, reason: 'file is not a database' }]);
  expect(state.db.prepare('SELECT * FROM secrets').all()).toEqual([]);
  state.close();
});

test('STO-07 of 100 mutated databases every one opens, is set aside or is refused with a code', () => {
  const dir = tempDir();
  const seed = withVersion(join(dir, 'seed.db'), 3);
  const random = randomFrom(7);
  const ends = { opened: 0, quarantined: 0, refused: 0 };
  for (let round = 0; round < 100; round += 1) {
    const bytes = Buffer.from(seed);
    for (let change = 0; change <= round % 8; change += 1) {
      // Half of the changes hit the first page, where the schema and the header live.
      const at = random(change % 2 === 0 ? 4096 : bytes.length);
      bytes[at] = random(256);
    }
    const path = join(dir, `${round}.db`);
    writeFileSync(path, round % 10 === 9 ? bytes.subarray(0, random(bytes.length)) : bytes);
    try {
      const state = StateDb.open(path, { migrations: STEPS });
      state.db.prepare('SELECT * FROM a, b').all();
      state.close();
      ends[state.quarantined === undefined ? 'opened' : 'quarantined'] += 1;
    } catch (error) {
      expect(error).toMatchObject({ code: 'STATE_NEWER' });
      ends.refused += 1;
    }
  }
  expect(ends.opened + ends.quarantined + ends.refused).toBe(100);
  expect(ends.quarantined).toBeGreaterThan(20);
});

test('STO-03 a read-only or missing place is told with a code', async () => {
  const path = join(tempDir(), 'nowhere', 'state.db');
  expect(thrown(() => StateDb.open(path))).toMatchObject({
    code: 'DATA_DIR_UNUSABLE',
    message: `${path} cannot be used: it does not exist`,
  });
});

test('STO-04 without file descriptors or file size left, opening ends with a code', async () => {
  const dir = tempDir();
  const code = async (limit: string) => {
    const args = [limit, process.execPath, DRIVER, join(dir, 'limited.db'), '0'];
    return (await promisify(execFile)('prlimit', args)).stdout.trim();
  };
  expect(await code('--fsize=2048')).toBe('DATA_DIR_UNUSABLE');
});
