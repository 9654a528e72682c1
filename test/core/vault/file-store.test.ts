import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FileStore } from '../../../core/vault/file-store.ts';
import { DEFAULT_COST } from '../../../core/vault/sealed-file.ts';
import { TEST_COST } from '../../support/open-vault.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { rejected } from '../../support/thrown.ts';

const PASSPHRASE = 'correct horse battery';

async function newFile() {
  const path = join(tempDir(), 'vault.enc');
  const store = new FileStore(path, TEST_COST);
  await store.create(PASSPHRASE);
  return { store, path, again: () => new FileStore(path, TEST_COST) };
}

test('what was kept comes back after the passphrase, and not before', async () => {
  const { store, again } = await newFile();
  await store.set('v1/A', 'value');
  const later = again();
  expect((await rejected(later.get('v1/A'))).code).toBe('KEYCHAIN_LOCKED');
  expect((await rejected(later.set('v1/A', 'other'))).code).toBe('KEYCHAIN_LOCKED');
  await later.unlock(PASSPHRASE);
  expect([await later.get('v1/A'), await later.get('v1/B'), await later.delete('v1/B')]).toEqual([
    'value',
    null,
    false,
  ]);
  expect(await later.delete('v1/A')).toBe(true);
  later.lock();
  expect((await rejected(later.get('v1/A'))).code).toBe('KEYCHAIN_LOCKED');
});

test('neither names nor values can be read in the file, and it is for its owner alone', async () => {
  const { store, path } = await newFile();
  await store.set('v1/GITHUB_TOKEN', 'canary-value');
  const bytes = readFileSync(path).toString('latin1');
  expect([bytes.includes('GITHUB_TOKEN'), bytes.includes('canary-value'), bytes.includes(PASSPHRASE)]).toEqual([
    false,
    false,
    false,
  ]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('a wrong passphrase is told from a damaged file, at whichever byte', async () => {
  const { store, path, again } = await newFile();
  await store.set('v1/A', 'value');
  expect((await rejected(again().unlock('wrong horse battery'))).code).toBe('PASSPHRASE_WRONG');
  const whole = readFileSync(path);
  for (let at = 0; at < whole.length; at += 1) {
    const bytes = Buffer.from(whole);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    expect([at, (await rejected(again().unlock(PASSPHRASE))).code]).toEqual([at, 'KEYCHAIN_FAILED']);
  }
  for (const length of [0, 20, whole.indexOf('\n') + 10, whole.length - 1]) {
    writeFileSync(path, whole.subarray(0, length));
    expect((await rejected(again().unlock(PASSPHRASE))).code).toBe('KEYCHAIN_FAILED');
  }
});

test('the body of another file with the same passphrase does not fit', async () => {
  const [one, two] = [await newFile(), await newFile()];
  await two.store.set('v1/A', 'other');
  const [head, body] = [readFileSync(one.path), readFileSync(two.path)];
  const swapped = [head.subarray(0, head.indexOf('\n')), body.subarray(body.indexOf('\n'))];
  writeFileSync(one.path, Buffer.concat(swapped));
  expect((await rejected(one.again().unlock(PASSPHRASE))).code).toBe('KEYCHAIN_FAILED');
});

test('a file that asks for more memory than a computer has is refused before the key is made', async () => {
  const { path, again } = await newFile();
  const text = readFileSync(path, 'latin1').replace('scrypt 16 1 1', 'scrypt 134217728 8 1');
  writeFileSync(path, text, 'latin1');
  expect((await rejected(again().unlock(PASSPHRASE))).code).toBe('KEYCHAIN_FAILED');
});

test('a file of a newer version is left as it is', async () => {
  const { path, again } = await newFile();
  writeFileSync(path, 'portolan-vault 2 whatever comes\n');
  expect(await rejected(again().unlock(PASSPHRASE))).toMatchObject({
    code: 'KEYCHAIN_FAILED',
    message: expect.stringContaining('newer'),
  });
});

test('a write that fails leaves the old content on the disk and in memory', async () => {
  const { store, path } = await newFile();
  await store.set('v1/A', 'old');
  const before = readFileSync(path);
  const broken = new FileStore(join(path, 'below-a-file'), TEST_COST);
  expect((await rejected(broken.create(PASSPHRASE))).code).toBe('FILE_NOT_WRITABLE');
  expect(broken.isOpen).toBe(false);
  expect([readFileSync(path).equals(before), await store.get('v1/A')]).toEqual([true, 'old']);
});

test('the same passphrase in another Unicode form opens it; a short one makes none', async () => {
  const path = join(tempDir(), 'vault.enc');
  const store = new FileStore(path, TEST_COST);
  expect((await rejected(store.create('short'))).code).toBe('INPUT_INVALID');
  await store.create('caf\u00e9 caf\u00e9');
  const later = new FileStore(path, TEST_COST);
  await later.unlock('cafe\u0301 cafe\u0301');
  expect(later.isOpen).toBe(true);
});

test('the default key costs a guesser 128 MiB, and is made off the event loop', async () => {
  expect(DEFAULT_COST).toEqual({ n: 131_072, r: 8, p: 1 });
  const store = new FileStore(join(tempDir(), 'vault.enc'));
  let turns = 0;
  const ticking = setInterval(() => (turns += 1), 1);
  await store.create(PASSPHRASE);
  clearInterval(ticking);
  expect(turns).toBeGreaterThan(3);
  expect(readFileSync(store.path, 'latin1')).toMatch(/^portolan-vault 1 scrypt 131072 8 1 /);
});
