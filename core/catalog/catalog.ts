// The catalog of servers, in force: one file that people and this host both change. The file is the truth; what is broken
// in it is told and never overwritten, and the last good version stays in force.
import { dirname } from 'node:path';
import { PortolanError, toPortolanError } from '../../shared/errors.ts';
import type { CatalogInput } from '../../shared/model/catalog-input.ts';
import type { Identity } from '../../shared/model/identity.ts';
import type { Profile } from '../../shared/model/profile.ts';
import type { Endpoint, ServerEntry } from '../../shared/model/server-entry.ts';
import type { CatalogState } from '../../shared/model/system.ts';
import { sweepTempFiles } from '../base/atomic-file.ts';
import { type CatalogReading, readAtRest, replaceIfSame, sameBytes } from './catalog-disk.ts';
import { difference } from './catalog-difference.ts';
import {
  addEntries,
  allOf,
  type CatalogEdit,
  existing,
  removeEntry,
  renameEntry,
  updateEntry,
} from './catalog-edits.ts';
import { type CatalogContent, MAX_CATALOG_BYTES, readCatalog } from './catalog-file.ts';
import { changedOutside, leftOut, problemOf, reasonOf, refusedChange, tooLarge } from './catalog-problems.ts';
import type { OptionsPatch } from './entry-form.ts';
import { type FileWatch, watchFile } from '../base/file-watch.ts';
import { addIdentity, existingIdentity, removeIdentity, updateIdentity } from './identity-edits.ts';
import { setInput } from './input-form.ts';
import {
  addProfile,
  existingProfile,
  type ProfilePatch,
  removeProfile,
  renameProfile,
  updateProfile,
} from './profile-edits.ts';
import { UndoStack } from './undo-stack.ts';

export interface CatalogChange {
  readonly state: CatalogState;
  readonly changed: string[];
  readonly removed: string[];
  readonly added: string[];
  /** Profiles that were added, changed or removed. */
  readonly profiles: string[];
  /** Identities that were added, changed or removed. */
  readonly identities: string[];
}

export interface CatalogOptions {
  readonly path: string;
  readonly logger: { warn(message: string, fields?: Readonly<Record<string, unknown>>): void };
  /** Epoch milliseconds, to tell which temporary files were left by a writer that died. */
  readonly now?: () => number;
  /** Called once for each change of the file or of what is in force, whoever made it. */
  onChange(change: CatalogChange): void;
}

const MAX_ATTEMPTS = 8;

