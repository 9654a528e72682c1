// Secrets by name, kept in the system's keychain. Nothing here falls back to a file: without a keychain there is an error.
import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { type PortolanError, toPortolanError } from '../../shared/errors.ts';
import type { VaultState } from '../../shared/model/system.ts';
import type { StateDb } from '../base/state-db.ts';
import * as items from './item-name.ts';
import { ItemValues } from './item-values.ts';
import { Keychain } from './keychain.ts';
import type { SecretStore } from './secret-store.ts';
import {
  checkSecretName,
  checkSecretValue,
  isSecretName,
  secretGone,
  secretNotFound,
  unreadable,
} from './vault-errors.ts';
import { VaultIndex } from './vault-index.ts';
import { vaultStateOf } from './vault-state.ts';

export interface VaultOptions {
  readonly stateDb: StateDb;
  /** Service name in the keychain; made from the data directory by default. */
  readonly service?: string;
  readonly logger: { warn(message: string, fields?: Readonly<Record<string, unknown>>): void };
  readonly redactor: { addSecret(value: string): void; removeSecret(value: string): void };
  readonly store?: SecretStore;
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
  readonly #index: VaultIndex;
  readonly #store: SecretStore;
  readonly #values: ItemValues;
  readonly #logger: VaultOptions['logger'];
  #state: VaultState;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(options: VaultOptions) {
    const clock = options.clock ?? Date;
    this.redactor = options.redactor;
    this.#logger = options.logger;
    this.#index = new VaultIndex(options.stateDb);
    const service = options.service ?? items.serviceName(dirname(options.stateDb.path));
    this.#store = this.#watched(options.store ?? new Keychain({ service }));
    this.#values = new ItemValues(this.#store, this.#index, () => clock.now());
    this.#state = { state: 'not-probed', backend: this.#store.backend };
  }

  /** Does not touch the keychain yet: that may ask a person for a password. */
  static async open(options: VaultOptions): Promise<Vault> {
    return new Vault(options);
  }

  /** As the last call to the keychain showed it. */
  state(): VaultState {
    return this.#state;
  }

  /** Writes, reads and deletes a canary, and finishes what a crash left undone. Never throws. */
  probe(): Promise<VaultState> {
    return this.#enqueue(async () => {
      await this.#probe().catch(() => undefined);
      if (this.#state.state === 'unlocked') await this.#values.sweep().catch(() => undefined);
      return this.#state;
    });
  }

  has(name: string): boolean {
    return isSecretName(name) && this.#index.get(name) !== undefined;
  }

  list(): { name: string; changedAt: string }[] {
    return this.#index
      .list()
      .filter(({ name }) => isSecretName(name))
      .map(({ name, changedAt }) => ({ name, changedAt }));
  }

  /** Throws SECRET_NOT_FOUND only when the keychain is open and holds no such secret, else KEYCHAIN_*. */
  get(name: string): Promise<string> {
    return this.#enqueue(async () => {
      if (!isSecretName(name)) throw secretNotFound(name);
      const value = await this.#readSurely(name);
      if (value === undefined) throw this.has(name) ? secretGone(name) : secretNotFound(name);
      this.#note(undefined);
      this.redactor.addSecret(value);
      return value;
    });
  }

  /** Throws INPUT_INVALID (name, empty, NUL, over 1 MiB) and KEYCHAIN_*; the old value stays until the new one is whole. */
  set(name: string, value: string): Promise<{ name: string; changedAt: string }> {
    return this.#enqueue(async () => {
      checkSecretName(name);
      checkSecretValue(value);
      this.redactor.addSecret(value);
      const changedAt = await this.#values.write(name, value);
      this.#note(undefined);
      return { name, changedAt };
    });
  }

  /** Throws SECRET_NOT_FOUND and KEYCHAIN_*; what is still in the keychain stays in the list. */
  remove(name: string): Promise<void> {
    return this.#enqueue(async () => {
      if (!isSecretName(name)) throw secretNotFound(name);
      if (!(await this.#removeSurely(name))) throw secretNotFound(name);
    });
  }

  /**
   * Runs `task` while nothing else uses the vault, so that what it read still holds when it writes. For `TokenStore`.
   * Throws what `task` throws.
   */
  own<T>(task: (texts: OwnTexts) => Promise<T>): Promise<T> {
    return this.#enqueue(() =>
      task({
        read: (key) => this.#readOwn(items.tokenName(key)),
        write: async (key, text) => {
          const name = items.tokenName(key);
          // In the index first: what is not in it is never looked for.
          if (this.#index.get(name) === undefined)
            this.#index.put({ name, changedAt: '', backend: this.#store.backend, generation: '', chunks: 0 });
          await this.#values.write(name, text);
          this.#note(undefined);
        },
        remove: async (key) => {
          const name = items.tokenName(key);
          if (this.#index.get(name) !== undefined) await this.#removeSurely(name);
        },
      }),
    );
  }

  /** Keys of what `own` keeps. */
  ownKeys(): string[] {
    return this.#index.list().flatMap(({ name }) => items.tokenKeyOf(name) ?? []);
  }

  /**
   * A text of Portolan's own, such as the head of the audit log: not a secret, in no list, and its trouble is not shown as
   * the keychain's state, because no person asked for it. Undefined when it is not there or the keychain is locked.
   * Throws KEYCHAIN_*.
   */
  readNote(name: string): Promise<string | undefined> {
    return this.#enqueue(async () => (await this.#store.get(items.noteAccount(name))) ?? undefined);
  }

  /** `text`: 1 to 2,000 bytes. Throws KEYCHAIN_*. */
  writeNote(name: string, text: string): Promise<void> {
    return this.#enqueue(() => this.#store.set(items.noteAccount(name), text));
  }

  async #readOwn(name: string): Promise<string | undefined> {
    if (this.#index.get(name) === undefined) return undefined;
    const text = await this.#readSurely(name);
    if (text === undefined) await this.#values.forget(name);
    else this.#note(undefined);
    return text;
  }

  /** Undefined when the keychain is open and holds nothing of that name. */
  async #readSurely(name: string): Promise<string | undefined> {
    const value = await this.#values.read(name);
    if (value !== undefined) return value;
    // The probe throws for a locked keychain; one that a person unlocks just now is read again.
    await this.#probe();
    return this.#values.read(name);
  }

  /** False when there was no such secret. */
  async #removeSurely(name: string): Promise<boolean> {
    const known = this.#index.get(name) !== undefined;
    const deleted = await this.#values.delete(name);
    // "Nothing there" is also what a locked keychain says.
    if (!deleted) await this.#probe();
    if (!deleted && !known) return false;
    await this.#values.forget(name);
    return true;
  }

  async #probe(): Promise<void> {
    const canary = randomBytes(8).toString('hex');
    await this.#store.set(items.CANARY_ACCOUNT, canary);
    const back = await this.#store.get(items.CANARY_ACCOUNT);
    await this.#store.delete(items.CANARY_ACCOUNT);
    const answer =
      back === canary ? undefined : unreadable('the probe', 'did not come back from the keychain as written');
    this.#note(answer);
    if (answer !== undefined) throw answer;
  }

  /** `store`, whose failures become the state and a line in the log. */
  #watched(store: SecretStore): SecretStore {
    const calling = async <T>(call: Promise<T>): Promise<T> => {
      try {
        return await call;
      } catch (error) {
        const failure = toPortolanError(error);
        this.#note(failure);
        this.#logger.warn('the keychain cannot be used', { code: failure.code, reason: failure.message });
        throw failure;
      }
    };
    return {
      backend: store.backend,
      maxItemBytes: store.maxItemBytes,
      get: (account) => calling(store.get(account)),
      set: (account, value) => calling(store.set(account, value)),
      delete: (account) => calling(store.delete(account)),
    };
  }

  #note(failure: PortolanError | undefined): void {
    this.#state = vaultStateOf(this.#store.backend, failure);
  }

  #enqueue<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(task);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}
