// What holds for the built desktop shell on the real Electron runtime and on the stand-in for it alike: the host is
// started, the window comes from its socket, and the page has exactly the powers that the preload gives.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { launchDesktop } from '../support/desktop.ts';
import { isAlive, Portolan } from '../support/portolan.ts';
import { EVERYTHING } from '../support/real-servers.ts';
import { until } from '../support/until.ts';

test('the shell starts the host, shows the servers from its socket, and leaves the host running', async () => {
  const portolan = new Portolan();
  await portolan.json('add', 'everything', '--', ...EVERYTHING);
  await portolan.stop();
  const { page, shell } = await launchDesktop(portolan);
  await page.getByText('everything', { exact: true }).first().waitFor();
  expect(existsSync(join(portolan.home, 'run', 'web.json'))).toBe(false);
  const host = await until(() => portolan.hostPid(), 'the host has a descriptor');
  shell.kill('SIGTERM');
  await until(() => shell.exitCode !== null || shell.signalCode !== null, 'the shell has ended');
  expect(isAlive(host)).toBe(true);
});

test('ELE-08 the page gets seven frozen functions and nothing of Node or Electron', async () => {
  const { page } = await launchDesktop(new Portolan());
  expect(await page.evaluate('Object.isFrozen(window.portolan) && Object.keys(window.portolan).sort()')).toEqual([
    'chooseFile',
    'copySecret',
    'openPath',
    'openQuestion',
    'openSignIn',
    'setTheme',
    'startHost',
  ]);
  expect(
    await page.evaluate('[typeof require, typeof process, typeof module, typeof Buffer, typeof electron]'),
  ).toEqual(Array(5).fill('undefined'));
  const refused = `window.portolan.openPath('/bin/sh').then(() => 'opened', (error) => String(error))`;
  expect(await page.evaluate(refused)).toContain('refused: only files of Portolan are opened');
});

test('ELE-03 the page lives under the policy of the host: no inline script, no evaluation, no other origin', async () => {
  const { page } = await launchDesktop(new Portolan());
  const fetched = `fetch('https://example.com/').then(() => 'fetched', () => 'refused')`;
  expect(await page.evaluate(fetched)).toBe('refused');
  const inline = `(() => {
    const script = document.createElement('script');
    try { script.textContent = 'window.injected = 1'; document.head.append(script); } catch { return 'refused'; }
    return window.injected === undefined ? 'refused' : 'ran';
  })()`;
  expect(await page.evaluate(inline)).toBe('refused');
});

test('a theme chosen in the settings reaches the page and the shell', async () => {
  const { page } = await launchDesktop(new Portolan());
  await page.goto(`${page.url().split('#')[0]}#/settings`);
  await page.getByRole('radiogroup', { name: 'Theme' }).getByText('Dark').click();
  await page.locator('html[data-mantine-color-scheme=dark]').waitFor();
  const refused = `window.portolan.setTheme('blue').then(() => 'set', (error) => String(error))`;
  expect(await page.evaluate(refused)).toContain('a theme is system, light or dark');
});
