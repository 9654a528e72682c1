// Which process is the host: a lock that the kernel frees the moment its holder dies, however it dies.
// It is an SQLite transaction held for life on a file of its own, because Node offers no file locks. Nothing else may
// open that file in this process: closing any descriptor of it would drop a POSIX lock.
import { randomBytes } from 'node:crypto';
import { rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { PortolanError } from '../shared/errors.ts';

export interface InstanceLock {
  /** False when the lock's file was removed or replaced: another host may run, this one must not write any more. */
  isHeld(): boolean;
  release(): void;
}

/** SQLite's result codes (sqlite.org/rescode.html). */
const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
const SQLITE_IOERR = 10;

/**
 * Takes the lock at `path` or returns undefined when another live process holds it. Never waits.
 * Throws LOCK_UNSUPPORTED when the file system has no locks, DATA_DIR_UNUSABLE when the file cannot be made.
 */
export function acquireInstanceLock(path: string): InstanceLock | undefined {
  const outcome = tryLock(path);
  if (outcome.kind === 'held') return instanceLock(path, outcome.db);
  // ENOLCK reads as "busy" in SQLite, so a file that nobody else can know tells the two apart.
  if (outcome.kind === 'busy' && locksWork(dirname(path))) return undefined;
  if (outcome.kind === 'failed' && locksWork(dirname(path))) {
    throw new PortolanError('DATA_DIR_UNUSABLE', `the lock file ${path} cannot be used`, {
      hint: 'Make the file and its directory writable for you, or remove the file while no Portolan runs.',
      data: { path },
      cause: outcome.cause,
    });
  }
  throw new PortolanError('LOCK_UNSUPPORTED', `the file system of ${dirname(path)} does not support locks`, {
    hint: 'Set PORTOLAN_HOME to a directory on a local disk.',
    data: { path },
  });
}

type Attempt =
  | { readonly kind: 'held'; readonly db: DatabaseSync }
  | { readonly kind: 'busy' | 'unsupported' }
  | { readonly kind: 'failed'; readonly cause: unknown };

function tryLock(path: string): Attempt {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { timeout: 0 });
    // A journal in memory leaves no side file; the transaction never writes a page.
    db.exec('PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return { kind: 'held', db };
  } catch (error) {
    db?.close();
    const code = sqliteCode(error);
    if (code === SQLITE_BUSY || code === SQLITE_LOCKED) return { kind: 'busy' };
    return code === SQLITE_IOERR ? { kind: 'unsupported' } : { kind: 'failed', cause: error };
  }
}

function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  return error.errcode & 0xff;
}

function locksWork(directory: string): boolean {
  const probe = join(directory, `.lock-probe-${randomBytes(6).toString('hex')}`);
  const outcome = tryLock(probe);
  if (outcome.kind === 'held') outcome.db.close();
  rmSync(probe, { force: true });
  return outcome.kind === 'held';
}

function instanceLock(path: string, db: DatabaseSync): InstanceLock {
  const inode = inodeOf(path);
  return {
    isHeld: () => db.isOpen && inodeOf(path) === inode,
    release: () => {
      if (db.isOpen) db.close();
    },
  };
}

function inodeOf(path: string): bigint | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
}
