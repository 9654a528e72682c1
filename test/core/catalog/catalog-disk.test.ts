import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { readAtRest, replaceIfSame } from '../../../core/catalog/catalog-disk.ts';
import { tempDir } from '../../support/temp-dir.ts';

const [OLD, NEW] = [Buffer.from('old'), Buffer.from('new')];

test('CFG-03 a file is replaced or removed only while it holds what was read', async () => {
  const path = join(tempDir(), 'catalog.json');
  writeFileSync(path, 'theirs');
  expect([
    await replaceIfSame(path, OLD, NEW),
    await replaceIfSame(path, undefined, NEW),
    await replaceIfSame(path, OLD, undefined),
  ]).toEqual([false, false, false]);
  expect([readFileSync(path, 'utf8'), readdirSync(dirname(path))]).toEqual(['theirs', ['catalog.json']]);
  writeFileSync(path, OLD);
  expect([await replaceIfSame(path, OLD, NEW), readFileSync(path, 'utf8')]).toEqual([true, 'new']);
  expect([await replaceIfSame(path, NEW, undefined), existsSync(path)]).toEqual([true, false]);
  expect([await replaceIfSame(path, undefined, NEW), readFileSync(path, 'utf8')]).toEqual([true, 'new']);
});

test('unchanged bytes are not parsed again, changed ones are', async () => {
  const path = join(tempDir(), 'catalog.json');
  writeFileSync(path, '{"mcpServers": {}}');
  const first = await readAtRest(path, undefined);
  expect(await readAtRest(path, first)).toBe(first);
  writeFileSync(path, '{"mcpServers": {"a": {"command": "x"}}}');
  const second = await readAtRest(path, first);
  expect([...second.content.names]).toEqual(['a']);
});
