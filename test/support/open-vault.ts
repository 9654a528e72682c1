// A vault over a map instead of the system's keychain, with a data directory of its own.
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Redactor } from '../../core/base/redact.ts';
import { StateDb } from '../../core/base/state-db.ts';
import { MemoryStore } from '../../core/vault/memory-store.ts';
import { Vault } from '../../core/vault/vault.ts';
import { PortolanError } from '../../shared/errors.ts';
import { tempDir } from './temp-dir.ts';

/** Cheap: what it costs to guess is not what these tests are about. */
export const TEST_COST = { n: 16, r: 1, p: 1 } as const;

export async function openVault<Store extends MemoryStore = MemoryStore>(
  store: Store = new MemoryStore() as Store,
  dir = tempDir(),
) {
  const stateDb = StateDb.open(join(dir, 'state.db'));
  onTestFinished(() => stateDb.close());
  const states: string[] = [];
  const known: string[] = [];
  const redactor = new Redactor();
  const open = () =>
    Vault.open({
      stateDb,
      store,
      fileCost: TEST_COST,
      redactor: {
        addSecret: (value) => {
          known.push(value);
          redactor.addSecret(value);
        },
        removeSecret: (value) => redactor.removeSecret(value),
      },
      logger: { warn: () => undefined },
      clock: { now: () => 0 },
      onState: ({ state }) => states.push(state),
    });
  return { vault: await open(), open, store, stateDb, dir, redactor, redacted: known, states };
}

/** What the store holds of secrets and tokens, without Portolan's own mark. */
export function secretItems({ items }: MemoryStore): [account: string, value: string][] {
  return [...items].filter(([account]) => account !== 'v1-mark');
}

/** Fails from the n-th write on, as a process that dies there would leave things. */
export class DyingStore extends MemoryStore {
  writesLeft = Number.POSITIVE_INFINITY;
  /** The write at which it dies still happens. */
  isLastDone = false;

  override async set(account: string, value: string): Promise<void> {
    await this.#write(() => super.set(account, value));
  }

  override async delete(account: string): Promise<boolean> {
    return this.#write(() => super.delete(account));
  }

  async #write<T>(write: () => Promise<T>): Promise<T> {
    this.writesLeft -= 1;
    if (this.writesLeft >= 0) return write();
    if (this.isLastDone && this.writesLeft === -1) await write();
    throw new Error('died');
  }
}

/** Answers as a locked keyring does: reads with null, writes with an error. */
export class LockableStore extends MemoryStore {
  isLocked = false;

  override async get(account: string): Promise<string | null> {
    return this.isLocked ? null : super.get(account);
  }

  override async set(account: string, value: string): Promise<void> {
    if (this.isLocked) throw new PortolanError('KEYCHAIN_LOCKED', 'the keychain is locked');
    await super.set(account, value);
  }
}
