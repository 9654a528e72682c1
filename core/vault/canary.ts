// Whether a store really keeps what it is given: a locked keyring reads as an empty one.
import { randomBytes } from 'node:crypto';
import { CANARY_ACCOUNT } from './item-name.ts';
import type { SecretStore } from './secret-store.ts';
import { unreadable } from './vault-errors.ts';

/** Writes, reads and deletes a canary. Throws KEYCHAIN_*. */
export async function tryCanary(store: Pick<SecretStore, 'get' | 'set' | 'delete'>): Promise<void> {
  const canary = randomBytes(8).toString('hex');
  await store.set(CANARY_ACCOUNT, canary);
  const back = await store.get(CANARY_ACCOUNT);
  await store.delete(CANARY_ACCOUNT);
  if (back !== canary) throw unreadable('the probe', 'did not come back from the keychain as written');
}
