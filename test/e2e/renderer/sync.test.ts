// The page of clients: boxes by keyboard, one preview, one write, undo, drift and history.
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { Browser } from 'playwright-core';
import { startFakeHost } from '../../support/fake-host.ts';
import { until } from '../../support/until.ts';
import { launchBrowser, openWindow } from '../../support/window.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

async function openAt(hash: string) {
  const host = await startFakeHost({});
  onTestFinished(() => host.close());
  const { page, close } = await openWindow(browser, host.url);
  onTestFinished(close);
  await page.goto(`${host.origin}/#${hash}`);
  return { page, sync: host.world.sync };
}

it('is walked with arrow keys, and writes what was ticked in all clients at once', async () => {
  const { page, sync } = await openAt('/sync');
  const box = (name: string) => page.getByRole('checkbox', { name, exact: true });
  await box('filesystem, Cursor: Changed').focus();
  await page.keyboard.press('ArrowRight');
  await until(
    () => box('filesystem, VS Code').evaluate((element) => element === document.activeElement),
    'the focus moved',
  );
  await page.keyboard.press('Space');
  await box('filesystem, VS Code: New').waitFor();
  await box('github, Claude Desktop: Portolan').press('Enter');
  await box('github, Claude Desktop: Goes').waitFor();
  await page.getByRole('button', { name: 'Review changes' }).click();
  await page.getByText('2 files change').waitFor();
  expect(sync.history).toEqual([]);
  await page.getByRole('button', { name: 'Write 2 files' }).click();
  await page.getByText('2 files written. Undo puts all of them back.').first().waitFor();
  expect(sync.planned.map(({ client, servers, remove }) => [client, servers, remove])).toEqual([
    ['claude-desktop', [], ['github']],
    ['vscode', ['filesystem'], []],
  ]);
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await until(() => sync.history[0]?.state === 'undone', 'the set is undone');
});

it('shows drift the moment it is noticed and repairs it after a preview', async () => {
  const { page, sync } = await openAt('/sync');
  await page.getByRole('checkbox').first().waitFor();
  sync.setDrift([
    {
      id: 'gone',
      kind: 'gone',
      client: 'cursor',
      displayName: 'Cursor',
      path: '/home/maya/.cursor/mcp.json',
      name: 'github',
      target: 'github',
      message: 'The entry is not in the file any more.',
      repairable: true,
    },
  ]);
  await page.getByText('1 entry is not as Portolan left it').waitFor();
  await page.getByRole('button', { name: 'Repair…' }).click();
  await page.getByRole('button', { name: 'Write 1 file' }).click();
  await until(() => sync.history.length === 1, 'the repair is written');
  await until(async () => (await page.getByText('as Portolan left').count()) === 0, 'the drift is gone');
});

it('undoes a step of the history after a question', async () => {
  const { page, sync } = await openAt('/sync/history');
  sync.history = [
    {
      id: 's1',
      at: '2026-01-01T00:00:00.000Z',
      by: 'cli',
      files: [{ client: 'cursor', path: '/c', servers: ['github'] }],
      state: 'written',
    },
  ];
  await page.reload();
  await page.getByRole('button', { name: /^Undo the step/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Undo', exact: true }).click();
  await page.getByText('Undone').waitFor();
  expect(sync.history[0]?.state).toBe('undone');
});
