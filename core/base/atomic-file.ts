// Replaces a file as a whole: a reader sees the old bytes or the new ones, whatever happens in between.
// It knows nothing of what is in the file and takes no lock against other writers.
import { type FileHandle, lstat, open, readdir, realpath, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PortolanError } from '../../shared/errors.ts';
import { errnoOf, errnoSentence } from './errno.ts';

export interface AtomicWriteOptions {
  /** Mode of the new file, whatever the umask says. Default 0600. */
  readonly mode?: number;
  /** Write beside a symbolic link's final target and replace that one; a dangling link is an error. Default: the link is replaced. */
  readonly followSymlink?: boolean;
  /** Called when the new file is complete, right before it takes the old one's place; what it throws calls the write off. */
  readonly beforeRename?: () => Promise<void>;
}

/** Windows virus scanners and indexers hold a fresh file for a moment; a rename onto it then fails. */
const RENAME_RETRY_MS = [20, 40, 80, 160, 300, 600, 800] as const;
const RETRIED = new Set(['EBUSY', 'EPERM', ...(process.platform === 'win32' ? ['EACCES'] : [])]);
/** File systems that cannot sync a directory say so with one of these. */
const NO_DIRECTORY_SYNC = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);
const TEMP_NAME = /^\..+\.[0-9a-f]{12}\.portolan-tmp$/;
const STALE_AFTER_MS = 600_000;

/**
 * Writes `data` to `path`: a temporary file in the same directory, fsync, rename (EBUSY and EPERM are tried again for
 * at most two seconds), fsync of the directory. When it throws before the rename, the old file is untouched and the
 * temporary one removed.
 * Throws FILE_NOT_WRITABLE with `data: { path, errno }`.
 */
export async function writeFileAtomic(
  path: string,
  data: string | Buffer,
  options: AtomicWriteOptions = {},
): Promise<void> {
  try {
    const target = options.followSymlink === true ? await finalTarget(path) : path;
    const temp = join(dirname(target), `.${basename(target)}.${randomSuffix()}.portolan-tmp`);
    await writeTemp(temp, data, options.mode ?? 0o600);
    try {
      await options.beforeRename?.();
      await renameWithRetry(temp, target);
    } catch (error) {
      await unlink(temp).catch(() => undefined);
      throw error;
    }
    await syncDirectory(dirname(target));
  } catch (error) {
    throw new PortolanError('FILE_NOT_WRITABLE', `${path} cannot be written: ${errnoSentence(error)}`, {
      hint: hintFor(errnoOf(error)),
      data: { path, errno: errnoOf(error) ?? null },
      cause: error,
    });
  }
}

/** Removes temporary files that a killed writer left in `directory` more than ten minutes ago. Never throws. */
export async function sweepTempFiles(directory: string, now: number): Promise<void> {
  const names = await readdir(directory).catch(() => []);
  for (const name of names.filter((name) => TEMP_NAME.test(name))) {
    const path = join(directory, name);
    const age = await stat(path).then(
      (info) => now - info.mtimeMs,
      () => 0,
    );
    if (age > STALE_AFTER_MS) await unlink(path).catch(() => undefined);
  }
}

async function finalTarget(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
  // Nothing there: a new file, unless the name itself is a link into nowhere.
  const parent = await realpath(dirname(path));
  const target = join(parent, basename(path));
  const there = await lstat(target).catch(() => undefined);
  if (there?.isSymbolicLink() === true) throw new Error('it is a symbolic link to a file that does not exist');
  return target;
}

async function writeTemp(temp: string, data: string | Buffer, mode: number): Promise<void> {
  const file = await open(temp, 'wx', 0o600);
  try {
    await fillAndSync(file, data, mode);
  } catch (error) {
    await unlink(temp).catch(() => undefined);
    throw error;
  }
}

async function fillAndSync(file: FileHandle, data: string | Buffer, mode: number): Promise<void> {
  try {
    await file.writeFile(data);
    // open() was subject to the umask, chmod is not.
    if (process.platform !== 'win32') await file.chmod(mode);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function renameWithRetry(from: string, to: string): Promise<void> {
  for (const wait of RENAME_RETRY_MS) {
    try {
      return await rename(from, to);
    } catch (error) {
      if (!RETRIED.has(errnoOf(error) ?? '')) throw error;
    }
    await delay(wait);
  }
  await rename(from, to);
}

async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } catch (error) {
    if (!NO_DIRECTORY_SYNC.has(errnoOf(error) ?? '')) throw error;
  } finally {
    await handle.close();
  }
}

function randomSuffix(): string {
  return process.getBuiltinModule('node:crypto').randomBytes(6).toString('hex');
}

function hintFor(errno: string | undefined): string {
  switch (errno) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'Free some space and try again; the old content is kept.';
    case 'EBUSY':
    case 'EPERM':
      return 'Close the program that has the file open and try again; the old content is kept.';
    default:
      return 'Make the file and its directory writable for you and try again; the old content is kept.';
  }
}
