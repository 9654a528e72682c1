// Unpacks an MCP bundle (a zip file of strangers) into a folder of its own: nothing leaves it, nothing in it is a link, nothing
// is larger than it says, and no two names are one on a file system that ignores case. (security.md CFG-19)
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Transform } from 'node:stream';
import type { Entry, ZipFile } from 'yauzl';
import { PortolanError } from '../../shared/errors.ts';
import { errnoOf, errnoSentence } from '../base/errno.ts';

const require = createRequire(import.meta.url);

/** What a bundle may hold at most. */
export interface BundleLimits {
  readonly files: number;
  readonly bytes: number;
  /** Unpacked bytes for each packed one. */
  readonly ratio: number;
}

export const BUNDLE_LIMITS: BundleLimits = { files: 20_000, bytes: 512 * 1024 * 1024, ratio: 200 };
const RATIO_FROM_BYTES = 1024 * 1024;
const MAX_NAME = 1_024;
const MAX_DEPTH = 64;
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/**
 * Unpacks `bytes` into `target`; all of it or nothing. A `target` that is there already is left as it is.
 * @throws PortolanError BUNDLE_REFUSED naming the rule, FILE_NOT_WRITABLE
 */
export async function unpackBundle(bytes: Buffer, target: string, limits: BundleLimits = BUNDLE_LIMITS): Promise<void> {
  if (await isThere(target)) return;
  const work = `${target}.unpacking`;
  try {
    await rm(work, { recursive: true, force: true });
    await mkdir(work, { recursive: true, mode: 0o700 });
    await unpackInto(bytes, work, limits);
    await rename(work, target);
  } catch (error) {
    await rm(work, { recursive: true, force: true }).catch(() => undefined);
    if (error instanceof PortolanError) throw error;
    if (errnoOf(error) === undefined) throw refused(zipFault(error), error);
    throw new PortolanError('FILE_NOT_WRITABLE', `The bundle cannot be unpacked: ${errnoSentence(error)}.`, {
      hint: 'Make room on the disk, then try again.',
      cause: error,
    });
  }
}

async function unpackInto(bytes: Buffer, folder: string, limits: BundleLimits): Promise<void> {
  const zip = await openZip(bytes);
  if (zip.entryCount > limits.files) throw refused(`it holds more than ${limits.files} files`);
  const names = new Map<string, string>();
  let total = 0;
  for await (const entry of entriesOf(zip)) {
    const name = checkName(entry.fileName);
    checkKind(entry);
    refuseSameName(name, names);
    if (name.endsWith('/')) {
      await mkdir(join(folder, name), { recursive: true, mode: 0o700 });
      continue;
    }
    total += entry.uncompressedSize;
    if (total > limits.bytes) throw refused(`it is larger than ${limits.bytes} bytes when unpacked`);
    if (entry.uncompressedSize > RATIO_FROM_BYTES && entry.uncompressedSize > entry.compressedSize * limits.ratio)
      throw refused('it grows beyond measure when unpacked');
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeEntry(zip, entry, path);
  }
}

async function writeEntry(zip: ZipFile, entry: Entry, path: string): Promise<void> {
  const isProgram = ((entry.externalFileAttributes >>> 16) & 0o111) !== 0;
  const source = await zip.openReadStreamPromise(entry);
  let written = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      written += chunk.length;
      if (written > entry.uncompressedSize) done(refused('a file in it is larger than it says'));
      else done(null, chunk);
    },
  });
  await pipeline(source, meter, createWriteStream(path, { flags: 'wx', mode: isProgram ? 0o700 : 0o600 }));
}

/** The name as it may be used below the folder. */
function checkName(name: string): string {
  const parts = name.replace(/\/$/, '').split('/');
  const bad = parts.find(
    (part) => part === '' || part === '.' || part === '..' || RESERVED.test(part) || /[\s.]$/.test(part),
  );
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  const isOdd = /[\\:*?"<>|\u0000-\u001f\u007f]/.test(name) || !name.isWellFormed();
  if (bad !== undefined || isOdd || name.startsWith('/'))
    throw refused('a name in it leads out of its folder or is no plain name');
  if (name.length > MAX_NAME || parts.length > MAX_DEPTH) throw refused('a name in it is too long');
  return name;
}

/** Plain files and folders only: a link could lead anywhere. */
function checkKind({ externalFileAttributes, fileName, generalPurposeBitFlag }: Entry): void {
  const kind = (externalFileAttributes >>> 16) & 0o170000;
  if (kind !== 0 && kind !== 0o100000 && kind !== 0o040000) throw refused('it holds a link or a device');
  if (kind === 0o040000 && !fileName.endsWith('/')) throw refused('a folder in it is written as a file');
  if ((generalPurposeBitFlag & 1) !== 0) throw refused('it is encrypted');
}

/** Every folder on the way counts as well: `A/x` and `a/y` are one folder on some systems. */
function refuseSameName(name: string, names: Map<string, string>): void {
  const parts = name.replace(/\/$/, '').split('/');
  for (let length = 1; length <= parts.length; length += 1) {
    const path = parts.slice(0, length).join('/');
    const key = path.normalize('NFC').toLowerCase();
    const before = names.get(key);
    const isFile = length === parts.length && !name.endsWith('/');
    if (before !== undefined && (before !== path || isFile))
      throw refused('two names in it are the same on some systems');
    names.set(key, path);
  }
}

function openZip(bytes: Buffer): Promise<ZipFile> {
  const { fromBufferPromise } = require('yauzl') as typeof import('yauzl');
  return fromBufferPromise(bytes, {
    lazyEntries: true,
    strictFileNames: true,
    validateEntrySizes: true,
    decodeStrings: true,
  });
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry, void, void> {
  for await (const entry of zip.eachEntry()) yield entry;
}

/** The reader of zip files looks at names by itself, before we do. */
function zipFault(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  return /path|characters in fileName/i.test(message)
    ? 'a name in it leads out of its folder or is no plain name'
    : 'it is no zip file that can be read';
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function refused(rule: string, cause?: unknown): PortolanError {
  return new PortolanError('BUNDLE_REFUSED', `The bundle was not unpacked: ${rule}.`, {
    hint: 'Tell its publisher. Nothing of it was kept.',
    cause,
  });
}
