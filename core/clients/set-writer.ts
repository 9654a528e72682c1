// Applies change sets to other programs' files, takes them back, and finishes after a crash what was begun.
// A set stands in the index as `writing` or `undoing` while its files change, so that the next start can tell.
import { randomBytes } from 'node:crypto';
import { PortolanError } from '../../shared/errors.ts';
import { clientFormat } from './client-formats.ts';
import type { PlannedEntry } from './export-plan.ts';
import {
  remembering,
  type SetDocument,
  type SetFile,
  type SetRecord,
  SetStore,
  withSet,
  type WrittenEntry,
} from './set-store.ts';
import { changedSince, checkUnchanged, type FileChange, swapFiles, withLocks } from './swap-files.ts';
import { bytesHash, readTarget, sweepStaged, type TargetFile } from './target-file.ts';

/** A file of a set that is about to be written. */
export interface SetChange extends FileChange {
  readonly client: string;
  readonly servers: readonly string[];
  /** Entries of Portolan that the new bytes hold and that this set knows of. */
  readonly entries: readonly PlannedEntry[];
  /** Names of the entries that it takes out. */
  readonly removed: readonly string[];
}

/** A lock that a killed host left is stale after ten seconds. */
const LEFT_LOCK_MS = 12_000;

export interface SetWriterOptions {
  readonly directory: string;
  readonly now: () => number;
  /** Ends a client of the gateway that an export made. Never throws for one that is gone. */
  readonly endToken: (id: string) => Promise<void>;
}

export class SetWriter {
  readonly store: SetStore;
  readonly #options: SetWriterOptions;

  constructor(options: SetWriterOptions) {
    this.#options = options;
    this.store = new SetStore(options.directory);
  }

