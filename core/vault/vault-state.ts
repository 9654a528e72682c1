// How the outcome of a call to a store is shown as the vault's state.
import type { PortolanError } from '../../shared/errors.ts';
import type { VaultState } from '../../shared/model/system.ts';

/** `failure` undefined: the store answered. */
export function vaultStateOf(
  kind: VaultState['kind'],
  backend: string,
  failure: PortolanError | undefined,
): VaultState {
  if (failure === undefined) return { state: 'unlocked', backend, kind };
  const { code, message, hint } = failure;
  return { state: wordFor(code), backend, kind, reason: { code, message, ...(hint === undefined ? {} : { hint }) } };
}

function wordFor(code: string): VaultState['state'] {
  switch (code) {
    case 'KEYCHAIN_LOCKED':
    case 'PASSPHRASE_WRONG':
      return 'locked';
    case 'KEYCHAIN_MISSING':
      return 'no-service';
    case 'KEYCHAIN_NO_BUS':
      return 'no-bus';
    case 'KEYCHAIN_CHANGED':
      return 'changed';
    default:
      return 'failed';
  }
}
