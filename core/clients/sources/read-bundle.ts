// The manifest of a bundle (`.mcpb`, `.dxt`: a zip file). The whole directory of the archive is looked at first, and one bad
// entry refuses it; then the manifest alone is unpacked, into memory. Nothing is ever written.
import type { Readable } from 'node:stream';
import yauzl, { type Entry, type ZipFile } from 'yauzl';

/** Why a bundle is refused; `message` is half a sentence without any content of the bundle. */
export class BundleRefused extends Error {}

const MAX_ENTRIES = 50_000;
const MAX_NAME_CHARS = 1024;
const MAX_DEPTH = 64;
const MAX_MANIFEST_BYTES = 1024 * 1024;
const MAX_UNPACKED_BYTES = 4 * 1024 ** 3;
/** A better ratio than this over a whole archive is no program, but a trap. */
const MAX_RATIO = 200;
const MANIFEST = 'manifest.json';
const FILE_TYPE = { mask: 0o170000, regular: 0o100000, directory: 0o040000 } as const;

/** The bytes of `manifest.json` in the bundle at `path`. Throws BundleRefused, and the system's error for a file it cannot read. */
export async function readBundleManifest(path: string): Promise<Buffer> {
  const zip = await openZip(path);
  try {
    const manifest = await checkedManifest(zip);
    return await unpack(zip, manifest);
  } finally {
    zip.close();
  }
}

function openZip(path: string): Promise<ZipFile> {
  const options = { lazyEntries: true, autoClose: false, validateEntrySizes: true, strictFileNames: true } as const;
  return new Promise((resolve, reject) => {
    yauzl.open(path, options, (error, zip) => {
      if (error === null || error === undefined) resolve(zip);
      else reject('code' in error ? error : new BundleRefused('it is not a zip archive'));
    });
  });
}

/** Goes through the directory of the archive and gives the entry of the manifest. */
function checkedManifest(zip: ZipFile): Promise<Entry> {
  if (zip.entryCount > MAX_ENTRIES)
    throw new BundleRefused(`it holds more than ${MAX_ENTRIES.toLocaleString('en')} files`);
  return new Promise((resolve, reject) => {
    const checker = new EntryChecker();
    let manifest: Entry | undefined;
    zip.on('error', () => reject(new BundleRefused('its directory is damaged, or names a place outside the bundle')));
    zip.on('entry', (entry: Entry) => {
      try {
        checker.check(entry);
      } catch (error) {
        reject(error);
        return;
      }
      if (entry.fileName === MANIFEST) manifest = entry;
      zip.readEntry();
    });
    zip.on('end', () =>
      manifest === undefined ? reject(new BundleRefused('it has no manifest.json')) : resolve(manifest),
    );
    zip.readEntry();
  });
}

class EntryChecker {
  /** Names as a file system that knows no case sees them, with whether they are directories. */
  readonly #names = new Map<string, boolean>();
  #count = 0;
  #packed = 0;
  #unpacked = 0;

  /** Throws BundleRefused for an entry that no bundle may have. */
  check(entry: Entry): void {
    this.#count += 1;
    this.#packed += entry.compressedSize;
    this.#unpacked += entry.uncompressedSize;
    if (this.#count > MAX_ENTRIES) throw new BundleRefused('it holds too many files');
    if (this.#unpacked > MAX_UNPACKED_BYTES || this.#unpacked > MAX_RATIO * this.#packed + MAX_MANIFEST_BYTES) {
      throw new BundleRefused('it unpacks to far more than its size');
    }
    if (entry.isEncrypted()) throw new BundleRefused('it is encrypted');
    this.#checkType(entry);
    this.#checkName(entry.fileName);
  }

  #checkType({ externalFileAttributes, fileName }: Entry): void {
    const type = (externalFileAttributes >>> 16) & FILE_TYPE.mask;
    const expected = fileName.endsWith('/') ? FILE_TYPE.directory : FILE_TYPE.regular;
    if (type !== 0 && type !== expected) throw new BundleRefused('it holds a link or a special file');
  }

  #checkName(name: string): void {
    const isDirectory = name.endsWith('/');
    const path = isDirectory ? name.slice(0, -1) : name;
    const segments = path.split('/');
    // Windows drops dots and spaces at the end of a name, and a colon names a stream or a drive.
    const isBad = segments.some((segment) => segment === '' || /^\.{1,2}$|[. ]$|[\p{Cc}\\:]/u.test(segment));
    if (isBad || name.length > MAX_NAME_CHARS || segments.length > MAX_DEPTH) {
      throw new BundleRefused('it names a place outside the bundle, or one that not every system has');
    }
    const folded = path.normalize('NFC').toLowerCase();
    if (this.#names.has(folded) && !(isDirectory && this.#names.get(folded) === true)) {
      throw new BundleRefused('two of its files have names that differ in nothing but case');
    }
    this.#names.set(folded, isDirectory);
    // What is a directory for one entry must not be a file for another, in whatever case.
    for (let depth = 1; depth < segments.length; depth += 1) {
      const parent = segments.slice(0, depth).join('/').normalize('NFC').toLowerCase();
      if (this.#names.get(parent) === false) throw new BundleRefused('one of its names is a file and a folder');
      this.#names.set(parent, true);
    }
  }
}

function unpack(zip: ZipFile, entry: Entry): Promise<Buffer> {
  if (entry.uncompressedSize > MAX_MANIFEST_BYTES) throw new BundleRefused('its manifest is larger than 1 MiB');
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream: Readable | undefined) => {
      if (stream === undefined) {
        reject(new BundleRefused(error === null ? 'its manifest cannot be unpacked' : 'its manifest is damaged'));
        return;
      }
      const chunks: Buffer[] = [];
      let size = 0;
      stream.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > MAX_MANIFEST_BYTES) stream.destroy(new Error('larger than it says'));
        else chunks.push(chunk);
      });
      stream.on('error', () => reject(new BundleRefused('its manifest is damaged')));
      stream.on('end', () => resolve(Buffer.concat(chunks)));
    });
  });
}