  /**
   * Writes all files of a set or none, after a copy of each. `tokens`: gateway clients made for it, which end with it;
   * `ended`: older ones of Portolan's that no file holds afterwards.
   * Throws FILE_CHANGED, FILE_NOT_WRITABLE, FILE_NOT_READABLE.
   */
  async write(
    changes: readonly SetChange[],
    about: { by: string; tokens: readonly string[]; ended: readonly string[] },
  ): Promise<SetRecord> {
    const { store } = this;
    const at = new Date(this.#options.now()).toISOString();
    const id = `${at.replaceAll(/[^0-9TZ]/g, '')}-${randomBytes(4).toString('hex')}`;
    const locked = changes.map(({ format, file }) => ({ format, target: file.target }));
    return withLocks(locked, async () => {
      for (const { file } of changes) await checkUnchanged(file);
      const before = await store.load();
      const files = changes.map((change, index) => fileRecord(change, before, `${change.client}-${id}-${index}`));
      const record: SetRecord = { id, at, by: about.by, state: 'writing', files, tokens: about.tokens };
      for (const [index, { copy }] of files.entries()) {
        const bytes = changes[index]?.file.bytes;
        if (copy !== undefined && bytes !== undefined) await store.addCopy(copy, bytes);
      }
      const tokens = [...before.tokens, ...about.tokens];
      await store.save(await store.prune({ ...before, tokens, sets: [...before.sets, record] }));
      try {
        await swapFiles(changes);
        await this.#settleWritten(record, changes, at);
      } catch (error) {
        await this.#takeBack(record).catch(() => undefined);
        throw error;
      }
      await this.#end(about.ended);
      return record;
    });
  }

  /**
   * Puts back the bytes from before `record` in all its files, and ends its tokens. False when no file had to be changed.
   * Throws FILE_CHANGED when a file is neither what the set left nor what was before, FILE_NOT_WRITABLE.
   */
  async undo(record: SetRecord): Promise<boolean> {
    const locked = record.files.map(({ client, target }) => ({ format: clientFormat(client), target }));
    return withLocks(locked, async () => {
      const changes: FileChange[] = [];
      for (const file of record.files) {
        const change = await this.#restoreOf(file);
        if (change === 'other') throw changedSince(file.path);
        if (change !== 'before') changes.push(change);
      }
      if (changes.length > 0) {
        try {
          await this.#setState(record, 'undoing');
          await swapFiles(changes);
        } catch (error) {
          await this.#setState(record, 'written').catch(() => undefined);
          throw error;
        }
      }
      await this.#settleUndone(record);
      return changes.length > 0;
    });
  }

  /**
   * Finishes what a crash left half done: a set that was being written is written as a whole or taken back, an undo is
   * completed. Files that another program has written since keep what they have.
   */
  async recover(): Promise<void> {
    const begun = (await this.store.load()).sets.filter(({ state }) => state === 'writing' || state === 'undoing');
    for (const record of begun) {
      const locked = record.files.map(({ client, target }) => ({ format: clientFormat(client), target }));
      await withLocks(
        locked,
        async () => {
          for (const { target } of record.files) await sweepStaged(target);
          const isWhole = (await Promise.all(record.files.map(isAsWritten))).every(Boolean);
          if (record.state === 'writing' && isWhole) await this.#setState(record, 'written');
          else await this.#takeBack(record);
        },
        LEFT_LOCK_MS,
      );
    }
  }

  /** Restores what of a set was written and forgets the set; after an undo it stays in the history. */
  async #takeBack(record: SetRecord): Promise<void> {
    for (const file of record.files) {
      const change = await this.#restoreOf(file);
      if (typeof change !== 'string') await swapFiles([change]);
    }
    if (record.state === 'undoing') return this.#settleUndone(record);
    const document = await this.store.load();
    await this.#forgetFiles(
      withSet(document, record.id, () => undefined),
      record,
    );
  }

  async #restoreOf(file: SetFile): Promise<FileChange | 'before' | 'other'> {
    const current = await readTarget(file.target);
    const hash = bytesHash(current.bytes);
    if (hash === file.before) return 'before';
    if (hash !== file.after) return 'other';
    const data = await this.store.readCopy(file);
    return {
      format: clientFormat(file.client),
      file: { ...current, path: file.target },
      data,
      newMode: file.mode ?? 0o600,
    };
  }

  async #settleWritten(record: SetRecord, changes: readonly SetChange[], at: string): Promise<void> {
    let document = await this.store.load();
    for (const change of changes) {
      document = remembering(document, change.file.path, entriesAfter(document, change, at));
    }
    await this.store.save(withSet(document, record.id, (set) => ({ ...set, state: 'written' })));
  }

  async #settleUndone(record: SetRecord): Promise<void> {
    const document = withSet(await this.store.load(), record.id, (set) => ({ ...set, state: 'undone' }));
    await this.#forgetFiles(document, record);
  }

  /** What was remembered before the set is remembered again; its copies and tokens go. */
  async #forgetFiles(document: SetDocument, record: SetRecord): Promise<void> {
    let after = document;
    for (const { path, remembered } of record.files) after = remembering(after, path, remembered);
    await this.store.save(after);
    await this.store.removeCopies(record.files);
    await this.#end(record.tokens);
  }

  async #setState(record: SetRecord, state: SetRecord['state']): Promise<void> {
    await this.store.save(withSet(await this.store.load(), record.id, (set) => ({ ...set, state })));
  }

  async #end(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    for (const id of ids) await this.#options.endToken(id);
    const document = await this.store.load();
    await this.store.save({ ...document, tokens: document.tokens.filter((id) => !ids.includes(id)) });
  }
}

/** How a file of a set looks now. Throws as reading does. */
export async function stateOf(file: SetFile): Promise<'before' | 'after' | 'other'> {
  const hash = bytesHash((await readTarget(file.target)).bytes);
  return hash === file.after ? 'after' : hash === file.before ? 'before' : 'other';
}

export function nothingToUndo(what: string): PortolanError {
  return new PortolanError('NOTHING_TO_UNDO', `There is no export ${what} to undo.`);
}

async function isAsWritten(file: SetFile): Promise<boolean> {
  return (await stateOf(file).catch(() => 'other')) === 'after';
}

function fileRecord(change: SetChange, { written }: SetDocument, copy: string): SetFile {
  const { client, data, servers } = change;
  const file: TargetFile = change.file;
  return {
    client,
    path: file.path,
    target: file.target,
    before: bytesHash(file.bytes),
    after: bytesHash(data),
    ...(file.bytes === undefined ? {} : { copy: `${copy}.bak` }),
    ...(file.mode === undefined ? {} : { mode: file.mode }),
    servers,
    remembered: written.filter((entry) => entry.path === file.path),
  };
}

function entriesAfter({ written }: SetDocument, change: SetChange, at: string): WrittenEntry[] {
  const { client, file, entries, removed } = change;
  const names = new Set([...removed, ...entries.map(({ name }) => name)]);
  const kept = written.filter((entry) => entry.path === file.path && !names.has(entry.name));
  return [...kept, ...entries.map((entry) => ({ client, path: file.path, ...entry, at }))];
}
