// Import, export and setting up clients, in both themes and both widths.
import type { Page } from 'playwright-core';
import { describe } from 'vitest';
import type { FakeHost } from '../../support/fake-host.ts';
import { fillWithServers, manyClients, manyFindings } from '../../support/fake-many.ts';
import { type Screen, screenTests } from '../../support/screens.ts';

const press = (name: string | RegExp) => async (page: Page) => page.getByRole('button', { name }).first().click();

/** As a reload would find it: two clients written, `seen` of them back, `ago` milliseconds after the write. */
async function remember(page: Page, host: FakeHost, seen: readonly string[], ago: number): Promise<void> {
  const written = [
    ['cursor', 'Cursor', '/home/maya/.cursor/mcp.json'],
    ['vscode', 'VS Code', '/home/maya/.config/Code/User/mcp.json'],
  ].map(([client, displayName, path]) => ({
    client,
    displayName,
    path,
    reload: `Quit ${displayName} fully, then start it again.`,
    at: Date.now() - ago,
    servers: ['github'],
    before: host.world.snapshot.sessions.map(({ id }) => id),
  }));
  const back = seen.map((client) => ({ client, server: 'github', name: `${client}-client` }));
  await page.evaluate((text) => localStorage.setItem('portolan.setup', text), JSON.stringify({ written, seen: back }));
  await page.reload();
  await page.getByRole('heading', { level: 1 }).waitFor();
}

const SCREENS: readonly Screen[] = [
  {
    name: 'servers-many',
    hash: '/servers',
    ready: '5,000 servers',
    before: (world) => fillWithServers(world, 5_000),
  },
  {
    name: 'import-many',
    hash: '/import',
    ready: 'Import 5,000 servers',
    before: (world) => {
      world.findings = manyFindings(5_000);
      world.clients = manyClients();
    },
    act: press('Show found-1'),
  },
  {
    name: 'import-text',
    hash: '/import',
    ready: 'postgres-prod',
    act: async (page) => {
      await page.getByText('Pasted text', { exact: true }).click();
      await page.getByRole('textbox', { name: 'Pasted text' }).fill('npx -y @acme/tool-mcp --read-only');
      await page.getByText('runs npx on this computer').waitFor();
    },
  },
  {
    name: 'import-done',
    hash: '/import',
    ready: 'postgres-prod',
    act: async (page) => {
      await press('Import 6 servers')(page);
      await page.getByText('6 servers added').first().waitFor();
    },
  },
  {
    name: 'export-many',
    hash: '/export',
    ready: 'not found here',
    before: (world) => (world.clients = manyClients()),
    act: async (page) => {
      await press(/^Show 30 clients/)(page);
      await press(/^Cursor/)(page);
      await page.getByText('One project').click();
    },
  },
  {
    name: 'export-paste',
    hash: '/export',
    ready: 'not found here',
    before: (world) => (world.clients = manyClients()),
    act: async (page) => {
      await page.getByRole('searchbox', { name: 'Filter clients' }).fill('A6');
      await press(/^Client A6/)(page);
      await page.getByText('has no file to write').waitFor();
    },
  },
  {
    name: 'set-up-clients',
    hash: '/first-run/clients',
    ready: 'Claude Desktop',
    act: async (page) => {
      await press(/^Claude Desktop/)(page);
      await page.getByText('CLIENT_RUNNING').waitFor();
    },
  },
  { name: 'set-up-clients-none', hash: '/first-run/clients', empty: true, ready: 'There is no server to write yet.' },
  {
    name: 'set-up-waiting',
    hash: '/first-run/restart',
    ready: 'Restart your clients',
    act: (page, host) => remember(page, host, ['cursor'], 90_000),
  },
  {
    name: 'set-up-done',
    hash: '/first-run/restart',
    ready: 'Restart your clients',
    act: (page, host) => remember(page, host, ['cursor', 'vscode'], 1_000),
  },
  { name: 'set-up-sign-in', hash: '/first-run/sign-in', ready: 'sign-in' },
];

describe('every screen of importing and exporting', () => screenTests(SCREENS));
