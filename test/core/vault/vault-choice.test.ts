// Where secrets are kept is a person's choice: it moves what is kept, and never changes by itself.
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MemoryStore } from '../../../core/vault/memory-store.ts';
import { TokenStore } from '../../../core/vault/token-store.ts';
import type { Vault } from '../../../core/vault/vault.ts';
import { DyingStore, LockableStore, openVault, secretItems } from '../../support/open-vault.ts';
import { rejected } from '../../support/thrown.ts';

const PASSPHRASE = 'correct horse battery';
const LONG = 'x'.repeat(9_000);

/** Everything that is kept in it, as text. */
async function contentOf(vault: Vault): Promise<Record<string, string>> {
  const tokens = new TokenStore(vault);
  const secrets = await Promise.all(vault.list().map(async ({ name }) => [name, await vault.get(name)]));
  const own = await Promise.all(tokens.keys('').map(async (key) => [`~${key}`, (await tokens.read(key))?.text]));
  return Object.fromEntries([...secrets, ...own]) as Record<string, string>;
}

async function filled(store = new LockableStore()) {
  const rig = await openVault(store);
  await rig.vault.set('A', 'short');
  await rig.vault.set('B', LONG);
  await new TokenStore(rig.vault).write('server/github', LONG);
  return { ...rig, content: { A: 'short', B: LONG, '~server/github': LONG } };
}

test('what is kept goes along from the keychain to the file and back, and nothing stays behind', async () => {
  const { vault, open, store, dir, content } = await filled();
  expect(await vault.use('file', PASSPHRASE)).toEqual({ state: 'unlocked', backend: 'encrypted file', kind: 'file' });
  expect([await contentOf(vault), store.items.size]).toEqual([content, 0]);
  expect(statSync(join(dir, 'vault.enc')).mode & 0o777).toBe(0o600);

  const later = await open();
  expect(later.state()).toMatchObject({ state: 'locked', kind: 'file', reason: { code: 'KEYCHAIN_LOCKED' } });
  expect((await rejected(later.get('A'))).code).toBe('KEYCHAIN_LOCKED');
  expect((await rejected(later.unlock('wrong horse battery'))).code).toBe('PASSPHRASE_WRONG');
  expect(later.state()).toMatchObject({ state: 'locked', reason: { code: 'PASSPHRASE_WRONG' } });
  expect((await later.unlock(PASSPHRASE)).state).toBe('unlocked');
  expect(await contentOf(later)).toEqual(content);

  await later.use('keychain');
  expect([await contentOf(later), existsSync(join(dir, 'vault.enc'))]).toEqual([content, false]);
  expect(await contentOf(await open())).toEqual(content);
});

test('locking the file closes it for every call', async () => {
  const { vault, states } = await filled();
  expect((await rejected(vault.lock())).code).toBe('UNSUPPORTED');
  expect((await rejected(vault.unlock(PASSPHRASE))).code).toBe('UNSUPPORTED');
  await vault.use('file', PASSPHRASE);
  expect((await vault.lock()).state).toBe('locked');
  expect((await rejected(vault.get('A'))).code).toBe('KEYCHAIN_LOCKED');
  expect((await rejected(new TokenStore(vault).read('server/github'))).code).toBe('KEYCHAIN_LOCKED');
  await vault.unlock(PASSPHRASE);
  expect([await vault.get('A'), states]).toEqual(['short', ['unlocked', 'unlocked', 'locked', 'unlocked']]);
});

test('a choice that cannot be carried out changes nothing', async () => {
  const { vault, store, dir, content } = await filled();
  expect((await rejected(vault.use('file'))).code).toBe('INPUT_INVALID');
  expect((await rejected(vault.use('file', 'short'))).code).toBe('INPUT_INVALID');
  expect(existsSync(join(dir, 'vault.enc'))).toBe(false);
  await vault.use('file', PASSPHRASE);
  store.isLocked = true;
  await rejected(vault.use('keychain'));
  expect([vault.state().kind, await contentOf(vault)]).toEqual(['file', content]);
});

test('a locked place that is left keeps what it holds, and gives it again when it is chosen again', async () => {
  const { vault, store, content } = await filled();
  store.isLocked = true;
  await vault.use('file', PASSPHRASE);
  await vault.set('C', 'new');
  expect(await rejected(vault.get('A'))).toMatchObject({ code: 'KEYCHAIN_CHANGED', data: { was: 'memory' } });
  expect(vault.list().map(({ name }) => name)).toEqual(['A', 'B', 'C']);
  expect(await new TokenStore(vault).read('server/github')).toBe(undefined);
  expect((await rejected(vault.remove('A'))).code).toBe('KEYCHAIN_CHANGED');
  store.isLocked = false;
  await vault.use('keychain');
  expect(await contentOf(vault)).toEqual({ ...content, C: 'new' });
});

test('SEC-03 a keychain that is another one at the next start is refused, and nothing is deleted', async () => {
  const { open, store, content } = await filled();
  const before = new Map(store.items);
  store.items.clear();
  const later = await open();
  expect(await rejected(later.get('A'))).toMatchObject({
    code: 'KEYCHAIN_CHANGED',
    hint: expect.stringContaining('Nothing was deleted'),
    data: { was: 'memory', is: 'another memory' },
  });
  for (const call of [later.set('A', 'x'), later.remove('A'), new TokenStore(later).read('server/github')]) {
    expect((await rejected(call)).code).toBe('KEYCHAIN_CHANGED');
  }
  expect([later.state().state, store.items.size, later.list().length]).toEqual(['changed', 0, 2]);
  // The right one is back.
  for (const [account, value] of before) store.items.set(account, value);
  expect([(await later.probe()).state, await contentOf(later)]).toEqual(['unlocked', content]);
});

