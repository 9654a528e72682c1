// Secrets by name, kept where a person chose: in the system's keychain, an encrypted file, or memory. Nothing here falls
// back from one to another: without the chosen one there is an error.
import { dirname } from 'node:path';
import type { VaultState } from '../../shared/model/system.ts';
import type { StateDb } from '../base/state-db.ts';
import * as items from './item-name.ts';
import { Keychain } from './keychain.ts';
import { PlaceInUse } from './place-in-use.ts';
import type { ScryptCost } from './sealed-file.ts';
import type { SecretStore } from './secret-store.ts';
import { VaultChoice, type VaultKind } from './vault-choice.ts';
import { checkSecretName, checkSecretValue, isSecretName, secretNotFound } from './vault-errors.ts';
import { VaultIndex } from './vault-index.ts';
import { VaultPlaces } from './vault-places.ts';

export interface VaultOptions {
  readonly stateDb: StateDb;
  /** Service name in the keychain; made from the data directory by default. */
  readonly service?: string;
  readonly logger: { warn(message: string, fields?: Readonly<Record<string, unknown>>): void };
  readonly redactor: { addSecret(value: string): void; removeSecret(value: string): void };
  /** Called with each state that differs from the one before. */
  readonly onState?: (state: VaultState) => void;
  /** In the place of the system's keychain. */
  readonly store?: SecretStore;
  /** Of the key of a new encrypted file. */
  readonly fileCost?: ScryptCost;
  readonly clock?: { now(): number };
}

/** What one task of `Vault.own` may do. Texts that Portolan makes itself, in no list of secrets. */
export interface OwnTexts {
  /** Undefined: certainly not there. Throws KEYCHAIN_*. */
  read(key: string): Promise<string | undefined>;
  write(key: string, text: string): Promise<void>;
  remove(key: string): Promise<void>;
}

