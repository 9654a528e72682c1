// catalog.json on the disk: reading it when it is at rest, and replacing it only if it is still what was read.
import { lstat, open, stat, unlink } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { PortolanError } from '../../shared/errors.ts';
import { writeFileAtomic } from '../base/atomic-file.ts';
import { errnoOf, errnoSentence } from '../base/errno.ts';
import { type CatalogContent, MAX_CATALOG_BYTES, readCatalog } from './catalog-file.ts';

/** Bytes (undefined: no file) and what they mean. */
export interface CatalogReading {
  readonly bytes: Buffer | undefined;
  readonly content: CatalogContent;
}

/** A program that writes in place leaves half a file for a moment. */
const SETTLE_TRIES = 3;
const SETTLE_MS = 120;
const CHANGED = new Error('the file changed in between');

/**
 * Reads the file; when it is broken and differs from `last`, waits a little for its writer to finish. The bytes of `last`
 * are not parsed again. Never throws.
 */
export async function readAtRest(path: string, last: CatalogReading | undefined): Promise<CatalogReading> {
  let reading = await readNow(path, last);
  for (let tries = 0; tries < SETTLE_TRIES && isUnsettled(reading, last); tries += 1) {
    await delay(SETTLE_MS);
    reading = await readNow(path, last);
  }
  return reading;
}

/**
 * Puts `after` in the place of `before` (undefined: no file). False when the file is no longer `before`.
 * Throws CATALOG_NOT_WRITABLE.
 */
export async function replaceIfSame(
  path: string,
  before: Buffer | undefined,
  after: Buffer | undefined,
): Promise<boolean> {
  const check = async () => {
    if (!sameBytes(await bytesNow(path), before)) throw CHANGED;
  };
  try {
    if (after === undefined) {
      await check();
      await unlink(path);
    } else {
      // A link leads to a file in someone's own collection, whose mode is theirs to choose.
      const link = await lstat(path).then(
        (info) => info.isSymbolicLink(),
        () => false,
      );
      const mode = link ? (await stat(path)).mode & 0o777 : 0o600;
      await writeFileAtomic(path, after, { mode, followSymlink: true, beforeRename: check });
    }
    return true;
  } catch (error) {
    if (error === CHANGED || (error instanceof PortolanError && error.cause === CHANGED)) return false;
    throw new PortolanError(
      'CATALOG_NOT_WRITABLE',
      error instanceof PortolanError ? error.message : `${path} cannot be written: ${errnoSentence(error)}`,
      {
        hint: (error instanceof PortolanError ? error.hint : undefined) ?? 'Make the catalog writable for you.',
        data: { path, errno: errnoOf(error instanceof PortolanError ? error.cause : error) ?? null },
        cause: error,
      },
    );
  }
}

export function sameBytes(a: Buffer | undefined, b: Buffer | undefined): boolean {
  return a === undefined || b === undefined ? a === b : a.equals(b);
}

function isUnsettled(reading: CatalogReading, last: CatalogReading | undefined): boolean {
  if (reading === last || sameBytes(reading.bytes, last?.bytes)) return false;
  return reading.bytes === undefined || reading.content.refusal?.code === 'CATALOG_INVALID';
}

async function readNow(path: string, last: CatalogReading | undefined): Promise<CatalogReading> {
  try {
    const bytes = await readBounded(path);
    if (last !== undefined && sameBytes(bytes, last.bytes)) return last;
    return { bytes, content: readCatalog(bytes) };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return { bytes: undefined, content: readCatalog(undefined) };
    const refusal = new PortolanError('FILE_NOT_READABLE', `${path} cannot be read: ${errnoSentence(error)}`, {
      hint: 'Make the catalog a file that you can read.',
      data: { path, errno: errnoOf(error) ?? null },
      cause: error,
    });
    // No text has these bytes, so that the next reading counts as a change whatever it holds.
    return { bytes: UNREADABLE, content: { ...readCatalog(UNREADABLE), refusal } };
  }
}

/** The bytes alone, as `readNow` gives them. */
async function bytesNow(path: string): Promise<Buffer | undefined> {
  return readBounded(path).catch((error: unknown) => (errnoOf(error) === 'ENOENT' ? undefined : UNREADABLE));
}

const UNREADABLE = Buffer.from([0xff]);

/** One byte over the limit is enough to know that a file is too large. */
async function readBounded(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size <= MAX_CATALOG_BYTES) return await file.readFile();
    const start = Buffer.alloc(MAX_CATALOG_BYTES + 1);
    await file.read(start, 0, start.length, 0);
    return start;
  } finally {
    await file.close();
  }
}
