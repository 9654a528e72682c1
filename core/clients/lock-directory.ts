// The lock that Claude Code takes around its own writes: a directory `<file>.lock`, stale when untouched for ten
// seconds. Taking it keeps two writers apart that both read, change and replace the same file.
import { mkdir, rmdir, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { PortolanError } from '../../shared/errors.ts';
import { errnoOf, errnoSentence } from '../base/errno.ts';

const STALE_MS = 10_000;
const WAIT_MS = 3000;
const POLL_MS = 10;

/** Runs `action` while holding `<path>.lock`. Throws FILE_NOT_WRITABLE when another program holds it for `waitMs`. */
export async function withLockDirectory<Result>(
  path: string,
  action: () => Promise<Result>,
  waitMs = WAIT_MS,
): Promise<Result> {
  const lock = `${path}.lock`;
  const held = await take(lock, path, waitMs);
  try {
    return await action();
  } finally {
    if (held) await rmdir(lock).catch(() => undefined);
  }
}

/** False when there is no place for a lock yet: a file in a directory that does not exist has no other writer. */
async function take(lock: string, path: string, waitMs: number): Promise<boolean> {
  const end = performance.now() + waitMs;
  for (;;) {
    try {
      await mkdir(lock);
      return true;
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return false;
      if (errnoOf(error) !== 'EEXIST') throw unlockable(path, error);
    }
    const info = await stat(lock).catch(() => undefined);
    if (info !== undefined && Date.now() - info.mtimeMs > STALE_MS) await rmdir(lock).catch(() => undefined);
    else if (performance.now() > end) throw busy(path);
    else await delay(POLL_MS);
  }
}

function unlockable(path: string, cause: unknown): PortolanError {
  return new PortolanError('FILE_NOT_WRITABLE', `${path} cannot be locked: ${errnoSentence(cause)}.`, {
    hint: 'Make its folder writable for you and see that the disk has room.',
    data: { path, errno: errnoOf(cause) ?? null },
    cause,
  });
}

function busy(path: string): PortolanError {
  return new PortolanError('FILE_NOT_WRITABLE', `${path} is locked by the program it belongs to.`, {
    hint: 'Try again in a moment.',
    data: { path },
  });
}
