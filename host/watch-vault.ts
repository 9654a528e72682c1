// Tells when the keychain's state has changed: it shows only in the answers to calls.
import { isDeepStrictEqual } from 'node:util';
import type { AuditLogOptions } from '../core/audit/audit-log-options.ts';
import type { Vault } from '../core/vault/vault.ts';
import type { VaultState } from '../shared/model/system.ts';

interface WatchedVault {
  state(): VaultState;
  probe(): Promise<VaultState>;
  get(name: string): Promise<string>;
  set(name: string, value: string): Promise<{ name: string; changedAt: string }>;
  remove(name: string): Promise<void>;
  list(): { name: string; changedAt: string }[];
  has(name: string): boolean;
}

/** `vault`, calling `onState` after each call that left another state than the one before. */
export function watchVault(vault: WatchedVault, onState: (state: VaultState) => void): WatchedVault {
  let last = vault.state();
  const watched = async <T>(call: Promise<T>): Promise<T> => {
    try {
      return await call;
    } finally {
      const state = vault.state();
      if (!isDeepStrictEqual(state, last)) onState(state);
      last = state;
    }
  };
  return {
    state: () => vault.state(),
    list: () => vault.list(),
    probe: () => watched(vault.probe()),
    has: (name) => vault.has(name),
    get: (name) => watched(vault.get(name)),
    set: (name, value) => watched(vault.set(name, value)),
    remove: (name) => watched(vault.remove(name)),
  };
}

/** The note in the keychain that remembers where the audit log ends. */
const AUDIT_HEAD = 'audit-head';

/** Where the audit log keeps its head outside its own folder. */
export function headStoreIn(keychain: Vault): NonNullable<AuditLogOptions['headStore']> {
  return {
    isOpen: () => keychain.state().state === 'unlocked',
    read: () => keychain.readNote(AUDIT_HEAD),
    write: (text) => keychain.writeNote(AUDIT_HEAD, text),
  };
}
