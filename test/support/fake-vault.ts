// The vault of the fake host: one passphrase opens the encrypted file, and any place can be chosen.
import type { implement } from '@orpc/server';
import type { Contract } from '../../shared/contract/index.ts';
import type { VaultState } from '../../shared/model/system.ts';
import { fail } from './fake-fail.ts';
import type { FakeWorld } from './fake-world.ts';

export const FILE_PASSPHRASE = 'correct horse battery';

export const LOCKED_FILE: VaultState = {
  state: 'locked',
  backend: 'encrypted file',
  kind: 'file',
  reason: {
    code: 'KEYCHAIN_LOCKED',
    message: 'the encrypted file with the secrets is locked',
    hint: 'Unlock it with `portolan vault unlock`, or on the settings page.',
  },
};

export const CHANGED_KEYCHAIN: VaultState = {
  state: 'changed',
  backend: 'Secret Service',
  kind: 'keychain',
  reason: {
    code: 'KEYCHAIN_CHANGED',
    message: 'the secrets of this profile were put into the encrypted file, and what is here now is Secret Service',
    hint: 'Bring that one back, or choose where secrets are kept from now on. Nothing was deleted.',
  },
};

const BACKENDS = { keychain: 'Secret Service', file: 'encrypted file', memory: 'memory' } as const;

export function vaultHandlers(os: ReturnType<typeof implement<Contract>>, world: FakeWorld) {
  const become = (vault: VaultState): VaultState => {
    world.patch({ vault });
    return vault;
  };
  return {
    probe: os.vault.probe.handler(() => world.snapshot.vault),
    unlock: os.vault.unlock.handler(({ input }) => {
      world.received.push({ procedure: 'vault.unlock', input });
      if (input.passphrase !== FILE_PASSPHRASE) {
        const message = 'the passphrase does not open the encrypted file';
        become({ ...LOCKED_FILE, reason: { code: 'PASSPHRASE_WRONG', message } });
        throw fail('PASSPHRASE_WRONG', message);
      }
      return become({ state: 'unlocked', backend: BACKENDS.file, kind: 'file' });
    }),
    lock: os.vault.lock.handler(() => become(LOCKED_FILE)),
    use: os.vault.use.handler(({ input }) => {
      world.received.push({ procedure: 'vault.use', input });
      return become({ state: 'unlocked', backend: BACKENDS[input.backend], kind: input.backend });
    }),
  };
}
