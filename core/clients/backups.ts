// Copies of other programs' files from before Portolan changed them, with an index, so that an export can be undone
// after a restart too. The copies may hold secrets of those files: 0600, in Portolan's own directory.
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { PortolanError } from '../../shared/errors.ts';
import { writeFileAtomic } from '../base/atomic-file.ts';
import { errnoOf, errnoSentence } from '../base/errno.ts';

/** One change of one file. */
export interface BackupRecord {
  readonly id: string;
  readonly client: string;
  readonly path: string;
  readonly target: string;
  /** RFC 3339. */
  readonly at: string;
  /** SHA-256 of the bytes before and after; `before` is `none` for a file that was made. */
  readonly before: string;
  readonly after: string;
  /** Name of the copy in the directory of backups; absent for a file that was made. */
  readonly copy?: string;
  readonly mode?: number;
}

const INDEX = 'index.json';
const KEEP_PER_FILE = 10;

/** Stores `bytes` and its record; both are on disk when it returns. Keeps the last ten per file. Throws FILE_NOT_WRITABLE. */
export async function addBackup(
  directory: string,
  record: Omit<BackupRecord, 'id' | 'copy'>,
  bytes: Buffer | undefined,
): Promise<BackupRecord> {
  await mkdir(directory, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
    throw new PortolanError('FILE_NOT_WRITABLE', `${directory} cannot be made: ${errnoSentence(cause)}.`, {
      hint: 'Make the data folder writable and see that the disk has room; without a backup nothing is changed.',
      data: { path: directory, errno: errnoOf(cause) ?? null },
      cause,
    });
  });
  const id = `${record.at.replaceAll(/[^0-9TZ]/g, '')}-${randomBytes(4).toString('hex')}`;
  const copy = bytes === undefined ? undefined : `${record.client}-${id}.bak`;
  if (bytes !== undefined && copy !== undefined) await writeFileAtomic(join(directory, copy), bytes);
  const added = { id, ...record, ...(copy === undefined ? {} : { copy }) };
  const all = [...(await listBackups(directory)), added];
  const dropped = new Set(all.filter((other) => other.target === record.target).slice(0, -KEEP_PER_FILE));
  await writeIndex(
    directory,
    all.filter((other) => !dropped.has(other)),
  );
  for (const old of dropped) await removeCopy(directory, old);
  return added;
}

/** All records, oldest first. Throws FILE_NOT_READABLE when the index is damaged. */
export async function listBackups(directory: string): Promise<BackupRecord[]> {
  const path = join(directory, INDEX);
  try {
    const index: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (!Array.isArray(index) || !index.every(isRecord)) throw new Error('it is not a list of backups');
    return index;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw new PortolanError('FILE_NOT_READABLE', `${path}, the index of backups, cannot be read.`, {
      hint: 'Move it away; the copies beside it stay usable by hand.',
      data: { path },
      cause: error,
    });
  }
}

/** The bytes of a record's copy; undefined when the file did not exist before. */
export async function readCopy(directory: string, record: BackupRecord): Promise<Buffer | undefined> {
  return record.copy === undefined ? undefined : readFile(join(directory, record.copy));
}

/** Forgets a record that was undone or never took effect. */
export async function dropBackup(directory: string, record: BackupRecord): Promise<void> {
  await writeIndex(
    directory,
    (await listBackups(directory)).filter((other) => other.id !== record.id),
  );
  await removeCopy(directory, record);
}

async function writeIndex(directory: string, records: readonly BackupRecord[]): Promise<void> {
  await writeFileAtomic(join(directory, INDEX), `${JSON.stringify(records, null, 2)}\n`);
}

async function removeCopy(directory: string, record: BackupRecord): Promise<void> {
  if (record.copy !== undefined) await unlink(join(directory, record.copy)).catch(() => undefined);
}

function isRecord(value: unknown): value is BackupRecord {
  if (typeof value !== 'object' || value === null) return false;
  const record = value as Record<string, unknown>;
  const copy = record['copy'];
  return (
    ['id', 'client', 'path', 'target', 'at', 'before', 'after'].every((key) => typeof record[key] === 'string') &&
    (copy === undefined || (typeof copy === 'string' && /^[\w.-]+\.bak$/.test(copy)))
  );
}
