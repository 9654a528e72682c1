// The three places that can keep secrets: the system's keychain, the encrypted file, and this process's memory.
import { join } from 'node:path';
import { StateDb } from '../base/state-db.ts';
import { FileStore } from './file-store.ts';
import { ItemValues } from './item-values.ts';
import { MemoryStore } from './memory-store.ts';
import type { ScryptCost } from './sealed-file.ts';
import type { SecretStore } from './secret-store.ts';
import type { VaultKind } from './vault-choice.ts';
import { type IndexedSecret, VaultIndex } from './vault-index.ts';

export interface Place {
  readonly kind: VaultKind;
  readonly store: SecretStore;
  readonly index: VaultIndex;
  readonly values: ItemValues;
}

export interface PlacesOptions {
  readonly dataDir: string;
  readonly index: VaultIndex;
  readonly keychain: SecretStore;
  readonly fileCost?: ScryptCost | undefined;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export class VaultPlaces {
  readonly file: FileStore;
  readonly now: () => number;
  readonly #index: VaultIndex;
  readonly #keychain: SecretStore;
  #memory = emptyMemory();

  constructor({ dataDir, index, keychain, fileCost, now }: PlacesOptions) {
    this.file = new FileStore(join(dataDir, 'vault.enc'), fileCost);
    this.now = now;
    this.#index = index;
    this.#keychain = keychain;
  }

  /** `watch` sees every call to its store. */
  at(kind: VaultKind, watch: (store: SecretStore) => SecretStore = (store) => store): Place {
    const memory = kind === 'memory';
    const store = watch(memory ? this.#memory.store : kind === 'file' ? this.file : this.#keychain);
    // What is only in memory leaves no name in state.db either.
    const index = memory ? this.#memory.index : this.#index;
    return { kind, store, index, values: new ItemValues(store, index, this.now) };
  }

  clearMemory(): void {
    this.#memory = emptyMemory();
  }
}

/** What the index says is kept in `place` itself; other rows are of a place that was left while it was closed. */
export function keptIn({ index, store }: Pick<Place, 'index' | 'store'>): IndexedSecret[] {
  return index.list().filter(({ backend }) => backend === store.backend);
}

/** An index that is gone with the process. */
export function indexInMemory(): VaultIndex {
  return new VaultIndex(StateDb.inMemory());
}

function emptyMemory() {
  return { store: new MemoryStore(), index: indexInMemory() };
}
