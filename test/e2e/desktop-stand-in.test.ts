// What only the stand-in for Electron can record about the built shell: what it grants, opens, refuses and draws, and how
// it lives through a second start and the death of the host. The window is real Chromium.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { launchDesktop, startShell } from '../support/desktop.ts';
import { HOSTILE_URLS } from '../support/hostile-urls.ts';
import { isAlive, Portolan } from '../support/portolan.ts';
import { EVERYTHING } from '../support/real-servers.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';
import { screenshot } from '../support/window.ts';
import { HOSTILE_CATALOGS, REFUSED_LINKS } from '../support/hostile-links.ts';

test('the shell asks for a plain secure scheme, grants one permission, no device, and shows no developer menu of its own', async () => {
  const { record, page } = await launchDesktop(new Portolan());
  await page.locator('h1').first().waitFor();
  const { privileged, granted, deviceGranted, windows, menu, themes, errors } = record();
  expect(privileged.map(({ scheme }) => scheme)).toEqual(['portolan-app']);
  expect([granted, deviceGranted]).toEqual([['clipboard-sanitized-write'], []]);
  expect(windows).toHaveLength(1);
  expect(windows[0]?.webPreferences).toMatchObject({ contextIsolation: true, sandbox: true, nodeIntegration: false });
  expect([menu, themes, errors]).toEqual([['editMenu', 'View', 'windowMenu'], ['system'], []]);
});

test('ELE-04 a page of ours cannot leave for the web or open a window on it, and stays as it was', async () => {
  const { record, page } = await launchDesktop(new Portolan());
  await page.locator('h1').first().waitFor();
  const home = new URL(page.url()).origin;
  for (const url of HOSTILE_URLS.filter((candidate) => /^https?:/.test(candidate))) {
    await page.evaluate((address) => {
      try {
        location.assign(address);
      } catch {
        // Not an address at all.
      }
    }, url);
    expect(new URL(page.url()).origin, url).toBe(home);
  }
  await until(
    () => record().navigations.some(({ url }) => url === 'https://example.com/'),
    'a navigation was asked for',
  );
  expect(record().navigations.filter(({ prevented }) => !prevented)).toEqual([]);
  await page.evaluate(() => void window.open('https://example.com/'));
  await until(() => record().windowsOpened.length > 0, 'the window was asked for');
  expect(record().windowsOpened).toEqual(['deny']);
  await until(() => page.context().pages().length === 1, 'it is gone');
  expect(record().opened).toEqual([]);
  await page.locator('h1').first().waitFor();
});

test('the tray follows the sessions, and opens pages in the one window', async () => {
  const portolan = new Portolan();
  await portolan.json('add', 'everything', '--', ...EVERYTHING);
  const { record, page, click } = await launchDesktop(portolan);
  await until(() => record().tray[0] === 'Portolan, 0 sessions live', 'the tray knows that nobody is there');
  const { command, args, env } = portolan.connect('everything');
  const client = spawn(command, args, { env });
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } };
  client.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params })}\n`);
  await until(() => record().tray[0] === 'Portolan, 1 session live', 'the tray tells of the session');
  client.kill('SIGKILL');
  await until(() => record().tray[0] === 'Portolan, 0 sessions live', 'the tray tells that it ended');
  click('Settings');
  await page.getByRole('heading', { name: 'Settings' }).first().waitFor();
  expect(record().windows).toHaveLength(1);
  await page.evaluate(async (path) => {
    const { portolan: powers } = window as unknown as { portolan: { openPath(path: string): Promise<void> } };
    await powers.openPath(path);
  }, portolan.home);
  expect(record().opened).toEqual([portolan.home]);
});

test('the theme is remembered for the next start, where the window has it before its page is there', async () => {
  const portolan = new Portolan();
  const first = await launchDesktop(portolan);
  await first.page.goto(`${first.page.url().split('#')[0]}#/settings`);
  await first.page.getByRole('radiogroup', { name: 'Theme' }).getByText('Dark').click();
  await until(() => first.record().themes.length === 2, 'the shell has the theme');
  first.shell.kill('SIGTERM');
  await until(() => first.shell.exitCode !== null, 'the shell has ended');
  const second = await launchDesktop(portolan);
  expect([first.record().themes, second.record().themes]).toEqual([['system', 'dark'], ['dark']]);
  expect(second.record().windows[0]).toMatchObject({ backgroundColor: '#0d1418' });
});

test('SEC-15 the token of a gateway’s client is copied by the shell on a gesture alone, and the window says how long it stays', async () => {
  const { record, page } = await launchDesktop(new Portolan());
  await page.goto(`${page.url().split('#')[0]}#/settings/gateway`);
  await page.getByRole('button', { name: 'Add client' }).click();
  await page.getByLabel('Name').fill('Desk');
  await page.getByRole('button', { name: 'Make token' }).click();
  await page.getByText('It leaves the clipboard in 30 seconds.').waitFor();
  expect(record().copied).toEqual([]);
  await page.getByRole('button', { name: 'Copy token' }).click();
  await until(() => record().copied.length === 1, 'the shell has copied it');
  expect(await page.getByRole('region', { name: 'Token of Desk' }).innerText()).toContain(record().copied[0]);
});

