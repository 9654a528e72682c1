// Portolan's entries in the files of all clients as one thing: who has what, changing many files at once, history and undo,
// and what others changed since. Everything that writes happens one after another.
import { PortolanError } from '../../shared/errors.ts';
import type { ChangeInput, Drift, HistoryEntry, SetDone, SetPlan, SyncMatrix } from '../../shared/model/client-sync.ts';
import type { ClientFormat } from './client-format.ts';
import { CLIENT_FORMATS, clientFormat } from './client-formats.ts';
import { blockerError, type ChangeSetOptions, ChangeSets, runningBlocker } from './change-set.ts';
import { findDrift, type FoundDrift } from './drift.ts';
import { profileOf } from './own-entry.ts';
import { type Presence, presenceIn } from './presence.ts';
import { historyOf, setToUndo, type UndoInput } from './set-history.ts';
import { SetWriter } from './set-writer.ts';

export interface ClientSyncOptions extends Omit<ChangeSetOptions, 'writer'> {
  readonly backupsDir: string;
  /** Runs one change of files after the other. */
  readonly inTurn: <Result>(action: () => Promise<Result>) => Promise<Result>;
}

export class ClientSync {
  readonly #options: ClientSyncOptions;
  readonly #writer: SetWriter;
  readonly #sets: ChangeSets;
  readonly #listeners = new Set<() => void>();

  constructor(options: ClientSyncOptions) {
    this.#options = options;
    const { backupsDir: directory, now, tokens } = options;
    this.#writer = new SetWriter({ directory, now, endToken: (id) => tokens.end(id) });
    this.#sets = new ChangeSets({ ...options, writer: this.#writer });
  }

  /** @see ChangeSets.plan */
  plan(changes: readonly ChangeInput[], how?: { strict: boolean }): Promise<SetPlan> {
    return this.#sets.plan(changes, how);
  }

  /** @see ChangeSets.apply */
  apply(input: { planId: string; force?: boolean | undefined; by: string }): Promise<SetDone> {
    return this.#change(() => this.#sets.apply(input));
  }

  /**
   * Puts back the bytes from before a set in all its files, removes files that it made, and ends its tokens.
   * Throws NOT_FOUND, NOTHING_TO_UNDO, CLIENT_RUNNING unless `force`, FILE_CHANGED when one of the files is not what the set left.
   */
  undo(input: UndoInput & { force?: boolean | undefined }): Promise<SetDone> {
    return this.#change(async () => {
      for (;;) {
        const record = setToUndo((await this.#writer.store.load()).sets, input);
        for (const { client } of input.force === true ? [] : record.files)
          await this.#refuseRunning(clientFormat(client));
        // A set that never took effect is passed over.
        if (!(await this.#writer.undo(record)) && input.id === undefined) continue;
        const files = record.files.map(({ client, path }) => {
          return { client, path, changed: true, reload: clientFormat(client).reload };
        });
        return { id: record.id, files };
      }
    });
  }

  /** All applied sets, newest first. Throws FILE_NOT_READABLE. */
  async history(): Promise<HistoryEntry[]> {
    return historyOf((await this.#options.inTurn(() => this.#writer.store.load())).sets);
  }

  /** Which server is in which client that `isFound`. */
  async matrix(isFound: (format: ClientFormat) => Promise<boolean>): Promise<SyncMatrix> {
    const { env, launcher, list, isRunning } = this.#options;
    const { written } = await this.#writer.store.load();
    const options = { env, launcher: launcher(), servers: list(), written, isRunning };
    const columns = await Promise.all(
      CLIENT_FORMATS.map(async (format) => ((await isFound(format)) ? presenceIn(format, options) : undefined)),
    );
    // Of clients that share a file the first has its column.
    const paths = columns.map((column) => column?.column.path);
    const found = columns.filter(
      (column, index) => column !== undefined && paths.indexOf(paths[index]) === index,
    ) as Presence[];
    return { clients: found.map(({ column }) => column), cells: found.flatMap(({ cells }) => cells) };
  }

  /** What is not as Portolan left it. Never throws for the state of clients' files. */
  async drift(): Promise<Drift[]> {
    return (await this.#found()).map(({ drift }) => drift);
  }

  /** A plan that puts right what drifted: all of it, or what `ids` name. Throws NOT_FOUND when none of that is left. */
  async planRepair(ids: readonly string[] | undefined): Promise<SetPlan> {
    const wanted = (await this.#found()).filter(({ drift }) => ids === undefined || ids.includes(drift.id));
    const changes = wanted.flatMap(({ repair }) => repair ?? []);
    if (changes.length > 0) return this.plan(changes);
    throw new PortolanError('NOT_FOUND', 'There is nothing to repair.', {
      hint: 'See what is there: portolan clients',
    });
  }

  /** Leaves what `ids` name as it is and does not watch those entries any more. */
  forget(ids: readonly string[]): Promise<void> {
    return this.#change(async () => {
      const named = (await this.#found(false)).filter(({ drift }) => ids.includes(drift.id)).map(({ drift }) => drift);
      const { store } = this.#writer;
      const document = await store.load();
      const isLeft = ({ path, target }: { path: string; target: string }): boolean =>
        !named.some((drift) => drift.path === path && drift.target === target);
      await store.save({ ...document, written: document.written.filter(isLeft) });
    });
  }

  /** Finishes what a crash left half done. Throws FILE_NOT_READABLE, FILE_NOT_WRITABLE. */
  recover(): Promise<void> {
    return this.#change(() => this.#writer.recover());
  }

  /** Files to look at for drift: those with entries of Portolan's, and those that their clients could read instead. */
  async watchedPaths(): Promise<string[]> {
    const { written } = await this.#options.inTurn(() => this.#writer.store.load());
    const clients = new Set(written.map(({ client }) => client));
    const own = CLIENT_FORMATS.filter(({ id }) => clients.has(id)).flatMap((format) =>
      format.files(this.#options.env).filter(({ scope, readOnly }) => scope === 'user' && readOnly !== true),
    );
    return [...new Set([...written, ...own].map(({ path }) => path))].filter((path) => !path.includes('*'));
  }

  /** `listener` is called after every change of ours. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  #found(inTurn = true): Promise<FoundDrift[]> {
    const { env, list, profile } = this.#options;
    const names = new Set(list().map(({ name }) => name));
    const isKnown = (target: string): boolean => {
      const ofProfile = profileOf(target);
      return ofProfile === undefined ? names.has(target) : profile(ofProfile) !== undefined;
    };
    const find = async () => findDrift({ env, isKnown, written: (await this.#writer.store.load()).written });
    // In turn: a file of ours that is being written has not drifted.
    return inTurn ? this.#options.inTurn(find) : find();
  }

  async #change<Result>(action: () => Promise<Result>): Promise<Result> {
    const result = await this.#options.inTurn(async () => {
      // What an earlier change could neither finish nor take back is tried again first; it must not stop this one.
      await this.#writer.recover().catch(() => undefined);
      return action();
    });
    for (const listener of this.#listeners) listener();
    return result;
  }

  async #refuseRunning(format: ClientFormat): Promise<void> {
    if (format.rewritesFile && (await this.#options.isRunning(format))) throw blockerError(runningBlocker(format));
  }
}
