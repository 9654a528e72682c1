// The window on the real host, in a real browser: what a person does on the first day, and what the page says when
// things break. The host, the server and the clients' files are real; nothing is answered by the test.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { homeWithClients } from '../support/home-with-clients.ts';
import { isAlive, Portolan } from '../support/portolan.ts';
import { EVERYTHING } from '../support/real-servers.ts';
import { until } from '../support/until.ts';
import { axeFindings, launchBrowser, openWindow } from '../support/window.ts';

/** What the browser itself reports when a request is refused or finds nobody. */
const FAILED_REQUEST = /^console: Failed to load resource/;

describe('the window on the real host', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  async function firstVisit() {
    const portolan = new Portolan(homeWithClients());
    const { url, base } = await portolan.json<{ url: string; base: string }>('--no-open');
    const watched = await openWindow(browser, url);
    onTestFinished(watched.close);
    return { portolan, url, base, page: watched.page, faults: watched.faults };
  }

  async function withServer() {
    const visit = await firstVisit();
    await visit.portolan.json('add', 'everything', '--', ...EVERYTHING);
    await go(visit.page, '/servers');
    await visit.page.getByRole('link', { name: 'everything' }).waitFor();
    return visit;
  }

  it('GW-07 the window runs under the policy that the host sends, trusted types and all', async () => {
    const { page, faults, base } = await firstVisit();
    const policy = (await fetch(`${base}/`)).headers.get('content-security-policy') ?? '';
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).toContain("script-src 'self'");
    await page.getByRole('heading', { name: '2 clients on this computer' }).waitFor();
    expect(faults).toEqual([]);
    const refused = await page.evaluate(() => {
      try {
        document.body.innerHTML = '<img src="x">';
        return '';
      } catch (error) {
        return String(error);
      }
    });
    expect(refused).toContain('TrustedHTML');
  });

  it('offers the servers of the clients found, takes over what is ticked, and has spent the code', async () => {
    const { page, faults, base, portolan } = await firstVisit();
    await page.getByRole('heading', { name: '2 clients on this computer use 6 servers' }).waitFor();
    expect(page.url()).toBe(`${base}/#/first-run`);
    expect(await page.content()).not.toContain('trk_live_EXAMPLE');
    await page
      .getByRole('row', { name: /issue-tracker-EU/ })
      .getByText('calls it "issue tracker (EU)"')
      .waitFor();
    expect(await axeFindings(page)).toEqual([]);

    await page.getByRole('button', { name: 'Import 6 servers' }).click();
    const refused = page.getByRole('group', { name: 'KEYCHAIN_NO_BUS: what happened' });
    await refused.getByText(/^Nothing was added\..*untick the servers whose secrets would go there\.$/).waitFor();
    expect((await portolan.json<{ servers: unknown[] }>('list')).servers).toEqual([]);
    await page.getByLabel('Import issue-tracker-EU').uncheck();
    await page.getByRole('button', { name: 'Import 5 servers' }).click();
    await page.getByRole('heading', { name: 'Choose clients' }).waitFor();
    await go(page, '/servers');
    await page.getByRole('link', { name: 'server-proto' }).waitFor();
    expect(await page.locator('a.rowlink').allTextContents()).toEqual([
      'filesystem',
      'search',
      'Search-2',
      'server-proto',
      'server-constructor',
    ]);
    expect(await axeFindings(page)).toEqual([]);
    await go(page, '/import');
    await page.getByText('Already in the catalog').first().waitFor();
    expect(await axeFindings(page)).toEqual([]);
    expect(faults.filter((fault) => !FAILED_REQUEST.test(fault))).toEqual([]);
  });

  it('adds a pasted command after approval, calls its tool, proves the call, and survives a reload', async () => {
    const { page, faults, portolan } = await firstVisit();
    await page.getByRole('button', { name: 'Skip, start empty' }).click();
    await page.getByRole('link', { name: 'Add server' }).first().click();
    await page.getByLabel('Paste a URL').fill(EVERYTHING.join(' '));
    await page
      .getByRole('status')
      .filter({ hasText: `A command: runs ${EVERYTHING[0]}` })
      .waitFor();
    await page.getByLabel('Name', { exact: true }).fill('everything');
    await page.getByRole('button', { name: 'Review' }).click();
    await page.getByRole('button', { name: 'Approve and start' }).waitFor();
    expect(await page.locator('.args li').allTextContents()).toEqual([...EVERYTHING]);
    expect((await portolan.json<{ servers: unknown[] }>('list')).servers).toEqual([]);
    await page.getByRole('button', { name: 'Approve and start' }).click();
    await page.locator('h1', { hasText: 'everything Ready' }).waitFor();
    expect(await axeFindings(page)).toEqual([]);

    await page.getByRole('tab', { name: /^Tools/ }).click();
    await page.getByRole('option', { name: /^echo/ }).click();
    await page.getByRole('textbox', { name: 'message' }).fill('hello from the window');
    await page.getByRole('button', { name: 'Call tool' }).click();
    const result = page.getByRole('region', { name: 'Result' });
    await result.getByText('Echo: hello from the window').waitFor();
    expect(await axeFindings(page)).toEqual([]);

    await page.getByRole('link', { name: 'Activity' }).click();
    const row = page.getByRole('row', { name: /Done.*Portolan window.*everything.*echo/ });
    await row.click();
    const record = page.getByRole('region', { name: /^Record \d/ });
    await record.getByText('tools/call').waitFor();
    await record.getByText('Its text gives the stored hash').waitFor();
    await record.getByText(/^Follows record \d+$/).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Verify now' }).click();
    await page.getByText(/^Log verified to record \d+, /).waitFor();
    // The window is one client: beside the process that was asked for its protocol, looking at tools and calling them starts one.
    expect(await page.getByRole('row', { name: /server\.started/ }).count()).toBe(2);
    expect(await page.getByRole('row', { name: /command line/ }).count()).toBe(0);

    await go(page, '/servers/everything/logs');
    const lines = page.getByRole('log', { name: 'Log of everything' }).locator('.logline');
    await lines.filter({ hasText: 'STDIO' }).first().waitFor();
    await page.reload();
    await lines.filter({ hasText: 'STDIO' }).first().waitFor();
    expect(faults).toEqual([]);
  });

  it('says where catalog.json is broken, and stops saying it when it is mended', async () => {
    const { page, faults, portolan } = await withServer();
    const file = join(portolan.home, 'catalog.json');
    const good = readFileSync(file, 'utf8');
    writeFileSync(file, good.replace('"command"', 'command'));
    const banner = page.getByRole('status').filter({ hasText: 'CATALOG_INVALID' });
    await banner.getByText('catalog.json line 5, column 7: This is not a JSON value.').waitFor();
    expect(await page.getByRole('link', { name: 'everything' }).count()).toBe(1);
    writeFileSync(file, good);
    await banner.waitFor({ state: 'detached' });
    expect(faults).toEqual([]);
  });

  it('says how to open Portolan again when its host was killed and another took its place', async () => {
    const { page, faults, base, portolan } = await withServer();
    const pid = portolan.hostPid() ?? 0;
    process.kill(pid, 'SIGKILL');
    await until(() => !isAlive(pid), 'the host is gone');
    const banner = page.getByRole('alert');
    await banner.getByText(/HOST_UNREACHABLE.*Open Portolan again: run `portolan --browser`/).waitFor();
    expect(await page.getByRole('link', { name: 'everything' }).count()).toBe(1);

    const serving = portolan.run(['serve', '--no-open', '--port', new URL(base).port]);
    await banner.getByText(/UNAUTHENTICATED.*Open Portolan again/).waitFor();
    await banner.getByRole('button', { name: 'Try again' }).click();
    await banner.getByText('UNAUTHENTICATED').waitFor();

    // The new host's address, pasted into the very same tab.
    const { url } = await portolan.json<{ url: string }>('--no-open');
    await page.goto(url);
    await page.getByRole('link', { name: 'everything' }).waitFor();
    await banner.waitFor({ state: 'detached' });
    expect(page.url()).toBe(`${base}/#/connections`);
    expect(faults.filter((fault) => !FAILED_REQUEST.test(fault))).toEqual([]);
    await portolan.stop();
    await serving;
  });

  it('says what to do when the one-time address is opened again', async () => {
    const { url } = await firstVisit();
    const second = await openWindow(browser, url);
    onTestFinished(second.close);
    await second.page.getByRole('heading', { name: 'This tab is not signed in' }).waitFor();
    await second.page.getByText('Open Portolan again: run `portolan --browser`').waitFor();
    expect(second.page.url()).not.toContain('code=');
    expect(await axeFindings(second.page)).toEqual([]);
    expect(second.faults.filter((fault) => !FAILED_REQUEST.test(fault))).toEqual([]);
  });
});

function go(page: Page, hash: string): Promise<string> {
  return page.evaluate((next) => (location.hash = next), hash);
}
