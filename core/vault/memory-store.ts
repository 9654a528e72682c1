// A secret store that ends with the process.
import { tryCanary } from './canary.ts';
import { MAX_ITEM_BYTES } from './item-name.ts';
import type { SecretStore } from './secret-store.ts';

export class MemoryStore implements SecretStore {
  readonly backend = 'memory';
  readonly maxItemBytes = MAX_ITEM_BYTES;
  readonly items = new Map<string, string>();

  check(): Promise<void> {
    return tryCanary(this);
  }

  async get(account: string): Promise<string | null> {
    return this.items.get(account) ?? null;
  }

  async set(account: string, value: string): Promise<void> {
    this.items.set(account, value);
  }

  async delete(account: string): Promise<boolean> {
    return this.items.delete(account);
  }
}
