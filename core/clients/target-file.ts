// A file of another program that is about to be changed: what it is now, and replacing it only while it is still that.
import { constants, type Stats } from 'node:fs';
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, fstatSync, linkSync, openSync, readFileSync, realpathSync, renameSync } from 'node:fs';
import { lstat, mkdir, open, readdir, realpath, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PortolanError } from '../../shared/errors.ts';
import { writeFileAtomic } from '../base/atomic-file.ts';
import { errnoOf, errnoSentence } from '../base/errno.ts';
import { readBounded } from './read-source.ts';

export interface TargetFile {
  /** As the person or the client names it. */
  readonly path: string;
  /** The file itself, behind all symbolic links. */
  readonly target: string;
  /** Undefined: there is no file yet. */
  readonly bytes: Buffer | undefined;
  readonly mode: number | undefined;
}

const RENAME_RETRY_MS = [20, 40, 80, 160, 320, 640] as const;
const RETRIED = new Set(['EBUSY', 'EPERM', ...(process.platform === 'win32' ? ['EACCES'] : [])]);
/** A program that had the old file open when it was replaced gets this long to finish its write. */
const SETTLE_MS = 20;

/** SHA-256 of a file's bytes in hex; `none` for a file that does not exist. */
export function bytesHash(bytes: Buffer | undefined): string {
  return bytes === undefined ? 'none' : createHash('sha256').update(bytes).digest('hex');
}

/**
 * The file behind `path`. Throws FILE_NOT_WRITABLE for a dangling link, for what is no regular file and for a file of
 * another user; FILE_NOT_READABLE.
 */
export async function readTarget(path: string): Promise<TargetFile> {
  const target = await resolveTarget(path);
  const info = await stat(target).catch(() => undefined);
  if (info !== undefined) refuseStrange(path, info);
  const bytes = info === undefined ? undefined : await readBounded(target);
  return { path, target, bytes, mode: bytes === undefined ? undefined : (info?.mode ?? 0) & 0o7777 };
}

/**
 * Puts `data` in the place of `file`, or removes it (undefined), if it still has the bytes that `file` holds; mode as
 * before, `newMode` for a new file. A symbolic link stays one. Readers see the old bytes or the new ones.
 * Throws FILE_CHANGED when another program changed the file meanwhile (its content stays), FILE_NOT_WRITABLE.
 */
export async function replaceTarget(file: TargetFile, data: Buffer | undefined, newMode: number): Promise<void> {
  const staged = await stageTarget(file, data, newMode);
  try {
    await swapTarget(file, staged, data);
  } finally {
    await unstage(staged);
  }
}

/** Writes `data` beside `file`, complete and on disk, and gives the path of that; undefined when `file` is to be removed. Throws FILE_NOT_WRITABLE. */
export async function stageTarget(
  file: TargetFile,
  data: Buffer | undefined,
  newMode: number,
): Promise<string | undefined> {
  if (data === undefined) return undefined;
  const directory = dirname(file.target);
  await mkdir(directory, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw notWritable(file.path, error);
  });
  const staged = join(directory, `.${basename(file.target)}.${randomBytes(6).toString('hex')}.portolan-tmp`);
  try {
    await writeFileAtomic(staged, data, { mode: file.mode ?? newMode });
  } catch (error) {
    // It may stand there complete: the directory could not be synced.
    await unstage(staged);
    throw error;
  }
  return staged;
}

/** Removes what was staged and did not take its place. */
export async function unstage(staged: string | undefined): Promise<void> {
  if (staged !== undefined) await unlink(staged).catch(() => undefined);
}

/** Removes everything that a killed writer staged beside `target`. Never throws. */
export async function sweepStaged(target: string): Promise<void> {
  const directory = dirname(target);
  const left = (await readdir(directory).catch(() => [])).filter(
    (name) => name.includes(`.${basename(target)}.`) && name.startsWith('.') && name.endsWith('.portolan-tmp'),
  );
  for (const name of left) await unstage(join(directory, name));
}

/**
 * The second half of `replaceTarget`: what was staged takes the place of `file`, or `file` is removed (both undefined).
 * Throws as `replaceTarget` does.
 */