test('ELE-12 a second start ends at once and shows a page in the first one’s window, whatever its arguments', async () => {
  const portolan = new Portolan();
  const { record, page } = await launchDesktop(portolan);
  const host = await until(() => portolan.hostPid(), 'the host runs');
  const second = startShell(portolan, ['--inspect=1', 'portolan://servers/../../x', '$(touch /tmp/x)']);
  await until(second.ended, 'the second start has ended');
  const third = startShell(portolan, ['portolan://activity']);
  await until(third.ended, 'the third start has ended');
  await page.getByRole('heading', { name: 'Activity' }).first().waitFor();
  expect([second.shell.exitCode, third.shell.exitCode, record().windows.length, portolan.hostPid()]).toEqual([
    0,
    0,
    1,
    host,
  ]);
});

test('CFG-11 links to a running shell open one review in its window, and add nothing', async () => {
  const portolan = new Portolan();
  const { record, page } = await launchDesktop(portolan);
  for (const link of [HOSTILE_CATALOGS.at(-1), HOSTILE_CATALOGS.at(-2), REFUSED_LINKS[0]]) {
    await until(startShell(portolan, ['--inspect=1', link ?? '']).ended, 'the second start has ended');
  }
  await page.getByRole('heading', { name: 'Review 1 server from a link' }).waitFor();
  expect(record().windows.length).toBe(1);
  expect(JSON.stringify(await portolan.json('list'))).not.toContain('curl');
});

test('the window says when the host was killed, starts it again on request, and the tray finds it', async () => {
  const portolan = new Portolan();
  await portolan.json('add', 'everything', '--', ...EVERYTHING);
  const { record, page } = await launchDesktop(portolan);
  await page.getByText('everything', { exact: true }).first().waitFor();
  await screenshot(page, 'desktop-window');
  const first = await until(() => portolan.hostPid(), 'the host runs');
  process.kill(first, 'SIGKILL');
  const banner = page.getByRole('alert');
  await banner.getByText('HOST_UNREACHABLE').waitFor();
  await screenshot(page, 'desktop-host-gone');
  await until(() => record().tray[0] === 'Portolan, the host is not running', 'the tray says so');
  await banner.getByRole('button', { name: 'Start host' }).click();
  await banner.waitFor({ state: 'detached' });
  const second = await until(() => portolan.hostPid(), 'a new host runs');
  expect([second !== first, isAlive(second)]).toEqual([true, true]);
  await until(() => record().tray[0] === 'Portolan, 0 sessions live', 'the tray finds it');
  await page.getByText('everything', { exact: true }).first().waitFor();
});

test('a page loaded while no host runs starts one', async () => {
  const portolan = new Portolan();
  const { page } = await launchDesktop(portolan);
  await page.locator('h1').first().waitFor();
  await portolan.stop();
  await page.reload();
  await page.locator('h1').first().waitFor();
  expect(isAlive(portolan.hostPid() ?? 0)).toBe(true);
});

test('what a person does in the window is written down as done by the Portolan window', async () => {
  const portolan = new Portolan();
  await portolan.json('add', 'everything', '--', ...EVERYTHING);
  const { page } = await launchDesktop(portolan);
  await page.getByText('everything', { exact: true }).first().waitFor();
  const disabled = await page.evaluate(async () => {
    const body = JSON.stringify({ json: { name: 'everything', enabled: false } });
    const headers = { 'content-type': 'application/json', 'x-portolan-from': 'cli' };
    return (await fetch('/rpc/catalog/setEnabled', { method: 'POST', headers, body })).status;
  });
  expect(disabled).toBe(200);
  const { records } = await portolan.json<{ records: { what: string; client?: string }[] }>('audit', 'list');
  expect(records).toContainEqual(expect.objectContaining({ what: 'disabled everything', client: 'Portolan window' }));
});

test('“Stop host and quit” ends both after asking', async () => {
  const portolan = new Portolan();
  const { record, shell, click } = await launchDesktop(portolan);
  await until(() => record().tray.includes('Stop host and quit…'), 'the tray offers it');
  const host = await until(() => portolan.hostPid(), 'the host runs');
  click('Stop host and quit…');
  await until(() => !isAlive(host), 'the host has ended');
  await until(() => shell.exitCode !== null, 'the shell has ended');
  expect(shell.exitCode).toBe(0);
});

test('a shell whose host cannot start says so and ends', async () => {
  const file = join(tempDir(), 'not-a-folder');
  writeFileSync(file, '');
  const portolan = new Portolan({ PORTOLAN_HOME: file });
  const { shell, ended, record } = startShell(portolan, []);
  await until(ended, 'the shell has ended');
  expect([shell.exitCode, record().errors.length]).toEqual([5, 1]);
  expect(record().errors[0]).toContain('the Portolan host does not start');
});
