import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BUNDLE_LIMITS, unpackBundle } from '../../../core/registry/bundle-unpack.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { rejected } from '../../support/thrown.ts';
import { type ZipItem, zipOf } from '../../support/zip.ts';

const GOOD: ZipItem[] = [
  { name: 'manifest.json', data: '{}' },
  { name: 'server/', mode: 0o040755 },
  { name: 'server/run.sh', data: '#!/bin/sh\n', mode: 0o104755 & 0o100755 },
];

test('a bundle is unpacked for this person alone, programs as programs, all of it at once', async () => {
  const dir = tempDir();
  await unpackBundle(zipOf(GOOD), join(dir, 'b'));
  expect(readFileSync(join(dir, 'b/server/run.sh'), 'utf8')).toBe('#!/bin/sh\n');
  expect(statSync(join(dir, 'b/server/run.sh')).mode & 0o777).toBe(0o700);
  expect(statSync(join(dir, 'b/manifest.json')).mode & 0o777).toBe(0o600);
  expect(readdirSync(dir)).toEqual(['b']);
});

describe('CFG-19 a bundle that breaks a rule is refused, and nothing of it stays', () => {
  test.each<[string, ZipItem[]]>([
    ['a name that leads out', [{ name: '../evil', data: 'x' }]],
    ['a name that leads out further down', [{ name: 'a/../../evil', data: 'x' }]],
    ['a name from the root', [{ name: '/evil', data: 'x' }]],
    ['a name of another system', [{ name: 'C:/evil', data: 'x' }]],
    ['a name with back slashes', [{ name: '..\\evil', data: 'x' }]],
    ['a name of a device', [{ name: 'a/CON.txt', data: 'x' }]],
    ['a name that ends in a dot', [{ name: 'a./x', data: 'x' }]],
    ['a stream of a file', [{ name: 'a:b', data: 'x' }]],
    ['a control character', [{ name: 'a\u0001b', data: 'x' }]],
    ['a very long name', [{ name: `${'d/'.repeat(80)}x`, data: 'x' }]],
    ['a link', [{ name: 'link', data: '/etc/passwd', mode: 0o120777 }]],
    [
      'a link and a file below it',
      [
        { name: 'a', data: '/tmp', mode: 0o120777 },
        { name: 'a/evil', data: 'x' },
      ],
    ],
    ['a device', [{ name: 'dev', mode: 0o020666 }]],
    [
      'two names that differ in case',
      [
        { name: 'Server.js', data: 'a' },
        { name: 'server.js', data: 'b' },
      ],
    ],
    [
      'two folders that differ in case',
      [
        { name: 'A/x', data: 'a' },
        { name: 'a/y', data: 'b' },
      ],
    ],
    [
      'two names that differ in composition',
      [
        { name: 'é', data: 'a' },
        { name: 'e\u0301', data: 'b' },
      ],
    ],
    [
      'one name twice',
      [
        { name: 'x', data: 'a' },
        { name: 'x', data: 'b' },
      ],
    ],
    [
      'a file where a folder is',
      [
        { name: 'a/x', data: 'a' },
        { name: 'a', data: 'b' },
      ],
    ],
    ['a bomb', [{ name: 'bomb', data: Buffer.alloc(4 * 1024 * 1024) }]],
    ['a size that is a lie', [{ name: 'x', data: Buffer.alloc(1000, 'a'), claims: 10 }]],
    [
      'more bytes than are allowed',
      [{ name: 'x', data: Buffer.from(Array.from({ length: 5_000 }, (_, index) => (index * 7919) % 256)) }],
    ],
    ['encryption', [{ name: 'x', data: 'a', flags: 1 }]],
  ])('%s', async (_what, items) => {
    const dir = tempDir();
    const limits = { ...BUNDLE_LIMITS, bytes: _what.startsWith('more bytes') ? 4_000 : BUNDLE_LIMITS.bytes };
    const error = await rejected(
      unpackBundle(zipOf([{ name: 'manifest.json', data: '{}' }, ...items]), join(dir, 'in', 'b'), limits),
    );
    expect(error.code).toBe('BUNDLE_REFUSED');
    expect(existsSync(join(dir, 'evil'))).toBe(false);
    expect(readdirSync(join(dir, 'in'))).toEqual([]);
  });

  test('more files than are allowed, and what is no zip file', async () => {
    const dir = tempDir();
    const many = zipOf(Array.from({ length: 11 }, (_, index) => ({ name: `f${index}` })));
    expect((await rejected(unpackBundle(many, join(dir, 'b'), { ...BUNDLE_LIMITS, files: 10 }))).code).toBe(
      'BUNDLE_REFUSED',
    );
    expect((await rejected(unpackBundle(Buffer.from('no zip'), join(dir, 'b')))).code).toBe('BUNDLE_REFUSED');
  });
});