export async function swapTarget(
  file: TargetFile,
  staged: string | undefined,
  data: Buffer | undefined,
): Promise<void> {
  for (const wait of [...RENAME_RETRY_MS, undefined]) {
    let held: number | undefined;
    try {
      held = openChecked(file);
      // Nothing may come between the check and the rename: both are synchronous.
      if (staged === undefined) process.getBuiltinModule('node:fs').unlinkSync(file.target);
      else if (file.bytes === undefined) linkSync(staged, file.target);
      else renameSync(staged, file.target);
      await syncDirectory(dirname(file.target));
      if (held !== undefined && data !== undefined) await restoreLateWrite(file, held, data);
      return;
    } catch (error) {
      if (errnoOf(error) === 'EEXIST') throw changed(file);
      if (error instanceof PortolanError) throw error;
      if (wait === undefined || !RETRIED.has(errnoOf(error) ?? '')) throw notWritable(file.path, error);
    } finally {
      if (held !== undefined) closeSync(held);
    }
    await delay(wait);
  }
}

/** Opens the target, checks that it is still what was planned with, and keeps it open; undefined when there is none. */
function openChecked(file: TargetFile): number | undefined {
  if (file.bytes === undefined) return undefined;
  let held: number | undefined;
  try {
    if (realpathSync(file.path) !== file.target) throw changed(file);
    held = openSync(file.target, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    const before = fstatSync(held);
    if (!before.isFile() || !readFileSync(held).equals(file.bytes)) throw changed(file);
    return held;
  } catch (error) {
    if (held !== undefined) closeSync(held);
    if (['ENOENT', 'ELOOP', 'ENOTDIR'].includes(errnoOf(error) ?? '')) throw changed(file);
    throw error;
  }
}

/**
 * A program that opened the old file before it was replaced may write into it afterwards; nobody would ever see that.
 * Its bytes are put back in place of ours, as long as nobody changed ours.
 */
async function restoreLateWrite(file: TargetFile, held: number, ours: Buffer): Promise<void> {
  const expected = file.bytes ?? Buffer.alloc(0);
  for (const wait of [0, SETTLE_MS]) {
    if (wait > 0) await delay(wait);
    const late = readHeld(held);
    if (late.equals(expected)) continue;
    const theirs = await settled(held, late);
    const current = { ...file, bytes: ours };
    if (theirs.length > 0) await replaceTarget(current, theirs, file.mode ?? 0o600).catch(() => undefined);
    throw changed(file);
  }
}

/** The bytes of an open file once they stay the same for a moment: a write may be half done. */
async function settled(held: number, first: Buffer): Promise<Buffer> {
  let last = first;
  for (let round = 0; round < 50; round += 1) {
    await delay(SETTLE_MS);
    const now = readHeld(held);
    if (now.length > 0 && now.equals(last)) return now;
    last = now;
  }
  return last;
}

function readHeld(held: number): Buffer {
  const size = fstatSync(held).size;
  const bytes = Buffer.alloc(size);
  const read = size === 0 ? 0 : process.getBuiltinModule('node:fs').readSync(held, bytes, 0, size, 0);
  return bytes.subarray(0, read);
}

async function resolveTarget(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw notWritable(path, error);
  }
  const link = await lstat(path).catch(() => undefined);
  if (link !== undefined) {
    throw new PortolanError('FILE_NOT_WRITABLE', `${path} is a symbolic link to a file that does not exist.`, {
      hint: 'Create the file it points to, or remove the link.',
      data: { path },
    });
  }
  // Nothing there yet: the nearest directory that is there decides where the new file really goes.
  return join(await existingParent(dirname(path)), basename(path));
}

async function existingParent(directory: string): Promise<string> {
  const real = await realpath(directory).catch(() => undefined);
  if (real !== undefined || dirname(directory) === directory) return real ?? directory;
  return join(await existingParent(dirname(directory)), basename(directory));
}

function refuseStrange(path: string, info: Stats): void {
  const problem = !info.isFile()
    ? 'is not a regular file'
    : process.getuid !== undefined && info.uid !== process.getuid()
      ? 'belongs to another user'
      : undefined;
  if (problem === undefined) return;
  throw new PortolanError('FILE_NOT_WRITABLE', `${path} ${problem}.`, {
    hint: 'Portolan changes only regular files of yours.',
    data: { path },
  });
}

async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  // Some file systems cannot sync a directory; the rename itself is done.
  await handle.sync().catch(() => undefined);
  await handle.close();
}

function changed(file: TargetFile): PortolanError {
  return new PortolanError('FILE_CHANGED', `${file.path} was changed by another program after the preview.`, {
    hint: 'Show the new preview.',
    data: { path: file.path },
  });
}

function notWritable(path: string, error: unknown): PortolanError {
  return new PortolanError('FILE_NOT_WRITABLE', `${path} cannot be written: ${errnoSentence(error)}.`, {
    hint: 'Make the file and its directory writable for you and try again; the old content is kept.',
    data: { path, errno: errnoOf(error) ?? null },
    cause: error,
  });
}
