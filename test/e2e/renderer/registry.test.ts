// The Registry pages in a real browser: finding, filling in, reviewing everything, adding exactly that.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startFakeHost } from '../../support/fake-host.ts';
import { screenTests } from '../../support/screens.ts';
import { launchBrowser, openWindow } from '../../support/window.ts';

const NOTES = '/registry/server/official/io.example%2Fnotes';

async function fillIn(page: Page): Promise<void> {
  await page.getByLabel('folder').fill('/home/maya/no\u202Etes');
  await page.getByLabel('NOTES_TOKEN').fill('EXAMPLE-token');
}

async function review(page: Page): Promise<void> {
  await fillIn(page);
  await page.getByRole('button', { name: 'Review' }).click();
  await page.getByText('@example/notes@1.4.2').waitFor();
}

describe('screens', () => {
  screenTests([
    { name: 'registry', hash: '/registry', ready: 'io.example/notes' },
    {
      name: 'registry-none',
      hash: '/registry',
      ready: 'io.example/notes',
      act: async (page) => {
        await page.getByLabel('Name of a server').fill('nothing like it');
        await page.keyboard.press('Enter');
        await page.getByText('Nothing of that name.').waitFor();
      },
    },
    { name: 'registry-server', hash: NOTES, ready: 'NOTES_TOKEN' },
    {
      name: 'registry-deprecated',
      hash: '/registry/server/official/io.example%2Fold-tracker',
      ready: 'Use io.example/tracker.',
    },
    { name: 'registry-deleted', hash: '/registry/server/official/com.example.evil%2Fnotes', ready: 'cannot be added' },
    { name: 'registry-review', hash: NOTES, ready: 'NOTES_TOKEN', act: review },
    {
      name: 'registry-missing',
      hash: '/registry/server/official/io.example%2Fnowhere',
      ready: 'NOT_FOUND',
      expected: /status of 400/,
    },
    {
      name: 'registry-endpoint',
      hash: `/registry/url/${encodeURIComponent('https://notes.example/mcp')}`,
      ready: 'Add by address',
    },
    {
      name: 'server-held',
      hash: '/servers/postgres-prod',
      ready: 'pg.example',
      before: (world) => {
        const held = world.snapshot.servers.find(({ name }) => name === 'postgres-prod');
        const reason = {
          code: 'APPROVAL_NEEDED',
          message: 'postgres-prod is held: it was an address and would now run a program on this computer.',
        };
        if (held) world.setStatus({ ...held, state: 'needs-approval', reason });
      },
    },
    { name: 'settings-registries', hash: '/settings/registries', ready: 'Add a registry' },
  ]);
});

describe('behaviour', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  async function open(hash: string) {
    const host = await startFakeHost({ empty: false });
    onTestFinished(() => host.close());
    const { page, close } = await openWindow(browser, host.url);
    onTestFinished(close);
    await page.goto(`${host.origin}/#${hash}`);
    return { host, page };
  }

  it('draws only the rows in view and is walked by arrows to any of them', async () => {
    const { page } = await open('/registry');
    await page.getByRole('option').first().waitFor();
    expect(await page.getByRole('option').count()).toBeLessThan(40);
    await page.getByRole('option').first().focus();
    for (let press = 0; press < 4; press += 1) await page.keyboard.press('PageDown');
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-row'))).toBe('40');
    await page.keyboard.press('Enter');
    await page.locator('h1', { hasText: 'io.example/tool-36' }).waitFor();
  });

  it('CFG-07 shows the whole command with what is hidden in it, focuses the safe button, and adds exactly what was shown', async () => {
    const { host, page } = await open(NOTES);
    await page.getByLabel('NOTES_TOKEN').waitFor();
    await review(page);
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Back');
    expect(await page.locator('.args li').allTextContents()).toEqual([
      'npx',
      '-y',
      '@example/notes@1.4.2',
      '/home/maya/no⟨U+202E⟩tes',
    ]);
    expect(await page.locator('main').textContent()).not.toContain('EXAMPLE-token');
    expect(host.world.received).toEqual([]);
    await page.getByRole('button', { name: 'Approve and add' }).click();
    await page.locator('h1', { hasText: 'notes' }).waitFor();
    expect(host.world.received).toEqual([
      {
        procedure: 'registry.add',
        input: {
          request: {
            origin: { kind: 'registry', registry: 'official', server: 'io.example/notes', version: '1.4.2' },
            option: 'package:0',
            values: { 'package.0': '/home/maya/no\u202Etes' },
            secrets: ['env.NOTES_TOKEN'],
          },
          digest: 'e'.repeat(64),
          secrets: { 'env.NOTES_TOKEN': 'EXAMPLE-token' },
        },
      },
    ]);
  });

  it('REG-04 a deleted server has no way to be added', async () => {
    const { page } = await open('/registry/server/official/com.example.evil%2Fnotes');
    await page.getByText('cannot be added').waitFor();
    expect(await page.getByRole('button', { name: 'Review' }).isDisabled()).toBe(true);
  });
});
