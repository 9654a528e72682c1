// What a person does with keyboard and pointer, and what the window does when the host comes and goes.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startFakeHost } from '../../support/fake-host.ts';
import { launchBrowser, openWindow, type WindowOptions } from '../../support/window.ts';

describe('the window', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  async function open(hash: string, options: WindowOptions & { empty?: boolean } = {}) {
    const host = await startFakeHost({ empty: options.empty === true });
    onTestFinished(() => host.close());
    const watched = await openWindow(browser, host.url, options);
    onTestFinished(watched.close);
    const { page } = watched;
    if (hash !== '') await page.evaluate((next) => (location.hash = next), hash);
    return { host, page, faults: watched.faults };
  }

  it('spends the code, keeps it out of the address, and a second tab without a code is not signed in', async () => {
    const { host, page } = await open('');
    await expect.poll(() => page.url()).toBe(`${host.origin}/#/connections`);
    expect(await page.evaluate(() => sessionStorage.length)).toBe(1);
    const other = await openWindow(browser, `${host.origin}/`);
    onTestFinished(other.close);
    await other.page.getByText('UNAUTHENTICATED').waitFor();
  });

  it('is walked by keyboard alone: list, server, tabs, back to the same row', async () => {
    const { page } = await open('/servers');
    await page.locator('a.rowlink').first().waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
    await expect.poll(focused).toBe('github');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await expect.poll(focused).toContain('filesystem');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
    await page.keyboard.press('Escape');
    await expect.poll(focused).toBe('filesystem');
    expect(await page.evaluate(() => document.querySelectorAll('a.rowlink[tabindex="0"]').length)).toBe(1);
    await page.keyboard.press('/');
    await page.keyboard.type('post');
    await expect.poll(() => page.locator('a.rowlink').allTextContents()).toEqual(['postgres-prod']);
    await page.keyboard.press('Control+4');
    await expect.poll(focused).toBe('Activity');
  });

  it('opens any page from the palette with the first hit preselected', async () => {
    const { page } = await open('/servers');
    await page.locator('a.rowlink').first().waitFor();
    await page.keyboard.press('Control+k');
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
    await page.keyboard.type('wareh');
    await expect.poll(() => page.locator('.palette [data-selected]').textContent()).toContain('warehouse');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => page.locator('.palette [data-selected]').count()).toBe(1);
    await page.keyboard.press('Enter');
    await page.locator('h1', { hasText: 'warehouse' }).waitFor();
    await expect.poll(() => page.locator('.palette').count()).toBe(0);
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
    await page.keyboard.press('Control+k');
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
    await page.keyboard.type('#9,995');
    await page.locator('.palette [data-selected]', { hasText: 'Record 9,995' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Record 9,995' }).waitFor();
  });

  it('single keys are inert in text fields and when they are switched off', async () => {
    const { host, page } = await open('/servers');
    const filter = page.getByRole('searchbox', { name: 'Filter servers' });
    await filter.fill('a');
    await filter.press('?');
    expect(await page.getByText('Next region of the window').count()).toBe(0);
    expect(await filter.inputValue()).toBe('a?');
    host.world.setSettings({ singleKeyShortcuts: false });
    await expect.poll(() => page.locator('.headfilter .k').count()).toBe(0);
    await filter.press('Escape');
    await filter.press('Escape');
    await page.keyboard.press('?');
    expect(await page.getByText('Next region of the window').count()).toBe(0);
  });

  it('ten thousand records scroll with only a window of rows in the page', async () => {
    const { page } = await open('/activity');
    await page.locator('.recrow').first().waitFor();
    const scroller = page.locator('[role="grid"] .scroll');
    let most = 0;
    await expect
      .poll(
        async () => {
          await scroller.evaluate((box) => (box.scrollTop = box.scrollHeight));
          most = Math.max(most, await page.locator('.recrow').count());
          return page.locator('[data-record="rec-1"]').count();
        },
        { timeout: 60_000 },
      )
      .toBe(1);
    expect(most).toBeLessThan(80);
    expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe('10001');
  });

  it('new records wait above and the list does not move until it is asked to', async () => {
    const { host, page } = await open('/activity');
    const first = page.locator('.recrow').first();
    await expect.poll(() => first.getAttribute('data-record')).toBe('rec-10000');
    host.world.addRecords(12);
    await page.getByRole('button', { name: '12 new' }).waitFor();
    expect(await first.getAttribute('data-record')).toBe('rec-10000');
    await page.getByRole('button', { name: '12 new' }).click();
    await expect.poll(() => first.getAttribute('data-record')).toBe('rec-10012');
  });

  it('SUP-17 shows what a held server would run and approves exactly that', async () => {
    const { host, page } = await open('/servers/memory');
    const memory = host.world.snapshot.servers.find((server) => server.name === 'memory');
    if (memory === undefined) throw new Error('the fake world has no memory server');
    const reason = { code: 'APPROVAL_NEEDED', message: 'notes-mcp is not the file that was approved' };
    host.world.setStatus({ ...memory, state: 'needs-approval', reason });
    await page.getByText('b'.repeat(64)).waitFor();
    await page.getByText('a'.repeat(64)).waitFor();
    await page.getByRole('button', { name: 'Approve and start' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
    await expect.poll(() => page.getByRole('button', { name: 'Approve and start' }).count()).toBe(0);
    expect(host.world.received.at(-1)).toEqual({
      procedure: 'servers.approve',
      input: { name: 'memory', digest: 'c'.repeat(64) },
    });
  });

  it('keeps the data when the host goes and is live again when it comes back', async () => {
    const { host, page } = await open('/servers');
    await page.locator('a.rowlink').first().waitFor();
    host.goAway();
    await page.getByText('HOST_UNREACHABLE').waitFor();
    expect(await page.locator('a.rowlink').count()).toBe(10);
    host.comeBack();
    await expect.poll(() => page.getByText('HOST_UNREACHABLE').count(), { timeout: 20_000 }).toBe(0);
    const memory = host.world.snapshot.servers.find((server) => server.name === 'memory');
    if (memory) host.world.setStatus({ ...memory, state: 'starting' });
    await expect
      .poll(() => page.getByRole('row', { name: /^memory/ }).textContent(), { timeout: 20_000 })
      .toContain('Starting');
  });

  it('adds a pasted command only after approval, with focus on the safe button and the token in the keychain', async () => {
    const { host, page } = await open('/add');
    await page.getByLabel('Paste a URL').fill('ACME_TOKEN=abcdefgh12345678 npx -y @acme/tool-mcp --root "/my dir"');
    await page.getByRole('button', { name: 'Review' }).click();
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Back');
    expect(await page.locator('.args li').allTextContents()).toEqual([
      'npx',
      '-y',
      '@acme/tool-mcp',
      '--root',
      '/my dir',
    ]);
    expect(await page.locator('main').textContent()).not.toContain('abcdefgh12345678');
    expect(host.world.received).toEqual([]);
    await page.getByRole('button', { name: 'Approve and start' }).click();
    await page.locator('h1', { hasText: 'tool' }).waitFor();
    expect(host.world.received).toEqual([
      {
        procedure: 'catalog.add',
        input: {
          name: 'tool',
          endpoint: {
            type: 'stdio',
            command: 'npx',
            args: ['-y', '@acme/tool-mcp', '--root', '/my dir'],
            env: { ACME_TOKEN: '${secret:tool-acme-token}' },
          },
          secrets: { 'tool-acme-token': 'abcdefgh12345678' },
        },
      },
    ]);
  });

  it('removes a server after one question and puts it back by Undo', async () => {
    const { page } = await open('/servers/memory/configuration');
    await page.getByRole('button', { name: 'Remove…' }).click();
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Keep it');
    await page.getByRole('button', { name: 'Remove memory' }).click();
    await expect.poll(() => page.getByRole('link', { name: 'memory' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('link', { name: 'memory' }).waitFor();
  });

  it('cancels a running call by ending its stream', async () => {
    const { host, page } = await open('/servers/github/tools');
    await page.getByRole('option', { name: /^slow_job/ }).click();
    await page.getByRole('button', { name: 'Call tool' }).click();
    await page.getByRole('button', { name: 'Cancel call' }).click();
    await page.locator('.resulthead', { hasText: 'Cancelled' }).waitFor();
    await expect.poll(() => host.world.cancelled).toBe(1);
  });

  it('an unknown outcome names the record and offers no repeat', async () => {
    const { page } = await open('/servers/github/tools');
    await page.getByRole('option', { name: /^fail_hard/ }).click();
    await page.getByRole('button', { name: 'Call tool' }).click();
    const reason = page.getByRole('group', { name: 'OUTCOME_UNKNOWN: what happened' });
    await reason.waitFor();
    expect(await reason.getByRole('button', { name: /again|retry/i }).count()).toBe(0);
  });

  it('sends a secret once and shows it nowhere', async () => {
    const { host, page } = await open('/settings');
    await page.getByRole('button', { name: 'Replace… old-token' }).click();
    await page.getByLabel('Value of old-token').fill('very-secret-value');
    await page.getByRole('button', { name: 'Keep in the keychain' }).click();
    await page.getByText('old-token is in the keychain').first().waitFor();
    expect(host.world.received).toEqual([
      { procedure: 'secrets.set', input: { name: 'old-token', value: 'very-secret-value' } },
    ]);
    expect(await page.content()).not.toContain('very-secret-value');
  });

  it('the chosen theme is kept for the next time', async () => {
    const { page } = await open('/settings');
    await page.getByText('Dark', { exact: true }).click();
    await page.locator('html[data-mantine-color-scheme="dark"]').waitFor();
    await page.reload();
    await page.locator('html[data-mantine-color-scheme="dark"]').waitFor();
  });

  it('imports only what is ticked on first run and goes on to the clients', async () => {
    const { host, page } = await open('', { empty: true });
    await page.getByRole('button', { name: 'Import 6 servers' }).waitFor();
    await page.getByLabel('Import tickets').uncheck();
    await page.getByRole('button', { name: 'Import 5 servers' }).click();
    await page.getByText('Nothing was written to any client.').first().waitFor();
    await expect.poll(() => host.world.snapshot.settings.firstRunDone).toBe(true);
    await page.getByRole('heading', { name: 'Choose clients' }).waitFor();
  });

  it('an injected inline script is blocked by the policy', async () => {
    const { page, faults } = await open('/servers');
    await page.evaluate(() => {
      const script = document.createElement('script');
      try {
        script.text = 'window.ran = true';
        document.body.append(script);
      } catch {
        Reflect.set(window, 'refused', true);
      }
    });
    expect(await page.evaluate(() => Reflect.get(window, 'ran'))).toBeUndefined();
    await expect.poll(() => faults.some((fault) => fault.startsWith('policy:'))).toBe(true);
  });
});
