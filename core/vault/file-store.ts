// Secrets in one encrypted file, for machines without a keychain: only by a person's choice, and locked until the
// passphrase comes. While it is open, key and items are in this process's memory.
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { PortolanError } from '../../shared/errors.ts';
import { writeFileAtomic } from '../base/atomic-file.ts';
import { errnoSentence } from '../base/errno.ts';
import { DEFAULT_COST, newSeal, openSealed, type ScryptCost, type Seal, sealItems } from './sealed-file.ts';
import type { SecretStore } from './secret-store.ts';

const MIN_PASSPHRASE_LENGTH = 8;

/** One call at a time: the vault sees to that. */
export class FileStore implements SecretStore {
  readonly backend = 'encrypted file';
  readonly maxItemBytes = Number.POSITIVE_INFINITY;
  readonly path: string;
  readonly #cost: ScryptCost;
  #open: { readonly seal: Seal; readonly items: ReadonlyMap<string, string> } | undefined;

  /** `cost`: for a new file; an old one says its own. */
  constructor(path: string, cost: ScryptCost = DEFAULT_COST) {
    this.path = path;
    this.#cost = cost;
  }

  get exists(): boolean {
    return existsSync(this.path);
  }

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** A new, empty file in the place of any other. Throws INPUT_INVALID for a short passphrase, and FILE_NOT_WRITABLE. */
  async create(passphrase: string): Promise<void> {
    if (passphrase.length < MIN_PASSPHRASE_LENGTH) {
      throw new PortolanError('INPUT_INVALID', `a passphrase has at least ${MIN_PASSPHRASE_LENGTH} characters`, {
        hint: 'Several words that only you would put together are long and easy to keep.',
      });
    }
    const seal = await newSeal(passphrase, this.#cost);
    await this.#write(new Map(), seal);
  }

  /** Throws PASSPHRASE_WRONG, and KEYCHAIN_FAILED when the file is damaged or cannot be read. */
  async unlock(passphrase: string): Promise<void> {
    const file = await readFile(this.path).catch((error: unknown) => {
      throw new PortolanError('KEYCHAIN_FAILED', `${this.path} cannot be read: ${errnoSentence(error)}`, {
        hint: 'Put the file back and make it readable for you.',
        cause: error,
      });
    });
    this.#open = await openSealed(file, passphrase);
  }

  lock(): void {
    this.#open?.seal.key.fill(0);
    this.#open = undefined;
  }

  /** Deletes the file itself. */
  async destroy(): Promise<void> {
    this.lock();
    await rm(this.path, { force: true });
  }

  /** Throws KEYCHAIN_LOCKED. */
  accounts(): string[] {
    return [...this.#opened().items.keys()];
  }

  async check(): Promise<void> {
    this.#opened();
  }

  async get(account: string): Promise<string | null> {
    return this.#opened().items.get(account) ?? null;
  }

  async set(account: string, value: string): Promise<void> {
    const { seal, items } = this.#opened();
    await this.#write(new Map([...items, [account, value]]), seal);
  }

  async delete(account: string): Promise<boolean> {
    const { seal, items } = this.#opened();
    if (!items.has(account)) return false;
    await this.#write(new Map([...items].filter(([other]) => other !== account)), seal);
    return true;
  }

  /** What is in memory changes only when the disk has it. */
  async #write(items: ReadonlyMap<string, string>, seal: Seal): Promise<void> {
    await writeFileAtomic(this.path, sealItems(items, seal));
    this.#open = { seal, items };
  }

  #opened(): { readonly seal: Seal; readonly items: ReadonlyMap<string, string> } {
    if (this.#open === undefined) throw fileLockedError();
    return this.#open;
  }
}

export function fileLockedError(): PortolanError {
  return new PortolanError('KEYCHAIN_LOCKED', 'the encrypted file with the secrets is locked', {
    hint: 'Unlock it with `portolan vault unlock`, or on the settings page.',
  });
}
