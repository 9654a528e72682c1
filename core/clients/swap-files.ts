// Several files of other programs replaced as one: all of them or none. Every file is staged first, all are checked, then
// they take their places one by one; when one fails, those before it get their old bytes back.
import { PortolanError, toPortolanError } from '../../shared/errors.ts';
import type { ClientFormat } from './client-format.ts';
import { withLockDirectory } from './lock-directory.ts';
import {
  bytesHash,
  readTarget,
  stageTarget,
  swapTarget,
  replaceTarget,
  type TargetFile,
  unstage,
} from './target-file.ts';

/** A file as it must still be, and what it becomes. */
export interface FileChange {
  readonly format: Pick<ClientFormat, 'locksFile'>;
  readonly file: TargetFile;
  /** Undefined: it is removed. */
  readonly data: Buffer | undefined;
  /** Of a file that is made. */
  readonly newMode: number;
}

/**
 * Replaces all files, then reads them back. Throws FILE_CHANGED when one of them is not what `file` says, before anything or
 * in the middle, and FILE_NOT_WRITABLE; every file then has the bytes it had, or those of another program that wrote it
 * meanwhile (data: kept).
 */
export async function swapFiles(changes: readonly FileChange[]): Promise<void> {
  const staged: (string | undefined)[] = [];
  const done: FileChange[] = [];
  try {
    for (const { file, data, newMode } of changes) staged.push(await stageTarget(file, data, newMode));
    // A single file is checked as it is swapped; of several none may be swapped while another cannot be.
    for (const change of changes.length > 1 ? changes : []) await checkUnchanged(change.file);
    for (const [index, change] of changes.entries()) {
      await swapTarget(change.file, staged[index], change.data);
      done.push(change);
      await verifyWritten(change);
    }
  } catch (error) {
    const kept = await putBack(done);
    throw kept.length === 0 ? error : withKept(toPortolanError(error), kept);
  } finally {
    for (const path of staged) await unstage(path);
  }
}

/** Runs `action` while holding the lock of every file whose program takes one. Throws as `withLockDirectory` does. */
export async function withLocks<Result>(
  files: readonly { readonly format: Pick<ClientFormat, 'locksFile'>; readonly target: string }[],
  action: () => Promise<Result>,
  waitMs?: number,
): Promise<Result> {
  const [first, ...rest] = files.filter(({ format }) => format.locksFile);
  if (first === undefined) return action();
  return withLockDirectory(first.target, () => withLocks(rest, action, waitMs), waitMs);
}

/** Throws FILE_CHANGED unless the file is still what `file` says. */
export async function checkUnchanged(file: TargetFile): Promise<void> {
  const current = await readTarget(file.path);
  if (current.target !== file.target || bytesHash(current.bytes) !== bytesHash(file.bytes))
    throw changedSince(file.path);
}

export function changedSince(path: string): PortolanError {
  return new PortolanError('FILE_CHANGED', `${path} was changed by another program.`, {
    hint: 'Show the new preview.',
    data: { path },
  });
}

async function verifyWritten({ file, data }: FileChange): Promise<void> {
  if (bytesHash((await readTarget(file.target)).bytes) !== bytesHash(data)) throw changedSince(file.path);
}

/** Gives the files their old bytes again, the last one first. Returns the paths that another program has written since. */
async function putBack(done: readonly FileChange[]): Promise<string[]> {
  const kept: string[] = [];
  for (const { file, data } of done.toReversed()) {
    const mode = file.mode ?? 0o600;
    const written: TargetFile = { ...file, bytes: data, mode: data === undefined ? undefined : mode };
    await replaceTarget(written, file.bytes, mode).catch(() => kept.push(file.path));
  }
  return kept;
}

function withKept(error: PortolanError, kept: readonly string[]): PortolanError {
  const names = kept.join(', ');
  return new PortolanError(error.code, `${error.message} ${names} could not be put back: another program wrote it.`, {
    ...(error.hint !== undefined && { hint: error.hint }),
    data: { ...error.data, kept: names },
    cause: error,
  });
}
