// The vault of the fake host: one passphrase opens the encrypted file, and any place can be chosen.
import type { implement } from '@orpc/server';
import type { Contract } from '../../shared/contract/index.ts';
import type { VaultState } from '../../shared/model/system.ts';
import { fail } from './fake-fail.ts';
import type { FakeWorld } from './fake-world.ts';

const FILE_PASSPHRASE = 'correct horse battery';

const LOCKED_FILE: VaultState = {
  state: 'locked',
  backend: 'encrypted file',
  kind: 'file',
  reason: {
    code: 'KEYCHAIN_LOCKED',
    message: 'the encrypted file with the secrets is locked',
    hint: 'Unlock it with `portolan vault unlock`, or on the settings page.',
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
      if (input.passphrase !== FILE_PASSPHRASE)
        throw fail('PASSPHRASE_WRONG', 'The passphrase does not open the encrypted file');
      return become({ state: 'unlocked', backend: BACKENDS.file, kind: 'file' });
    }),
    lock: os.vault.lock.handler(() => become(LOCKED_FILE)),
    use: os.vault.use.handler(({ input }) => {
      world.received.push({ procedure: 'vault.use', input });
      return become({ state: 'unlocked', backend: BACKENDS[input.backend], kind: input.backend });
    }),
  };
}
