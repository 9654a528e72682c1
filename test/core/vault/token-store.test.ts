import { expect, test } from 'vitest';
import { MemoryStore } from '../../../core/vault/memory-store.ts';
import { TokenStore } from '../../../core/vault/token-store.ts';
import { LockableStore, openVault } from '../../support/open-vault.ts';
import { rejected } from '../../support/thrown.ts';

async function openTokens(store = new MemoryStore()) {
  const rig = await openVault(store);
  return { ...rig, tokens: new TokenStore(rig.vault) };
}

test.each([0, 32_768, 100_000, 1_048_576])('SEC-05 a text of %i bytes comes back as it was', async (length) => {
  const { tokens } = await openTokens();
  const text = 'é'.repeat(length / 2);
  const { version } = await tokens.write('server/github', text);
  expect(await tokens.read('server/github')).toEqual({ text, version });
});

test('tokens are in no list of secrets, and no name of a secret reaches one', async () => {
  const { tokens, vault } = await openTokens();
  await tokens.write('server/github', 'a token');
  await vault.set('server/github', 'a secret');
  expect([vault.list().map(({ name }) => name), tokens.keys('server/')]).toEqual([
    ['server/github'],
    ['server/github'],
  ]);
  expect([(await tokens.read('server/github'))?.text, await vault.get('server/github')]).toEqual([
    'a token',
    'a secret',
  ]);
  expect([(await rejected(vault.get('~server/github'))).code, vault.has('~server/github')]).toEqual([
    'SECRET_NOT_FOUND',
    false,
  ]);
  expect((await rejected(vault.remove('~server/github'))).code).toBe('SECRET_NOT_FOUND');
});

test('of many that replace the same version exactly one wins', async () => {
  const { tokens } = await openTokens();
  const first = await Promise.all(['a', 'b', 'c'].map((text) => tokens.replace('k', text, undefined)));
  expect(first.map((stored) => stored?.text)).toEqual(['a', undefined, undefined]);
  const version = first[0]?.version ?? '';
  const second = await Promise.all(['d', 'e', 'f'].map((text) => tokens.replace('k', text, version)));
  expect(second.filter((stored) => stored !== undefined).map(({ text }) => text)).toEqual(['d']);
  expect((await tokens.read('k'))?.text).toBe('d');
});

test('who deletes an old version deletes nothing', async () => {
  const { tokens } = await openTokens();
  const old = await tokens.write('k', 'old');
  const renewed = await tokens.write('k', 'old');
  expect([await tokens.removeIf('k', old.version), (await tokens.read('k'))?.version]).toEqual([
    false,
    renewed.version,
  ]);
  expect([await tokens.removeIf('k', renewed.version), await tokens.read('k'), tokens.keys('')]).toEqual([
    true,
    undefined,
    [],
  ]);
  expect(await tokens.replace('k', 'new', renewed.version)).toBe(undefined);
});

test('a key that was never written is not looked for in the keychain', async () => {
  const { tokens, store } = await openTokens();
  let asked = 0;
  store.get = () => Promise.resolve(String((asked += 1)));
  expect([await tokens.read('none'), await tokens.remove('none'), asked]).toEqual([undefined, undefined, 0]);
});

test('a token that a locked keychain does not show is never called missing', async () => {
  const store = new LockableStore();
  const { tokens } = await openTokens(store);
  await tokens.write('k', 'text');
  store.isLocked = true;
  await rejected(tokens.read('k'));
  await rejected(tokens.removeIf('k', 'any'));
  store.isLocked = false;
  expect((await tokens.read('k'))?.text).toBe('text');
});

test('keys and texts that could not be kept are refused', async () => {
  const { tokens } = await openTokens();
  const calls = [tokens.write('', 'x'), tokens.write('a b', 'x'), tokens.write('é', 'x'), tokens.read('~a')];
  calls.push(tokens.write('k', 'a\0b'), tokens.write('k', 'x'.repeat(1_048_577)), tokens.read('x'.repeat(191)));
  const codes = await Promise.all(calls.map(async (call) => (await rejected(call)).code));
  expect(new Set(codes)).toEqual(new Set(['INPUT_INVALID']));
});

test('no log shows the tokens of a set, nor the one that was just replaced', async () => {
  const { tokens, redactor } = await openTokens();
  const set = (n: number) =>
    JSON.stringify({ accessToken: `access-number-${n}`, tokenType: 'bearer', clientSecret: `secret-number-${n}` });
  for (const n of [1, 2, 3]) await tokens.write('k', set(n));
  await tokens.write('plain', 'plain-text-token');
  expect(redactor.redact('access-number-3 secret-number-2 bearer plain-text-token access-number-1')).toBe(
    '[redacted] [redacted] bearer [redacted] access-number-1',
  );
});
