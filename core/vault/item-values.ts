// Values of any length in a store whose items are small: a long one is cut into chunks behind a header. A change that is
// broken off leaves the old value or the new one, and what is left over is known to the index.
import { createHash, randomBytes } from 'node:crypto';
import * as items from './item-name.ts';
import type { SecretStore } from './secret-store.ts';
import { unreadable } from './vault-errors.ts';
import type { VaultIndex } from './vault-index.ts';

export class ItemValues {
  readonly #store: SecretStore;
  readonly #index: VaultIndex;
  readonly #now: () => number;

  /** `now`: epoch milliseconds. */
  constructor(store: SecretStore, index: VaultIndex, now: () => number) {
    this.#store = store;
    this.#index = index;
    this.#now = now;
  }

  /** Undefined when the store answers that there is nothing, which a locked keychain does too. Throws KEYCHAIN_*. */
  async read(name: string): Promise<string | undefined> {
    const text = await this.#store.get(items.secretAccount(name));
    if (text === null) return undefined;
    const content = items.parseContent(text);
    if (content === undefined) throw unreadable(name, 'was not written by this version of Portolan');
    if (content.kind === 'value') return content.value;
    const pieces: string[] = [];
    for (let index = 0; index < content.chunks; index += 1) {
      const piece = await this.#store.get(items.chunkAccount(name, content.generation, index));
      if (piece === null) throw unreadable(name, 'is not whole in the keychain');
      pieces.push(piece);
    }
    const value = pieces.join('');
    if (sha256(value) !== content.sha256) throw unreadable(name, 'is not whole in the keychain');
    return value;
  }

  /** Writes the value and then the index; the old value stays until the new one is whole. RFC 3339 time of the change. */
  async write(name: string, value: string): Promise<string> {
    const changedAt = this.#time();
    const written = await this.#writeItems(name, value);
    this.#index.put({ name, changedAt, backend: this.#store.backend, ...written });
    await this.sweep(name);
    return changedAt;
  }

  /** False when the store says that there was nothing; the index keeps the name until `forget`. */
  delete(name: string): Promise<boolean> {
    return this.#store.delete(items.secretAccount(name));
  }

  /** Takes a name whose own item is gone out of the index, with its chunks. */
  async forget(name: string): Promise<void> {
    this.#index.remove(name);
    await this.sweep(name);
  }

  /** Deletes chunks that a finished or broken-off change left behind. */
  async sweep(name?: string): Promise<void> {
    for (const left of this.#index.leftovers(this.#store.backend, name)) {
      const text = await this.#store.get(items.secretAccount(left.name));
      const content = text === null ? undefined : items.parseContent(text);
      if (content?.kind === 'chunks' && content.generation === left.generation) {
        // The header was switched, then the process died: the new chunks are the ones that count.
        this.#index.put({ ...left, changedAt: this.#time(), backend: this.#store.backend });
        continue;
      }
      for (let index = 0; index < left.chunks; index += 1) {
        await this.#store.delete(items.chunkAccount(left.name, left.generation, index));
      }
      this.#index.dropLeftover(left.name, left.generation);
    }
  }

  async #writeItems(name: string, value: string): Promise<{ generation: string; chunks: number }> {
    const account = items.secretAccount(name);
    const whole = items.formatContent({ kind: 'value', value });
    if (Buffer.byteLength(whole) <= this.#store.maxItemBytes) {
      await this.#store.set(account, whole);
      return { generation: '', chunks: 0 };
    }
    const pieces = items.splitValue(value, this.#store.maxItemBytes);
    const generation = randomBytes(4).toString('hex');
    this.#index.addLeftover({ name, generation, chunks: pieces.length, backend: this.#store.backend });
    for (const [index, piece] of pieces.entries()) {
      await this.#store.set(items.chunkAccount(name, generation, index), piece);
    }
    const header = { kind: 'chunks', generation, chunks: pieces.length, sha256: sha256(value) } as const;
    await this.#store.set(account, items.formatContent(header));
    return { generation, chunks: pieces.length };
  }

  #time(): string {
    return new Date(this.#now()).toISOString();
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
