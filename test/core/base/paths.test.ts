import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import envPaths from 'env-paths';
import { expect, test } from 'vitest';
import { prepareDataDir, resolvePaths } from '../../../core/base/paths.ts';
import { thrown } from '../../support/thrown.ts';
import { tempDir } from '../../support/temp-dir.ts';

const mode = (path: string) => statSync(path).mode & 0o777;

test('without PORTOLAN_HOME the data directory is the one that env-paths names', () => {
  expect(resolvePaths(process.env).home).toBe(
    process.env['PORTOLAN_HOME'] ?? envPaths('Portolan', { suffix: '' }).data,
  );
});

test('a relative XDG_DATA_HOME is ignored', () => {
  expect(resolvePaths({ XDG_DATA_HOME: 'here', HOME: homedir() }).home).toBe(resolvePaths({ HOME: homedir() }).home);
});

test('every place is below PORTOLAN_HOME', () => {
  const { home, ...places } = resolvePaths({ PORTOLAN_HOME: '/h' });
  expect({ home, outside: Object.values(places).filter((place) => !place.startsWith('/h/')) }).toEqual({
    home: '/h',
    outside: [],
  });
});

test('a socket path longer than 100 bytes moves to a short one that is the same for the same home', () => {
  const fits = `/${'a'.repeat(100 - '/run/host.sock'.length - 1)}`;
  expect(resolvePaths({ PORTOLAN_HOME: fits }).socket).toHaveLength(100);
  const long = resolvePaths({ PORTOLAN_HOME: `${fits}b` }).socket;
  expect(long).toMatch(new RegExp(`^${tmpdir()}/portolan-${process.getuid?.()}/[0-9a-f]{16}\\.sock$`));
  expect(resolvePaths({ PORTOLAN_HOME: `${fits}b` }).socket).toBe(long);
  expect(resolvePaths({ PORTOLAN_HOME: `${fits}c` }).socket).not.toBe(long);
});

test('STO-03 a home directory that is not absolute is refused with a code', () => {
  expect(thrown(() => resolvePaths({ HOME: 'nowhere' }))).toMatchObject({ code: 'DATA_DIR_UNUSABLE' });
});

test.each([0o000, 0o077])('SEC-17 under umask %o directories are 0700', (mask) => {
  const paths = resolvePaths({ PORTOLAN_HOME: join(tempDir(), 'new') });
  const before = process.umask(mask);
  try {
    expect(prepareDataDir(paths)).toEqual({ repaired: [] });
  } finally {
    process.umask(before);
  }
  for (const path of [paths.home, paths.auditDir, paths.cacheDir, paths.runDir, paths.logDir, paths.backupsDir]) {
    expect([path, mode(path)]).toEqual([path, 0o700]);
  }
});

test('SEC-17 looser modes of directories and files are repaired and told, once', () => {
  const paths = resolvePaths({ PORTOLAN_HOME: join(tempDir(), 'loose') });
  mkdirSync(paths.runDir, { recursive: true });
  chmodSync(paths.home, 0o755);
  chmodSync(paths.runDir, 0o777);
  writeFileSync(paths.settings, '{}');
  chmodSync(paths.settings, 0o644);
  writeFileSync(paths.vaultFile, '');
  chmodSync(paths.vaultFile, 0o664);
  expect(prepareDataDir(paths)).toEqual({
    repaired: [paths.home, paths.runDir, paths.settings, paths.vaultFile],
  });
  expect([paths.home, paths.runDir, paths.settings, paths.vaultFile].map(mode)).toEqual([0o700, 0o700, 0o600, 0o600]);
  expect(prepareDataDir(paths)).toEqual({ repaired: [] });
});

test('SEC-17 a data directory that is a link or a file is refused', () => {
  const base = tempDir();
  mkdirSync(join(base, 'real'));
  symlinkSync(join(base, 'real'), join(base, 'link'));
  symlinkSync(join(base, 'gone'), join(base, 'dangling'));
  writeFileSync(join(base, 'file'), '');
  const codeFor = (name: string) =>
    thrown(() => prepareDataDir(resolvePaths({ PORTOLAN_HOME: join(base, name) }))).code;
  expect([codeFor('link'), codeFor('dangling'), codeFor('file')]).toEqual([
    'DATA_DIR_UNSAFE',
    'DATA_DIR_UNSAFE',
    'DATA_DIR_UNUSABLE',
  ]);
});

test('the directory of a moved socket is prepared too', () => {
  const paths = resolvePaths({ PORTOLAN_HOME: join(tempDir(), 'x'.repeat(100)) });
  prepareDataDir(paths);
  expect(mode(join(paths.socket, '..'))).toBe(0o700);
});

test('a place where nothing can be made is refused at once', () => {
  expect(thrown(() => prepareDataDir(resolvePaths({ PORTOLAN_HOME: '/proc/portolan/deep' })))).toMatchObject({
    code: 'DATA_DIR_UNUSABLE',
  });
});
