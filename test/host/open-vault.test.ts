// The passphrase that a host takes from a file descriptor at its start.
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { StateDb } from '../../core/base/state-db.ts';
import { MemoryStore } from '../../core/vault/memory-store.ts';
import { openVault } from '../../host/open-vault.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { openVault as openFilled, TEST_COST } from '../support/open-vault.ts';

const PASSPHRASE = 'correct horse battery';

async function rig(text: string) {
  const { vault, dir, stateDb: first } = await openFilled();
  await vault.set('A', 'value');
  await vault.use('file', PASSPHRASE);
  first.close();
  const path = join(dir, 'passphrase.txt');
  writeFileSync(path, text);
  const stateDb = StateDb.open(join(dir, 'state.db'));
  onTestFinished(() => stateDb.close());
  const warned: unknown[] = [];
  const open = (env: NodeJS.ProcessEnv) =>
    openVault({
      stateDb,
      env,
      clock: new ManualClock(),
      store: new MemoryStore(),
      fileCost: TEST_COST,
      redactor: { addSecret: () => undefined, removeSecret: () => undefined },
      logger: { info: () => undefined, warn: (_message, fields) => warned.push(fields?.['code']) },
    });
  return { open, path, warned };
}

test.each([`${PASSPHRASE}\n`, PASSPHRASE, `${PASSPHRASE}\r\nwhat follows is not read`])(
  'the first line of the descriptor unlocks the file, and the variable is gone for every child',
  async (text) => {
    const { open, path } = await rig(text);
    const env = { PORTOLAN_VAULT_FD: String(openSync(path, 'r')), OTHER: 'x' };
    const vault = await open(env);
    expect([vault.state().state, await vault.get('A'), env]).toEqual(['unlocked', 'value', { OTHER: 'x' }]);
  },
);

test('a wrong passphrase, and a descriptor that is not open, leave it locked with the reason in the log', async () => {
  const { open, path, warned } = await rig('not the passphrase');
  const vault = await open({ PORTOLAN_VAULT_FD: String(openSync(path, 'r')) });
  expect([vault.state().state, warned]).toEqual(['locked', ['PASSPHRASE_WRONG', 'PASSPHRASE_WRONG']]);
  const closed = openSync(path, 'r');
  closeSync(closed);
  expect((await open({ PORTOLAN_VAULT_FD: String(closed) })).state().state).toBe('locked');
  expect((await open({ PORTOLAN_VAULT_FD: 'none' })).state().state).toBe('locked');
});
