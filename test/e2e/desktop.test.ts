// The built desktop shell over real Chromium, through the stand-in for the Electron module: the same window, scheme
// forwarder, preload and tray; what only the real runtime can show is checked by `npm run test:electron`.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { isAlive, Portolan, ROOT } from '../support/portolan.ts';
import { EVERYTHING } from '../support/real-servers.ts';
import { until } from '../support/until.ts';

interface ShellRecord {
  readonly privileged: { scheme: string; privileges: Record<string, boolean> }[];
  readonly permissions: string[];
  readonly menus: string[];
  readonly opened: string[];
  readonly webPreferences: Record<string, unknown>;
}

test('the shell starts the host, shows the pages from its socket and follows the sessions in the tray', async () => {
  const portolan = new Portolan();
  await portolan.json('add', 'everything', '--', ...EVERYTHING);
  await portolan.stop();
  const folder = join(portolan.home, 'electron');
  mkdirSync(folder);
  const shell = spawn(process.execPath, [join(ROOT, 'node_modules', 'electron', 'cli.js'), ROOT], {
    env: {
      ...portolan.env,
      ELECTRON_OVERRIDE_DIST_PATH: join(ROOT, 'test', 'support', 'electron'),
      PORTOLAN_TEST_ELECTRON: folder,
      PORTOLAN_TEST_NODE: process.execPath,
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  onTestFinished(async () => {
    shell.kill('SIGTERM');
    await until(() => shell.exitCode !== null || shell.signalCode !== null, 'the shell has ended');
  });
  const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  await until(() => existsSync(join(folder, 'ready.json')), 'the window has loaded', 60_000);
  const { devtools } = read('ready.json') as { devtools: string };
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${devtools}`);
  const page = await until(() => browser.contexts()[0]?.pages()[0], 'the page can be driven');

  await page
    .getByRole('link', { name: /Servers/ })
    .first()
    .click();
  await page.getByText('everything', { exact: true }).first().waitFor();
  expect(await page.evaluate('Object.isFrozen(window.portolan) && Object.keys(window.portolan).sort().join()')).toBe(
    'getTheme,openExternal,platform,setTheme,shell',
  );
  expect(await page.evaluate('window.portolan.setTheme("dark").then(() => window.portolan.getTheme())')).toBe('dark');
  expect(await page.evaluate('window.portolan.openExternal("file:///etc/passwd")')).toBe(false);
  expect(await page.evaluate('window.portolan.openExternal("https://example.com/")')).toBe(true);

  const record = read('record.json') as ShellRecord;
  expect(record).toMatchObject({
    permissions: ['clipboard-sanitized-write'],
    opened: ['https://example.com/'],
    webPreferences: {
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    },
  });
  expect(record.privileged[0]).toMatchObject({ scheme: 'portolan-app', privileges: { standard: true, secure: true } });
  expect(record.menus[0]).toBe('Portolan, 0 sessions live');

  const { command, args, env } = portolan.connect('everything');
  const client = spawn(command, args, { env });
  client.stdin.write(
    `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } } })}\n`,
  );
  await until(
    () => (read('record.json') as ShellRecord).menus[0] === 'Portolan, 1 session live',
    'the tray tells of the session',
  );
  client.kill('SIGKILL');
  await until(
    () => (read('record.json') as ShellRecord).menus[0] === 'Portolan, 0 sessions live',
    'the tray tells that it ended',
  );
  const host = portolan.hostPid() ?? 0;
  await browser.close();
  shell.kill('SIGTERM');
  await until(() => shell.exitCode !== null || shell.signalCode !== null, 'the shell has ended');
  expect(isAlive(host)).toBe(true);
});
