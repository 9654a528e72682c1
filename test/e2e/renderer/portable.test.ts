// Thousands of servers and findings in the window: only rows in sight exist, and the keyboard reaches every one of them.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type FakeHost, startFakeHost } from '../../support/fake-host.ts';
import { fillWithServers, manyClients, manyFindings } from '../../support/fake-many.ts';
import type { FakeWorld } from '../../support/fake-world.ts';
import { launchBrowser, openWindow } from '../../support/window.ts';

const MANY = 5_000;
/** Rows that may exist at once: what a tall window shows, and some around it. */
const MOST = 60;

describe('many servers', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  async function open(hash: string, before: (world: FakeWorld) => void): Promise<{ host: FakeHost; page: Page }> {
    const host = await startFakeHost({ recordCount: 20 });
    onTestFinished(() => host.close());
    before(host.world);
    const { page, close } = await openWindow(browser, host.url);
    onTestFinished(close);
    await page.goto(`${host.origin}/#${hash}`);
    return { host, page };
  }

  const focusedRow = (page: Page) =>
    page.evaluate(() => document.activeElement?.closest('[aria-rowindex]')?.getAttribute('aria-rowindex'));

  it('a list of 5,000 holds a window of rows, says how many there are, and is walked by keys from end to end', async () => {
    const { page } = await open('/servers', (world) => fillWithServers(world, MANY));
    await page.locator('a.rowlink').first().waitFor();
    const table = page.getByRole('table', { name: 'Servers' });
    expect(await table.getAttribute('aria-rowcount')).toBe(String(MANY + 1));
    expect(await page.locator('a.rowlink').count()).toBeLessThan(MOST);
    await page.keyboard.press('j');
    await expect.poll(() => focusedRow(page)).toBe('2');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => focusedRow(page)).toBe('3');
    await page.keyboard.press('PageDown');
    await expect.poll(() => focusedRow(page)).toBe('15');
    await page.keyboard.press('End');
    await expect.poll(() => focusedRow(page)).toBe(String(MANY + 1));
    expect(await page.locator('a.rowlink').count()).toBeLessThan(MOST);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'server-5000' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => focusedRow(page)).toBe(String(MANY + 1));
    await page.keyboard.press('/');
    await page.keyboard.type('server-4321');
    await expect.poll(() => page.locator('a.rowlink').allTextContents()).toEqual(['server-4321']);
  });

  it('an import of 5,000 keeps only what is in sight, and chooses all, none, or what a filter shows', async () => {
    const { page, host } = await open('/import', (world) => {
      world.findings = manyFindings(MANY);
      world.clients = manyClients();
    });
    await page.getByRole('button', { name: 'Import 5,000 servers' }).waitFor();
    expect(await page.locator('tr[aria-rowindex]').count()).toBeLessThan(MOST);
    await page.getByRole('checkbox', { name: /^All 5000/ }).press('Space');
    await page.getByRole('button', { name: 'Import 0 servers' }).waitFor();
    await page.getByText('With remarks 50').click();
    await page.getByRole('checkbox', { name: /^All 50 / }).press('Space');
    await page.getByText('All 5,000', { exact: true }).click();
    await page.getByRole('checkbox', { name: 'Import found-2', exact: true }).press('Space');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => focusedRow(page)).toBe('4');
    await page.getByRole('button', { name: 'Import 51 servers' }).click();
    await page.getByRole('heading', { name: /^51 servers added/ }).waitFor();
    expect(host.world.entries.length).toBeGreaterThan(50);
  });

  it('a project folder and a client that is not on this computer can be looked at', async () => {
    const { page, host } = await open('/import', (world) => (world.clients = manyClients()));
    await page.getByRole('combobox', { name: 'Client', exact: true }).fill('A6');
    await page.getByRole('option', { name: 'Client A6' }).click();
    await page.getByRole('textbox', { name: /^Project folder/ }).fill('/home/maya/project');
    await page.keyboard.press('Enter');
    await expect
      .poll(() => host.world.received.at(-1)?.input)
      .toEqual({ client: 'client-6', projectDir: '/home/maya/project' });
  });

  it('a file that is dropped is read here and sent as text', async () => {
    const { page, host } = await open('/import', () => undefined);
    await page.getByRole('button', { name: 'Import 6 servers' }).waitFor();
    const text = '{"mcpServers": {"dropped": {"command": "x"}}}';
    const data = await page.evaluateHandle((content) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([content], 'mcp.json'));
      return transfer;
    }, text);
    await page.dispatchEvent('form[aria-label="Where to look"]', 'drop', { dataTransfer: data });
    await expect.poll(() => host.world.received.at(-1)?.input).toEqual({ text });
  });
});
