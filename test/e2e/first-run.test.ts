// Setting up from nothing, by keyboard alone, over the built host: two clients of a person use the same server; it is
// imported once, written into both files, and each client's mark turns green when a real shim brings its `initialize`.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { Portolan } from '../support/portolan.ts';
import { ECHO } from '../support/shim-process.ts';
import { tempDir } from '../support/temp-dir.ts';
import { axeFindings, launchBrowser, openWindow } from '../support/window.ts';

interface Rig {
  readonly portolan: Portolan;
  readonly page: Page;
  readonly faults: string[];
  readonly cursor: string;
  readonly desktop: string;
}

async function rig(): Promise<Rig> {
  const home = tempDir();
  const config = join(home, '.config');
  const cursor = join(home, '.cursor', 'mcp.json');
  const desktop = join(config, 'Claude', 'claude_desktop_config.json');
  const [command, ...args] = ECHO;
  const text = JSON.stringify({ mcpServers: { echo: { command, args } } }, null, 2);
  for (const file of [cursor, desktop]) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const bus = `unix:path=${join(home, 'no-bus')}`;
  const portolan = new Portolan({ HOME: home, XDG_CONFIG_HOME: config, DBUS_SESSION_BUS_ADDRESS: bus });
  const { url } = await portolan.json<{ url: string }>('--no-open');
  const browser = await launchBrowser();
  onTestFinished(() => browser.close());
  const { page, faults } = await openWindow(browser, url);
  return { portolan, page, faults, cursor, desktop };
}

/** Presses Tab until the control of this name has the focus. */
async function tabTo(page: Page, role: 'button' | 'checkbox', name: string): Promise<void> {
  const control = page.getByRole(role, { name, exact: true });
  await control.waitFor();
  for (let presses = 0; presses < 60; presses += 1) {
    if (await control.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${name} cannot be reached by Tab`);
}

const focused = (page: Page): Promise<string> => page.evaluate(() => document.activeElement?.textContent ?? '');

/** Starts what `file` says for `echo`, as a client called `name` does after a restart; it stays until the test ends. */
function restart(file: string, name: string, env: Record<string, string>): void {
  const held = JSON.parse(readFileSync(file, 'utf8')) as {
    mcpServers: Record<string, { command: string; args: string[] }>;
  };
  const entry = held.mcpServers['echo'];
  if (!entry) throw new Error('the entry is missing');
  const child = spawn(entry.command, entry.args, { env, stdio: ['pipe', 'ignore', 'ignore'] });
  onTestFinished(() => void child.kill());
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name, version: '1.0.0' } };
  child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params })}\n`);
}

test('a person sets up two clients by keyboard and sees each of them come back', async () => {
  const { portolan, page, faults, cursor, desktop } = await rig();
  const before = readFileSync(cursor, 'utf8');

  await page.getByRole('heading', { name: '2 clients on this computer use 1 server' }).waitFor();
  await expect.poll(() => focused(page)).toBe('2 clients on this computer use 1 server');
  const found = page.getByRole('row', { name: /echo/ });
  for (const client of ['Claude Desktop', 'Cursor']) {
    expect(await found.getByRole('img', { name: client }).count()).toBe(1);
  }
  await tabTo(page, 'button', 'Import 1 server');
  await page.keyboard.press('Enter');

  await page.getByRole('heading', { name: 'Choose clients' }).waitFor();
  await expect.poll(() => focused(page)).toBe('Choose clients');
  expect(readFileSync(cursor, 'utf8')).toBe(before);
  await tabTo(page, 'checkbox', 'Write Claude Desktop');
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: 'Write 1 file' }).waitFor();
  await page.keyboard.press('Space');
  await tabTo(page, 'button', 'Write 2 files');
  await page.keyboard.press('Enter');

  await page.getByRole('heading', { name: 'Restart your clients' }).waitFor();
  await expect.poll(() => focused(page)).toBe('Restart your clients');
  const state = (client: string) => page.locator(`[data-client="${client}"]`).getAttribute('data-state');
  expect([await state('cursor'), await state('claude-desktop')]).toEqual(['waiting', 'waiting']);
  expect(await axeFindings(page)).toEqual([]);

  restart(cursor, 'cursor-vscode', portolan.env);
  await expect.poll(() => state('cursor'), { timeout: 20_000 }).toBe('connected');
  expect(await state('claude-desktop')).toBe('waiting');
  await page.getByText('Cursor is connected').first().waitFor({ state: 'attached' });

  // A reload, and a window that is opened anew, go on where this one was.
  await page.reload();
  await page.getByRole('heading', { name: 'Restart your clients' }).waitFor();
  const { url } = await portolan.json<{ url: string }>('--no-open');
  await page.goto('about:blank');
  await page.goto(url);
  await page.getByRole('heading', { name: 'Restart your clients' }).waitFor();
  expect([await state('cursor'), await state('claude-desktop')]).toEqual(['connected', 'waiting']);

  restart(desktop, 'claude-ai', portolan.env);
  await page.getByRole('heading', { name: 'Every client is back' }).waitFor({ timeout: 20_000 });
  expect(await axeFindings(page)).toEqual([]);
  await tabTo(page, 'button', 'Undo');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Choose clients' }).waitFor();
  expect([readFileSync(cursor, 'utf8'), readFileSync(desktop, 'utf8')]).toEqual([before, before]);

  // Once it is skipped, a window opens on the connections again.
  await tabTo(page, 'button', 'Skip');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Connections' }).waitFor();
  const later = await portolan.json<{ url: string }>('--no-open');
  await page.goto('about:blank');
  await page.goto(later.url);
  await page.getByRole('heading', { name: 'Connections' }).waitFor();
  expect(faults).toEqual([]);
});
