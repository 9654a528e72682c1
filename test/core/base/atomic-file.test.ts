import { readdirSync, readFileSync, readlinkSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sweepTempFiles, writeFileAtomic } from '../../../core/base/atomic-file.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { rejected } from '../../support/thrown.ts';

const mode = (path: string) => statSync(path).mode & 0o777;

test.each([0o000, 0o077])('SEC-17 under umask %o a file is 0600, or has exactly the mode asked for', async (mask) => {
  const dir = tempDir();
  const before = process.umask(mask);
  try {
    await writeFileAtomic(join(dir, 'a'), 'x');
    await writeFileAtomic(join(dir, 'b'), Buffer.from('y'), { mode: 0o644 });
  } finally {
    process.umask(before);
  }
  expect([mode(join(dir, 'a')), mode(join(dir, 'b')), readdirSync(dir)]).toEqual([0o600, 0o644, ['a', 'b']]);
});

test('a link is replaced by default and followed when asked for', async () => {
  const dir = tempDir();
  writeFileSync(join(dir, 'target'), 'old');
  symlinkSync('target', join(dir, 'followed'));
  symlinkSync('target', join(dir, 'replaced'));
  await writeFileAtomic(join(dir, 'followed'), 'new', { followSymlink: true });
  await writeFileAtomic(join(dir, 'replaced'), 'own');
  expect(readlinkSync(join(dir, 'followed'))).toBe('target');
  expect(['target', 'followed', 'replaced'].map((name) => readFileSync(join(dir, name), 'utf8'))).toEqual([
    'new',
    'new',
    'own',
  ]);
});

test('a link into nowhere is an error, never a new file', async () => {
  const dir = tempDir();
  symlinkSync('gone', join(dir, 'link'));
  expect(await rejected(writeFileAtomic(join(dir, 'link'), 'x', { followSymlink: true }))).toMatchObject({
    code: 'FILE_NOT_WRITABLE',
    message: `${join(dir, 'link')} cannot be written: it is a symbolic link to a file that does not exist`,
  });
  expect(readdirSync(dir)).toEqual(['link']);
});

test('a missing directory is told with its cause', async () => {
  const path = join(tempDir(), 'no', 'file');
  expect(await rejected(writeFileAtomic(path, 'x'))).toMatchObject({
    code: 'FILE_NOT_WRITABLE',
    message: `${path} cannot be written: it does not exist`,
    data: { path, errno: 'ENOENT' },
  });
});

test('only old temporary files of ours are swept', async () => {
  const dir = tempDir();
  const old = '.catalog.json.0123456789ab.portolan-tmp';
  const fresh = '.catalog.json.ba9876543210.portolan-tmp';
  const foreign = '.catalog.json.tmp';
  for (const name of [old, fresh, foreign]) writeFileSync(join(dir, name), '');
  for (const name of [old, foreign]) utimesSync(join(dir, name), 1, 1);
  await sweepTempFiles(dir, statSync(join(dir, fresh)).mtimeMs + 1000);
  expect(readdirSync(dir).sort()).toEqual([fresh, foreign].sort());
});
