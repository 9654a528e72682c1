// What Portolan did to other programs' files, on disk: every change set with copies of the bytes from before, and which
// entries it left where. It is journal and history in one: a set is there, as `writing`, before its first file changes.
// The copies may hold secrets of those files: 0600, in Portolan's own directory.
import { mkdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { PortolanError } from '../../shared/errors.ts';
import { writeFileAtomic } from '../base/atomic-file.ts';
import { errnoOf, errnoSentence } from '../base/errno.ts';
import type { ExportMode } from './client-format.ts';

/** An entry that Portolan wrote, without its content. */
export interface WrittenEntry {
  readonly client: string;
  readonly path: string;
  /** In the file. */
  readonly name: string;
  /** A server, or `profile:NAME`. */
  readonly target: string;
  readonly mode: ExportMode;
  /** SHA-256 of the entry, in hex. */
  readonly digest: string;
  /** RFC 3339. */
  readonly at: string;
}

/** One file of a set. */
export interface SetFile {
  readonly client: string;
  /** As the person or the client names it. */
  readonly path: string;
  /** Behind all symbolic links. */
  readonly target: string;
  /** SHA-256 of the bytes before and after; `none` for a file that is not there. */
  readonly before: string;
  readonly after: string;
  /** Name of the copy in the directory of backups; absent for a file that was made. */
  readonly copy?: string;
  readonly mode?: number;
  /** Servers and profiles (`profile:NAME`) whose entries changed. */
  readonly servers: readonly string[];
  /** What was remembered of this file before this set. */
  readonly remembered: readonly WrittenEntry[];
}

export interface SetRecord {
  readonly id: string;
  /** RFC 3339. */
  readonly at: string;
  /** Who asked. */
  readonly by: string;
  readonly state: 'writing' | 'written' | 'undoing' | 'undone';
  readonly files: readonly SetFile[];
  /** Ids of the gateway clients that were made for it. */
  readonly tokens: readonly string[];
  /** Its copies are gone, so it cannot be undone. */
  readonly pruned?: true;
}

export interface SetDocument {
  readonly version: 1;
  /** Oldest first. */
  readonly sets: readonly SetRecord[];
  readonly written: readonly WrittenEntry[];
  /** Ids of all gateway clients that exports have made and not ended yet. */
  readonly tokens: readonly string[];
}

const INDEX = 'index.json';
const KEEP_PER_FILE = 10;
const KEEP_SETS = 200;

export class SetStore {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Everything that is kept. Throws FILE_NOT_READABLE when the index is damaged. */
  async load(): Promise<SetDocument> {
    const path = join(this.#directory, INDEX);
    try {
      const index: unknown = JSON.parse(await readFile(path, 'utf8'));
      const document = Array.isArray(index) ? fromList(index) : index;
      if (!isDocument(document)) throw new Error('it is not an index of backups');
      return document;
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return { version: 1, sets: [], written: [], tokens: [] };
      throw new PortolanError('FILE_NOT_READABLE', `${path}, the index of backups, cannot be read.`, {
        hint: 'Move it away; the copies beside it stay usable by hand.',
        data: { path },
        cause: error,
      });
    }
  }

  /** Replaces the index as a whole; it is on disk when this returns. Throws FILE_NOT_WRITABLE. */
  async save(document: SetDocument): Promise<void> {
    await this.#makeDirectory();
    await writeFileAtomic(join(this.#directory, INDEX), `${JSON.stringify(document, null, 2)}\n`);
  }

  /** Keeps `bytes` under `name`. Throws FILE_NOT_WRITABLE. */
  async addCopy(name: string, bytes: Buffer): Promise<void> {
    await this.#makeDirectory();
    await writeFileAtomic(join(this.#directory, name), bytes);
  }

  /** The bytes from before; undefined for a file that was not there. Throws what reading throws. */
  async readCopy({ copy }: SetFile): Promise<Buffer | undefined> {
    return copy === undefined ? undefined : readFile(join(this.#directory, copy));
  }

  async removeCopies(files: readonly Pick<SetFile, 'copy'>[]): Promise<void> {
    for (const { copy } of files) {
      if (copy !== undefined) await unlink(join(this.#directory, copy)).catch(() => undefined);
    }
  }

  /** `document` with the copies of old sets given up: the last ten of every file stay. */
  async prune(document: SetDocument): Promise<SetDocument> {
    const counts = new Map<string, number>();
    const sets: SetRecord[] = [];
    for (const set of document.sets.toReversed().slice(0, KEEP_SETS)) {
      if (set.state === 'undone' || set.pruned === true) {
        sets.push(set);
        continue;
      }
      const isKept = set.files.every(({ target }) => {
        const count = (counts.get(target) ?? 0) + 1;
        counts.set(target, count);
        return count <= KEEP_PER_FILE;
      });
      if (!isKept) await this.removeCopies(set.files);
      sets.push(isKept ? set : { ...set, pruned: true });
    }
    for (const old of document.sets.slice(0, -KEEP_SETS)) await this.removeCopies(old.files);
    return { ...document, sets: sets.reverse() };
  }

  async #makeDirectory(): Promise<void> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
      throw new PortolanError('FILE_NOT_WRITABLE', `${this.#directory} cannot be made: ${errnoSentence(cause)}.`, {
        hint: 'Make the data folder writable and see that the disk has room; without a backup nothing is changed.',
        data: { path: this.#directory, errno: errnoOf(cause) ?? null },
        cause,
      });
    });
  }
}

/** `document` with the set of this id replaced by what `change` makes of it, or taken out. */
export function withSet(
  document: SetDocument,
  id: string,
  change: (set: SetRecord) => SetRecord | undefined,
): SetDocument {
  return { ...document, sets: document.sets.flatMap((set) => (set.id === id ? (change(set) ?? []) : [set])) };
}

/** `document` remembering exactly `entries` of the file at `path`. */
export function remembering(document: SetDocument, path: string, entries: readonly WrittenEntry[]): SetDocument {
  return { ...document, written: [...document.written.filter((entry) => entry.path !== path), ...entries] };
}

/** The first form of the index: a list of single files. */
function fromList(records: readonly unknown[]): unknown {
  const sets = records.map((record) => {
    const { id, at, ...file } = record as Record<string, unknown>;
    return { id, at, by: '', state: 'written', files: [{ ...file, servers: [], remembered: [] }], tokens: [] };
  });
  return { version: 1, sets, written: [], tokens: [] };
}

function isDocument(value: unknown): value is SetDocument {
  if (typeof value !== 'object' || value === null) return false;
  const { version, sets, written, tokens } = value as Record<string, unknown>;
  return (
    version === 1 && Array.isArray(written) && Array.isArray(tokens) && Array.isArray(sets) && sets.every(isSetRecord)
  );
}

function isSetRecord(value: unknown): value is SetRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { id, at, by, state, files, tokens } = value as Record<string, unknown>;
  return (
    [id, at, by, state].every((text) => typeof text === 'string') &&
    Array.isArray(tokens) &&
    Array.isArray(files) &&
    files.every(isSetFile)
  );
}

function isSetFile(value: unknown): value is SetFile {
  if (typeof value !== 'object' || value === null) return false;
  const { client, path, target, before, after, copy, servers, remembered } = value as Record<string, unknown>;
  return (
    [client, path, target, before, after].every((text) => typeof text === 'string') &&
    [servers, remembered].every(Array.isArray) &&
    (copy === undefined || (typeof copy === 'string' && /^[\w.-]+\.bak$/.test(copy)))
  );
}
