// A client that has a second place for its file, as Claude Desktop's Store build has on Windows, and begins to read that.
import { readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import type { ClientEnv } from '../../../core/clients/client-format.ts';
import type * as Formats from '../../../core/clients/client-formats.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { stdioEntry, testClients } from '../../support/test-clients.ts';

vi.mock('../../../core/clients/client-formats.ts', async (original) => {
  const real = await original<typeof Formats>();
  const cursor = real.clientFormat('cursor');
  const store = ({ homeDir }: ClientEnv) =>
    ({ scope: 'user', path: join(homeDir, 'store/mcp.json'), format: 'json' }) as const;
  const moved = { ...cursor, files: (env: ClientEnv) => [...cursor.files(env), store(env)] };
  return { CLIENT_FORMATS: [moved], clientFormat: () => moved };
});

it('a client that reads a newer file now is told, and gets the entry there', async () => {
  const { clients, catalog, home, put } = testClients(tempDir());
  catalog.push(stdioEntry('files'));
  const path = put('.cursor/mcp.json', '{}');
  await clients.applyExport({
    planId: (await clients.planExport({ client: 'cursor', scope: 'user', mode: 'connect' })).planId,
  });
  const store = put('store/mcp.json', '{ "mcpServers": {} }');
  utimesSync(store, 0, 0);
  const moved = async () => (await clients.sync.drift()).filter(({ kind }) => kind === 'moved');
  // One that is older than the export is not in use.
  expect(await moved()).toEqual([]);
  const later = Date.now() / 1000 + 5;
  utimesSync(store, later, later);
  const [drift] = await moved();
  expect(drift).toMatchObject({ client: 'cursor', path, name: 'files', target: 'files', repairable: true });
  expect(drift?.message).toContain(store);
  const plan = await clients.sync.planRepair([drift?.id ?? '']);
  await clients.sync.apply({ planId: plan.planId, by: 'cli' });
  expect(readFileSync(join(home, 'store/mcp.json'), 'utf8')).toContain('"connect"');
  expect(await moved()).toEqual([]);
});
