// Which entries of Portolan in other clients' files lead nowhere.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findStaleEntries } from '../../../core/clients/stale-entries.ts';
import { tempDir } from '../../support/temp-dir.ts';

test('entries whose program or script is gone are found, and no others', async () => {
  const homeDir = tempDir();
  const path = join(homeDir, '.cursor', 'mcp.json');
  mkdirSync(join(homeDir, '.cursor'));
  const gone = '/nowhere/portolan';
  const servers = {
    'gone program': { command: gone, args: ['connect', 'a'] },
    'gone script': { command: process.execPath, args: ['/nowhere/dist/cli/main.js', 'connect', 'b'] },
    'on the path': { command: 'portolan', args: ['connect', 'c'] },
    there: { command: process.execPath, args: [join(import.meta.dirname, '../../../cli/main.ts'), 'connect', 'd'] },
    "someone else's": { command: '/nowhere/other', args: ['connect', 'e'] },
    'another word': { command: gone, args: ['serve'] },
  };
  writeFileSync(path, JSON.stringify({ mcpServers: servers }));
  const found = await findStaleEntries({ env: {}, platform: 'linux', homeDir });
  expect(found).toEqual([
    { client: 'cursor', path, name: 'gone program', target: 'a', missing: gone },
    { client: 'cursor', path, name: 'gone script', target: 'b', missing: '/nowhere/dist/cli/main.js' },
  ]);
});

test('files of every scope of the user are looked at', async () => {
  const homeDir = tempDir();
  const folder = join(homeDir, '.kiro', 'agents');
  mkdirSync(folder, { recursive: true });
  const missing = '/nowhere/portolan';
  writeFileSync(
    join(folder, 'ops.json'),
    JSON.stringify({ name: 'ops', mcpServers: { a: { command: missing, args: ['connect', 'a'] } } }),
  );
  const found = await findStaleEntries({ env: {}, platform: 'linux', homeDir });
  expect(found).toEqual([{ client: 'kiro', path: join(folder, 'ops.json'), name: 'a', target: 'a', missing }]);
});