export class Catalog {
  readonly #options: CatalogOptions;
  readonly #undo = new UndoStack();
  /** What the file held when it was last read or written here. */
  #reading: CatalogReading | undefined;
  #inForce: CatalogContent = readCatalog(undefined);
  #refusal: PortolanError | undefined;
  #revision = 0;
  #watch: FileWatch | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(options: CatalogOptions) {
    this.#options = options;
  }

  /** Reads the file and watches it. Never throws for what is in the file or for a missing one: see `state().problem`. */
  static async open(options: CatalogOptions): Promise<Catalog> {
    const catalog = new Catalog(options);
    await sweepTempFiles(dirname(options.path), options.now?.() ?? Date.now());
    catalog.#adopt(await readAtRest(options.path, undefined));
    catalog.#watch = watchFile(options.path, () => void catalog.#enqueue(() => catalog.#reload()));
    return catalog;
  }

  state(): CatalogState {
    const bad = leftOut(this.#inForce);
    const error = this.#refusal ?? bad[0]?.error;
    const more = this.#refusal === undefined && bad.length > 1 ? ` (and ${bad.length - 1} more)` : '';
    return {
      revision: this.#revision,
      path: this.#options.path,
      servers: this.#inForce.entries.size,
      canUndo: this.#undo.top !== undefined,
      ...(error === undefined ? {} : { problem: problemOf(error, more) }),
    };
  }

  list(): readonly ServerEntry[] {
    return [...this.#inForce.entries.values()];
  }

  /** Entries that cannot be used included. */
  names(): readonly string[] {
    return [...this.#inForce.names];
  }

  get(name: string): ServerEntry | undefined {
    return this.#inForce.entries.get(name);
  }

  /** All profiles, in the order of the file. */
  profiles(): readonly Profile[] {
    return [...this.#inForce.profiles.values()];
  }

  profile(name: string): Profile | undefined {
    return this.#inForce.profiles.get(name);
  }

  /** Throws NAME_INVALID, DUPLICATE_NAME (a server or profile of that name), SERVER_NOT_FOUND (of a member), and as every change. */
  async createProfile(profile: Profile): Promise<Profile> {
    await this.change(`create profile ${profile.name}`, addProfile(profile));
    return existingProfile(this.#inForce, profile.name);
  }

  /** An empty title is taken away. Throws PROFILE_NOT_FOUND and SERVER_NOT_FOUND. */
  async updateProfile(name: string, patch: ProfilePatch): Promise<Profile> {
    await this.change(`change profile ${name}`, updateProfile(name, patch));
    return existingProfile(this.#inForce, name);
  }

  /** Throws PROFILE_NOT_FOUND, NAME_INVALID, DUPLICATE_NAME. */
  async renameProfile(name: string, to: string): Promise<Profile> {
    await this.change(`rename profile ${name} to ${to}`, renameProfile(name, to));
    return existingProfile(this.#inForce, to);
  }

  /** Throws PROFILE_NOT_FOUND. */
  async removeProfile(name: string): Promise<void> {
    await this.change(`remove profile ${name}`, removeProfile(name));
  }

  /** All identities, in the order of the file. */
  identities(): readonly Identity[] {
    return [...this.#inForce.identities.values()];
  }

  /** What entries may ask a person for, in the order of the file. */
  inputs(): readonly CatalogInput[] {
    return [...this.#inForce.inputs.values()];
  }

  /** Throws NAME_INVALID, DUPLICATE_NAME, INPUT_INVALID (a literal secret). */
  async addIdentity(identity: Identity): Promise<Identity> {
    await this.change(`add identity ${identity.name}`, addIdentity(identity));
    return existingIdentity(this.#inForce, identity.name);
  }

  /** The identity is as given then; keys that are not ours stay. Throws IDENTITY_NOT_FOUND, INPUT_INVALID. */
  async updateIdentity(name: string, identity: Identity): Promise<Identity> {
    await this.change(`change identity ${name}`, updateIdentity(name, identity));
    return existingIdentity(this.#inForce, name);
  }

  /** Throws IDENTITY_NOT_FOUND. */
  async removeIdentity(name: string): Promise<void> {
    await this.change(`remove identity ${name}`, removeIdentity(name));
  }

  /** Throws NAME_INVALID, DUPLICATE_NAME, INPUT_INVALID (a literal secret), URL_REFUSED, and as every change CATALOG_*. */
  async add(entry: ServerEntry): Promise<ServerEntry> {
    return (await this.addMany([entry]))[0] ?? entry;
  }

  /** All or none, in one change, with the inputs that they ask for. Throws as `add`. */
  async addMany(entries: readonly ServerEntry[], inputs: readonly CatalogInput[] = []): Promise<ServerEntry[]> {
    const what = entries.length === 1 ? entries[0]?.name : `${entries.length} servers`;
    await this.change(`add ${what}`, allOf([addEntries(entries), ...inputs.map(setInput)]));
    return entries.map(({ name }) => existing(this.#inForce, name));
  }

  /** An option that is undefined or an empty text is taken away. Throws SERVER_NOT_FOUND and as `add`. */
  async update(name: string, patch: { endpoint?: Endpoint; options?: OptionsPatch }): Promise<ServerEntry> {
    await this.change(`change ${name}`, updateEntry(name, patch));
    return existing(this.#inForce, name);
  }

  /** Throws SERVER_NOT_FOUND. An entry that cannot be used can still be removed. */
  async remove(name: string): Promise<void> {
    await this.change(`remove ${name}`, removeEntry(name));
  }

  /** Throws SERVER_NOT_FOUND, NAME_INVALID, DUPLICATE_NAME. */
  async rename(name: string, to: string): Promise<ServerEntry> {
    await this.change(`rename ${name} to ${to}`, renameEntry(name, to));
    return existing(this.#inForce, to);
  }

  async setEnabled(name: string, enabled: boolean): Promise<ServerEntry> {
    await this.change(`${enabled ? 'enable' : 'disable'} ${name}`, updateEntry(name, { options: { enabled } }));
    return existing(this.#inForce, name);
  }

  /**
   * Puts the bytes back that were there before the last change made here.
   * Throws NOTHING_TO_UNDO, or FILE_CHANGED when someone else has changed the file since.
   */
  async undo(): Promise<{ undone: string }> {
    return this.#enqueue(async () => {
      await this.#reload();
      const step = this.#undo.top;
      if (step === undefined) {
        if (this.#undo.changedOutside) throw changedOutside();
        throw new PortolanError('NOTHING_TO_UNDO', 'no change has been made here that could be undone');
      }
      if (!(await this.#replace(step.before))) {
        await this.#reload();
        throw changedOutside();
      }
      this.#undo.pop();
      this.#adopt({ bytes: step.before, content: readCatalog(step.before) });
      return { undone: step.what };
    });
  }

  /** Stops watching and waits for changes that are under way. */
  async close(): Promise<void> {
    this.#watch?.close();
    await this.#queue;
  }

  /** Any edit as one change that is undone at once. Throws what it throws, and as every change. */
  async change(what: string, edit: CatalogEdit): Promise<void> {
    await this.#enqueue(async () => {
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
        const { bytes: before, content } = await this.#reload();
        if (content.refusal !== undefined) throw refusedChange(content.refusal, this.#options.path);
        const text = edit(content);
        if (text === content.text) return;
        const bytes = Buffer.from(content.bom + text);
        const reading = { bytes, content: readCatalog(bytes) };
        if (bytes.length > MAX_CATALOG_BYTES) throw tooLarge();
        if (reading.content.refusal !== undefined) throw reading.content.refusal;
        if (!(await this.#replace(bytes))) continue;
        this.#undo.push({ what, before });
        this.#adopt(reading);
        return;
      }
      throw new PortolanError('CATALOG_NOT_WRITABLE', 'another program keeps changing the catalog', {
        hint: 'Close the program that writes the catalog and try again.',
      });
    });
  }

  async #replace(after: Buffer | undefined): Promise<boolean> {
    try {
      return await replaceIfSame(this.#options.path, this.#reading?.bytes, after);
    } catch (error) {
      // A failure after the rename leaves the new bytes: what is there is what counts.
      await this.#reload();
      throw error;
    }
  }

  /** Takes over what is on the disk; someone else's change ends what could be undone. */
  async #reload(): Promise<CatalogReading> {
    const reading = await readAtRest(this.#options.path, this.#reading);
    if (!sameBytes(reading.bytes, this.#reading?.bytes)) {
      this.#undo.clear();
      this.#adopt(reading);
    }
    return reading;
  }

  #adopt(reading: CatalogReading): void {
    const before = this.#inForce;
    const { refusal } = reading.content;
    this.#reading = reading;
    this.#refusal = refusal;
    if (refusal === undefined || refusal.code === 'CATALOG_NEWER') this.#inForce = reading.content;
    this.#revision += 1;
    if (refusal !== undefined) this.#options.logger.warn('the catalog cannot be used as it is', reasonOf(refusal));
    for (const { what, error } of leftOut(reading.content)) {
      this.#options.logger.warn(`${what} is left out`, reasonOf(error));
    }
    if (this.#revision === 1) return;
    try {
      this.#options.onChange({ state: this.state(), ...difference(before, this.#inForce) });
    } catch (error) {
      this.#options.logger.warn('a listener of the catalog failed', { reason: toPortolanError(error).message });
    }
  }

  /** One after the other; a failure of one does not reach the next. */
  #enqueue<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(task);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}