export class Vault {
  readonly redactor: VaultOptions['redactor'];
  readonly #place: PlaceInUse;
  readonly #onOpen = new Set<() => void>();
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(options: VaultOptions) {
    const { stateDb, logger, onState, clock = Date } = options;
    const dataDir = dirname(stateDb.path);
    const places = new VaultPlaces({
      dataDir,
      index: new VaultIndex(stateDb),
      keychain: options.store ?? new Keychain({ service: options.service ?? items.serviceName(dataDir) }),
      fileCost: options.fileCost,
      now: () => clock.now(),
    });
    this.redactor = options.redactor;
    const tell = (state: VaultState): void => {
      onState?.(state);
      if (state.state === 'unlocked') for (const fn of this.#onOpen) fn();
    };
    this.#place = new PlaceInUse({ choice: new VaultChoice(stateDb), places, logger, onState: tell });
  }

  /** Calls `fn` each time when the store can be used and could not before, or was not tried yet. */
  onOpen(fn: () => void): void {
    this.#onOpen.add(fn);
  }

  /** Does not touch the keychain yet: that may ask a person for a password. */
  static async open(options: VaultOptions): Promise<Vault> {
    return new Vault(options);
  }

  /** As the last call to the store showed it. */
  state(): VaultState {
    return this.#place.state;
  }

  /** Tries the store, and finishes what a crash left undone. Never throws. */
  probe(): Promise<VaultState> {
    return this.#enqueue(async () => {
      await this.#place.probe();
      return this.#place.state;
    });
  }

  has(name: string): boolean {
    return isSecretName(name) && this.#place.index.get(name) !== undefined;
  }

  list(): { name: string; changedAt: string }[] {
    return this.#place.index
      .list()
      .filter(({ name }) => isSecretName(name))
      .map(({ name, changedAt }) => ({ name, changedAt }));
  }

  /** Throws SECRET_NOT_FOUND only when the store is open and holds no such secret, else KEYCHAIN_*. */
  get(name: string): Promise<string> {
    return this.#enqueue(async () => {
      if (!isSecretName(name)) throw secretNotFound(name);
      const value = await this.#place.read(name);
      if (value === undefined) throw this.#place.missing(name);
      this.redactor.addSecret(value);
      return value;
    });
  }

  /** Throws INPUT_INVALID (name, empty, NUL, over 1 MiB) and KEYCHAIN_*; the old value stays until the new one is whole. */
  set(
    name: string,
    value: string,
    origin: 'person' | 'entry' = 'person',
  ): Promise<{ name: string; changedAt: string }> {
    return this.#enqueue(async () => {
      checkSecretName(name);
      checkSecretValue(value);
      this.redactor.addSecret(value);
      const changedAt = await this.#place.write(name, value);
      this.#place.index.setOrigin(name, origin);
      return { name, changedAt };
    });
  }

  /** Throws SECRET_NOT_FOUND and KEYCHAIN_*; what is still in the store stays in the list. */
  remove(name: string): Promise<void> {
    return this.#enqueue(async () => {
      if (!isSecretName(name)) throw secretNotFound(name);
      if (!(await this.#place.remove(name))) throw this.#place.missing(name);
    });
  }

  /**
   * The entry that `names` came along with was deleted. They stay until `removeOrphans`, because that can be undone; those
   * that a person stored by name are never deleted for it.
   */
  orphan(names: readonly string[]): void {
    const { index } = this.#place;
    for (const name of names) if (index.get(name)?.origin === 'entry') index.setOrigin(name, 'orphan');
  }

  /** Deletes the orphans that nothing uses; those that are used again are none any more. Throws KEYCHAIN_*. */
  async removeOrphans(isUsed: (name: string) => boolean): Promise<string[]> {
    const { index } = this.#place;
    const orphans = index.list().filter(({ name, origin }) => origin === 'orphan' && this.#place.holds(name));
    for (const { name } of orphans.filter((orphan) => isUsed(orphan.name))) index.setOrigin(name, 'entry');
    const unused = orphans.map(({ name }) => name).filter((name) => !isUsed(name));
    for (const name of unused) await this.remove(name);
    return unused;
  }

  /**
   * Runs `task` while nothing else uses the vault, so that what it read still holds when it writes. For `TokenStore`.
   * Throws what `task` throws.
   */
  own<T>(task: (texts: OwnTexts) => Promise<T>): Promise<T> {
    const place = this.#place;
    const read = async (name: string): Promise<string | undefined> => {
      if (!place.holds(name)) return undefined;
      const text = await place.read(name);
      if (text === undefined) await place.forget(name);
      return text;
    };
    const remove = async (name: string): Promise<void> => {
      if (place.holds(name)) await place.remove(name);
    };
    return this.#enqueue(() =>
      task({
        read: (key) => read(items.tokenName(key)),
        write: (key, text) => place.writeIndexed(items.tokenName(key), text),
        remove: (key) => remove(items.tokenName(key)),
      }),
    );
  }

  /** Keys of what `own` keeps. */
  ownKeys(): string[] {
    const names = this.#place.index.list().map(({ name }) => name);
    return names.filter((name) => this.#place.holds(name)).flatMap((name) => items.tokenKeyOf(name) ?? []);
  }

  /**
   * A text of Portolan's own, such as the head of the audit log: not a secret, in no list, and its trouble is not shown as
   * the vault's state, because no person asked for it. Undefined when it is not there or the keychain is locked.
   * Throws KEYCHAIN_*.
   */
  readNote(name: string): Promise<string | undefined> {
    return this.#enqueue(async () => (await this.#place.quietStore.get(items.noteAccount(name))) ?? undefined);
  }

  /** `text`: 1 to 2,000 bytes. Throws KEYCHAIN_*. */
  writeNote(name: string, text: string): Promise<void> {
    return this.#enqueue(async () => this.#place.quietStore.set(items.noteAccount(name), text));
  }

  /** Opens the encrypted file. Throws PASSPHRASE_WRONG, KEYCHAIN_FAILED, KEYCHAIN_CHANGED, and UNSUPPORTED for other places. */
  unlock(passphrase: string): Promise<VaultState> {
    return this.#enqueue(async () => {
      await this.#place.unlock(passphrase);
      return this.#place.state;
    });
  }

  /** Closes the encrypted file and forgets its key. Throws UNSUPPORTED for other places. */
  lock(): Promise<VaultState> {
    return this.#enqueue(async () => {
      this.#place.lock();
      return this.#place.state;
    });
  }

  /** From now on secrets are kept there; `choosePlace` says what is taken along and what is thrown. */
  use(to: VaultKind, passphrase?: string): Promise<VaultState> {
    return this.#enqueue(async () => {
      await this.#place.move(to, passphrase);
      return this.#place.state;
    });
  }

  #enqueue<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(task);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}