test('SEC-03 a lost record of the choice does not lead back to the keychain, and the file gives all again', async () => {
  const { vault, dir, content } = await filled();
  await vault.use('file', PASSPHRASE);
  for (const name of readdirSync(dir).filter((file) => file.startsWith('state.db'))) rmSync(join(dir, name));
  const { vault: later, store } = await openVault(new MemoryStore(), dir);
  expect(later.state()).toMatchObject({ state: 'changed', reason: { code: 'KEYCHAIN_CHANGED' } });
  expect((await rejected(later.set('A', 'x'))).code).toBe('KEYCHAIN_CHANGED');
  expect((await rejected(later.writeNote('n', 'x'))).code).toBe('KEYCHAIN_CHANGED');
  expect([store.items.size, (await later.probe()).state]).toEqual([0, 'changed']);
  await later.use('file', PASSPHRASE);
  expect(await contentOf(later)).toEqual(content);
});

test('SEC-03 an encrypted file that is gone is told; a person may choose a new one', async () => {
  const { vault, open, dir } = await filled();
  await vault.use('file', PASSPHRASE);
  rmSync(join(dir, 'vault.enc'));
  const later = await open();
  expect(later.state()).toMatchObject({ state: 'changed', kind: 'file' });
  expect((await rejected(later.unlock(PASSPHRASE))).code).toBe('KEYCHAIN_CHANGED');
  await later.use('file', 'another passphrase');
  expect(await rejected(later.get('A'))).toMatchObject({ code: 'SECRET_NOT_FOUND', data: { known: true } });
});

test('SEC-03 an index of another system’s keychain is refused without asking that of this one', async () => {
  const { stateDb, dir, store } = await filled();
  stateDb.db.exec("UPDATE vault_choice SET backend = 'macOS Keychain'; UPDATE secrets SET backend = 'macOS Keychain'");
  stateDb.close();
  let asked = 0;
  store.get = async () => {
    asked += 1;
    return null;
  };
  const { vault } = await openVault(store, dir);
  expect([vault.state().state, (await rejected(vault.get('A'))).code, asked]).toEqual([
    'changed',
    'KEYCHAIN_CHANGED',
    0,
  ]);
});

test('SEC-06 a copied profile with its encrypted file releases nothing without the passphrase', async () => {
  const { vault, dir } = await filled();
  await vault.use('file', PASSPHRASE);
  const { vault: copy } = await openVault(new MemoryStore(), dir);
  expect([copy.state().state, (await rejected(copy.get('A'))).code]).toEqual(['locked', 'KEYCHAIN_LOCKED']);
});

test('SEC-16 in memory nothing on the disk changes, and after the end of the process nothing is left', async () => {
  const { vault, open, store, dir, content } = await filled();
  await vault.use('memory');
  expect(vault.state()).toEqual({ state: 'unlocked', backend: 'memory', kind: 'memory' });
  expect(await contentOf(vault)).toEqual(content);
  // SQLite's -shm holds locks of readers, no data.
  const kept = () => readdirSync(dir).filter((name) => !name.endsWith('-shm'));
  const disk = () => Object.fromEntries(kept().map((name) => [name, readFileSync(join(dir, name), 'latin1')]));
  const [before, items] = [disk(), secretItems(store)];
  await vault.set('C', 'canary-in-memory');
  await vault.remove('A');
  await new TokenStore(vault).write('server/new', LONG);
  await vault.probe();
  expect([disk(), secretItems(store)]).toEqual([before, items]);
  // The next process is in the same mode and knows none of it; what was kept before is there when it is chosen again.
  const later = await open();
  expect([later.state().kind, later.list(), new TokenStore(later).keys('')]).toEqual(['memory', [], []]);
  expect((await rejected(later.get('C'))).code).toBe('SECRET_NOT_FOUND');
  await later.use('keychain');
  expect(await contentOf(later)).toEqual(content);
});

test('what was set in memory goes along to the keychain', async () => {
  const { vault, store } = await openVault();
  await vault.use('memory');
  await vault.set('A', LONG);
  await vault.use('keychain');
  expect([await vault.get('A'), secretItems(store).length]).toEqual([LONG, 6]);
});

test('a move that dies at any write leaves all in the old place or all in the new one', async () => {
  const content = { A: 'short', B: LONG, '~server/github': LONG };
  for (let writes = 0, isMoved = false; !isMoved; writes += 1) {
    const store = new DyingStore();
    const { vault, open } = await openVault(store);
    await vault.use('file', PASSPHRASE);
    await vault.set('A', 'short');
    await vault.set('B', LONG);
    await new TokenStore(vault).write('server/github', LONG);
    store.writesLeft = writes;
    isMoved = await vault.use('keychain').then(
      () => true,
      () => false,
    );
    store.writesLeft = Number.POSITIVE_INFINITY;
    const later = await open();
    if (later.state().kind === 'file') await later.unlock(PASSPHRASE);
    expect([writes, later.state().kind, await contentOf(later)]).toEqual([
      writes,
      isMoved ? 'keychain' : 'file',
      content,
    ]);
  }
});
