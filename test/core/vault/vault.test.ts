import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import * as items from '../../../core/vault/item-name.ts';
import { VaultIndex } from '../../../core/vault/vault-index.ts';
import { DyingStore, openVault, secretItems } from '../../support/open-vault.ts';
import { rejected } from '../../support/thrown.ts';

test('every secret that goes in or out is made known to the redactor', async () => {
  const { vault, open, redacted } = await openVault();
  await vault.set('A', 'one');
  await (await open()).get('A');
  expect(redacted).toEqual(['one', 'one']);
});

test('names are listed with the time of their last change, without asking the keychain', async () => {
  const { vault } = await openVault();
  await vault.set('b', '1');
  await vault.set('a', '1');
  expect(vault.list()).toEqual(['a', 'b'].map((name) => ({ name, changedAt: '1970-01-01T00:00:00.000Z' })));
  expect([vault.has('a'), vault.has('c')]).toEqual([true, false]);
});

test('values that a keychain would cut or lose are refused before it is asked', async () => {
  const { vault, store } = await openVault();
  const codes = await Promise.all(
    ['', 'a\0b', '\uD800', 'x'.repeat(1_048_577)].map(async (value) => (await rejected(vault.set('A', value))).code),
  );
  codes.push((await rejected(vault.set('a b', 'x'))).code);
  expect([codes, secretItems(store).length]).toEqual([Array.from({ length: 5 }, () => 'INPUT_INVALID'), 0]);
});

test('a rotation leaves exactly the items of the new value', async () => {
  const { vault, store } = await openVault();
  await vault.set('A', 'x'.repeat(9_000));
  await vault.set('A', 'y'.repeat(5_000));
  expect(secretItems(store).length).toBe(4);
  await vault.set('A', 'z');
  expect(secretItems(store)).toEqual([['v1/A', '=z']]);
  await vault.remove('A');
  expect(secretItems(store).length).toBe(0);
});

test('a rotation that dies at any write leaves the old or the new value, and no item for ever', async () => {
  for (let writes = 0; writes <= 6; writes += 1) {
    const store = new DyingStore();
    const { vault, open } = await openVault(store);
    const [old, next] = ['x'.repeat(9_000), 'y'.repeat(9_000)];
    await vault.set('A', old);
    store.writesLeft = writes;
    await vault.set('A', next).catch(() => undefined);
    store.writesLeft = Number.POSITIVE_INFINITY;
    const later = await open();
    await later.probe();
    expect([writes, await later.get('A')]).toEqual([writes, writes < 6 ? old : next]);
    expect(secretItems(store).length).toBe(6);
  }
});

test('a header that was switched right before the process died counts', async () => {
  const { vault, open, store, stateDb } = await openVault();
  await vault.set('A', 'x'.repeat(5_000));
  const index = new VaultIndex(stateDb);
  const { generation, chunks } = index.get('A') ?? { generation: '', chunks: 0 };
  index.remove('A');
  const later = await open();
  await later.probe();
  expect([
    await later.get('A'),
    index.get('A')?.generation,
    index.leftovers('memory'),
    secretItems(store).length,
  ]).toEqual(['x'.repeat(5_000), generation, [], chunks + 1]);
});

test('a chunk that was lost or changed in the keychain is told, never handed out', async () => {
  const { vault, store } = await openVault();
  await vault.set('A', 'x'.repeat(5_000));
  const chunk = [...store.items.keys()].find((account) => account.endsWith('/1')) ?? '';
  store.items.set(chunk, 'other');
  expect(await rejected(vault.get('A'))).toMatchObject({ code: 'KEYCHAIN_FAILED' });
  store.items.delete(chunk);
  expect(await rejected(vault.get('A'))).toMatchObject({ code: 'KEYCHAIN_FAILED' });
});

test('a secret that the list knows and the open keychain does not was removed outside', async () => {
  const { vault, store } = await openVault();
  await vault.set('A', 'x');
  store.items.delete('v1/A');
  expect(await rejected(vault.get('A'))).toMatchObject({
    code: 'SECRET_NOT_FOUND',
    message: 'the secret A was removed from the keychain outside of Portolan',
  });
  await vault.remove('A');
  expect(vault.list()).toEqual([]);
});

test('account names are read back as they were built, whatever the secret is called', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), fc.nat(999_999), (name, index) => {
      expect(items.parseAccount(items.secretAccount(name))).toEqual({ kind: 'secret', name });
      expect(items.parseAccount(items.chunkAccount(name, '0123abcd', index))).toEqual({
        kind: 'chunk',
        name,
        generation: '0123abcd',
        index,
      });
    }),
  );
  expect(['', 'v2/a', 'v1/', 'v1/a/b', 'v1/%zz', 'v1/a/0123abcd/01'].map(items.parseAccount)).toEqual(
    Array.from({ length: 6 }, () => undefined),
  );
});

test('pieces are never too long and never cut a character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 4, max: 50 }), (value, max) => {
      const pieces = items.splitValue(value, max);
      expect(pieces.join('')).toBe(value);
      expect(pieces.every((piece) => piece !== '' && Buffer.byteLength(piece) <= max)).toBe(true);
    }),
  );
});
