// Every screen, in both themes and both widths: no accessibility finding, no policy violation, no console error.
import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import type { Drift } from '../../../shared/model/client-sync.ts';
import { CHANGED_KEYCHAIN, LOCKED_FILE } from '../../support/fake-vault.ts';
import { type Screen, screenTests } from '../../support/screens.ts';
import { until } from '../../support/until.ts';

const press = (name: string | RegExp) => async (page: Page) =>
  page
    .getByRole('button', { name, exact: typeof name === 'string' })
    .first()
    .click();
const chooseTool = (tool: string) => async (page: Page) =>
  page.getByRole('option', { name: new RegExp(`^${tool}`) }).click();

const DRIFT: Drift[] = ['gone', 'changed'].map((kind, index) => ({
  id: `${kind} ${index}`,
  kind: kind === 'gone' ? 'gone' : 'changed',
  client: 'cursor',
  displayName: 'Cursor',
  path: '/home/maya/.cursor/mcp.json',
  name: kind === 'gone' ? 'github' : 'filesystem',
  target: kind === 'gone' ? 'github' : 'filesystem',
  message: kind === 'gone' ? 'The entry is not in the file any more.' : 'The entry does not lead to Portolan any more.',
  repairable: true,
}));

const SCREENS: readonly Screen[] = [
  { name: 'sync', hash: '/sync', ready: 'Claude Desktop', before: (world) => world.sync.setDrift(DRIFT) },
  {
    name: 'sync-review',
    hash: '/sync',
    ready: 'Claude Desktop',
    before: (world) => world.sync.running.add('claude-desktop'),
    act: async (page) => {
      for (const label of ['filesystem, Claude Desktop', 'github, Cursor: Own entry', 'github, VS Code']) {
        await page.getByRole('checkbox', { name: label, exact: true }).press('Space');
      }
      await press('Review changes')(page);
      await page.getByText('CLIENT_RUNNING').waitFor();
    },
  },
  {
    name: 'sync-history',
    hash: '/sync/history',
    ready: 'set-of-three',
    before: (world) => {
      const files = ['cursor', 'vscode'].map((client) => ({
        client,
        path: `/home/maya/${client}/mcp.json`,
        servers: ['set-of-three'],
      }));
      world.sync.history = [
        { id: 's3', at: new Date().toISOString(), by: 'window', files, state: 'written' },
        {
          id: 's2',
          at: '2026-01-02T00:00:00.000Z',
          by: 'cli',
          files,
          state: 'written',
          notUndoable: { code: 'FILE_CHANGED', message: '/home/maya/cursor/mcp.json was changed since.' },
        },
        { id: 's1', at: '2026-01-01T00:00:00.000Z', by: 'cli', files, state: 'undone' },
      ];
    },
  },
  { name: 'servers', hash: '/servers', ready: 'postgres-prod' },
  { name: 'servers-empty', hash: '/servers', empty: true, ready: 'Find servers' },
  {
    name: 'servers-no-hits',
    hash: '/servers',
    ready: 'postgres-prod',
    act: async (page) => {
      const filter = page.getByRole('searchbox', { name: 'Filter servers' });
      if (await filter.isVisible()) await filter.fill('zzz');
    },
  },
  { name: 'servers-menu', hash: '/servers', ready: 'postgres-prod', act: press('More for github') },
  {
    name: 'remove',
    hash: '/servers/github/configuration',
    ready: 'Entry in the catalog',
    act: async (page) => {
      await press('Remove…')(page);
      await page.getByRole('button', { name: 'Remove github' }).waitFor();
    },
  },
  {
    name: 'add-server',
    hash: '/add',
    ready: 'Paste',
    act: async (page) => {
      await page
        .getByLabel('Paste a URL')
        .fill('GITHUB_TOKEN=ghp_0123456789abcdefghij0123 npx -y @modelcontextprotocol/server-github --read-only');
    },
  },
  {
    name: 'add-review',
    hash: '/add',
    ready: 'Paste',
    act: async (page) => {
      await page.getByLabel('Paste a URL').fill('npx -y @acme/tool-mcp --root "/home/maya/my projects" --flag=a=b');
      await press('Review')(page);
      await page.getByText('Approve and start').waitFor();
    },
  },
  { name: 'edit-server', hash: '/servers/postgres-prod/edit', ready: 'Environment' },
  {
    name: 'server-overview',
    hash: '/servers/filesystem',
    ready: 'Sessions',
    act: async (page) => {
      await press('Run checks')(page);
      await page.getByText('The server lists its tools').waitFor();
    },
  },
  {
    name: 'server-failed',
    hash: '/servers/notes',
    ready: 'SPAWN_NOT_FOUND',
    act: async (page) => {
      await press('Run checks')(page);
      await page.getByText('Not reached').first().waitFor();
    },
  },
  { name: 'server-tools', hash: '/servers/github/tools', ready: 'rerun_workflow', act: chooseTool('rerun_workflow') },
  {
    name: 'server-tool-result',
    hash: '/servers/github/tools',
    ready: 'search_issues',
    act: async (page) => {
      await chooseTool('search_issues')(page);
      await page.getByLabel('query').fill('label:bug');
      await press('Call tool')(page);
      await page.getByText('1.21 s').waitFor();
    },
  },
  {
    name: 'server-tool-running',
    hash: '/servers/github/tools',
    ready: 'slow_job',
    act: async (page) => {
      await chooseTool('slow_job')(page);
      await press('Call tool')(page);
      await page.getByText('31 of 48').waitFor();
    },
  },
  {
    name: 'server-tool-problem',
    hash: '/servers/github/tools',
    ready: 'rerun_workflow',
    act: async (page) => {
      await chooseTool('rerun_workflow')(page);
      await page.getByLabel('run_id').fill('abc');
      await press('Call tool')(page);
      await page.getByText('run_id must be a whole number.').waitFor();
    },
  },
  { name: 'server-logs', hash: '/servers/filesystem/logs', ready: 'request 399 served' },
  { name: 'server-configuration', hash: '/servers/github/configuration', ready: 'Entry in the catalog' },
  { name: 'server-missing', hash: '/servers/nowhere', ready: 'SERVER_NOT_FOUND' },
  { name: 'activity', hash: '/activity', ready: 'execute_sql' },
  { name: 'activity-record', hash: '/activity/rec-9996', ready: 'Proof checked' },
  { name: 'activity-empty', hash: '/activity', empty: true, ready: 'No records yet' },
  {
    name: 'activity-new',
    hash: '/activity',
    ready: 'execute_sql',
    act: async (page, host) => {
      host.world.addRecords(12);
      await page.getByRole('button', { name: '12 new' }).waitFor();
    },
  },
  { name: 'settings', hash: '/settings', ready: 'github-authorization', act: press('Replace… old-token') },
  {
    name: 'settings-notifications',
    hash: '/settings/notifications',
    ready: 'Show words of servers',
    act: async (page, host) => {
      await page.getByRole('switch', { name: 'Quiet hours' }).click({ force: true });
      await page.getByLabel('Quiet from').waitFor();
      await page.getByRole('radiogroup', { name: 'Notifications of github' }).getByText('Needs me').click();
      await until(() => host.world.snapshot.settings.notices.servers['github'] === 'needs-me', 'it is saved');
      expect(host.world.snapshot.settings.notices.quiet).toEqual({ from: '22:00', to: '07:00' });
    },
  },
  {
    name: 'vault-locked',
    hash: '/settings',
    ready: 'KEYCHAIN_LOCKED',
    before: (world) => world.patch({ vault: LOCKED_FILE }),
    act: async (page) => {
      await page.getByLabel('Passphrase').fill('wrong horse battery');
      await press('Unlock')(page);
      await page.getByText('PASSPHRASE_WRONG').waitFor();
    },
    expected: /^console: Failed to load resource/,
  },
  {
    name: 'vault-changed',
    hash: '/settings',
    ready: 'KEYCHAIN_CHANGED',
    before: (world) => world.patch({ vault: CHANGED_KEYCHAIN }),
    act: async (page) => {
      await page.getByText('Encrypted file', { exact: true }).click();
      await page.getByLabel('The same again').waitFor();
    },
  },
  { name: 'import', hash: '/import', ready: 'postgres-prod', act: press('Show github') },
  { name: 'first-run', hash: '/first-run', empty: true, ready: 'Import 6 servers' },
  {
    name: 'first-run-nothing',
    hash: '/first-run',
    empty: true,
    ready: 'No known client here',
    before: (world) => (world.noClients = true),
  },
  { name: 'export', hash: '/export/github', ready: 'CLIENT_RUNNING', act: press(/^Cursor/) },
  { name: 'palette', hash: '/servers', ready: 'postgres-prod', act: async (page) => openPalette(page, 'ti') },
  {
    name: 'help',
    hash: '/servers',
    ready: 'postgres-prod',
    act: async (page) => {
      await page.keyboard.press('?');
      await page.getByText('Next region of the window').waitFor();
    },
  },
  {
    name: 'toast',
    hash: '/servers/github/configuration',
    ready: 'Entry in the catalog',
    act: async (page) => {
      await page.getByRole('switch', { name: 'Enable github' }).press('Space');
      await page.getByRole('button', { name: 'Undo' }).waitFor();
    },
  },
  {
    name: 'banners',
    hash: '/servers',
    ready: 'AUDIT_NOT_WRITABLE',
    before: (world) => {
      world.snapshot = {
        ...world.snapshot,
        audit: { ...world.snapshot.audit, writable: false },
        vault: { state: 'no-service', backend: 'none', kind: 'keychain' },
        catalog: {
          ...world.snapshot.catalog,
          problem: { code: 'CATALOG_INVALID', message: 'expected a comma.', line: 41, column: 7 },
        },
      };
    },
  },
  {
    name: 'host-gone',
    hash: '/servers',
    ready: 'postgres-prod',
    expected: /^console: Failed to load resource|ERR_/,
    act: async (page, host) => {
      host.goAway();
      await page.getByText('HOST_UNREACHABLE').waitFor();
    },
  },
  {
    name: 'log-broken',
    hash: '/activity',
    ready: 'AUDIT_BROKEN',
    before: (world) => {
      const { lastVerdict } = world.snapshot.audit;
      if (!lastVerdict) return;
      const fault = {
        seq: 31_207,
        file: 'segment-4',
        kind: 'edited' as const,
        message: 'Record 31,207 was changed after it was written',
      };
      world.snapshot = {
        ...world.snapshot,
        audit: { ...world.snapshot.audit, lastVerdict: { ...lastVerdict, ok: false, verified: 31_206, fault } },
      };
    },
  },
];

async function openPalette(page: Page, query: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder('Search or run').fill(query);
  await page.locator('.palette [data-selected]').waitFor();
}

describe('every screen', () => screenTests(SCREENS));
