// What is told about the keychain, and when.
import { expect, it } from 'vitest';
import { watchVault } from '../../host/watch-vault.ts';
import { PortolanError } from '../../shared/errors.ts';
import type { VaultState } from '../../shared/model/system.ts';

function rig() {
  let state: VaultState = { state: 'not-probed', backend: 'memory' };
  let next: VaultState['state'] = 'unlocked';
  const told: string[] = [];
  const use = () => (state = { state: next, backend: 'memory' });
  const vault = watchVault(
    {
      state: () => state,
      probe: async () => use(),
      get: async () => {
        if (use().state !== 'unlocked') throw new PortolanError('KEYCHAIN_LOCKED', 'the keychain is locked');
        return 'value';
      },
      set: async (name) => ({ name, changedAt: '' }),
      remove: async () => undefined,
      list: () => [],
      has: () => false,
    },
    ({ state }) => told.push(state),
  );
  return { vault, told, become: (state: VaultState['state']) => (next = state) };
}

it('tells a state once, when a call or a probe has shown it', async () => {
  const { vault, told, become } = rig();
  expect([vault.list(), vault.state().state, told]).toEqual([[], 'not-probed', []]);
  await vault.probe();
  await vault.get('a');
  expect(told).toEqual(['unlocked']);
  become('locked');
  await expect(vault.get('a')).rejects.toThrow('locked');
  await vault.probe();
  expect(told).toEqual(['unlocked', 'locked']);
});
