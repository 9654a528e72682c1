// Signing in by keyboard and pointer: what opens a browser and what never does, what is shown before, and how it ends.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startFakeHost } from '../../support/fake-host.ts';
import { HOSTILE_URLS } from '../../support/hostile-urls.ts';
import { deviceSignIn, homographSignIn } from '../../support/sign-in-data.ts';
import { launchBrowser, openWindow } from '../../support/window.ts';
import { xssStrings } from '../../support/xss-strings.ts';

describe('signing in', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  async function open(hash: string) {
    const host = await startFakeHost({ recordCount: 20 });
    onTestFinished(() => host.close());
    const watched = await openWindow(browser, host.url);
    onTestFinished(watched.close);
    const { page, faults } = watched;
    await page.context().route(/\.example\//, (route) => route.fulfill({ body: 'the provider' }));
    await page.goto(`${host.origin}/#${hash}`);
    const { signIns } = host.world;
    return { host, page, faults, signIns };
  }
  const focused = (page: Page) =>
    page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent);

  it('the queue is walked by keyboard alone: there, sign in, cancel, refuse a further right', async () => {
    const { page, signIns } = await open('/connections');
    await page.getByText('tickets and warehouse').waitFor();
    await page.keyboard.press('Control+6');
    await page.locator('h1', { hasText: 'Identities' }).waitFor();
    await expect.poll(() => focused(page)).toBe('Identities');
    const reach = async (label: string): Promise<void> => {
      for (let step = 0; step < 40 && (await focused(page)) !== label; step += 1) await page.keyboard.press('Tab');
      expect(await focused(page)).toBe(label);
    };
    await reach('Sign in: tickets');
    const popup = page.context().waitForEvent('page');
    await page.keyboard.press('Enter');
    const tab = await popup;
    expect(tab.url()).toMatch(/^https:\/\/auth\.tickets\.example\/authorize/);
    await tab.close();
    await page.getByText('Waiting for your browser. You can close this; it goes on.').waitFor();
    await page.locator('h1').focus();
    await reach('Cancel');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByRole('listitem', { name: 'tickets' }).count()).toBe(0);
    await page.locator('h1').focus();
    await reach('Refuse and fail the call');
    await page.keyboard.press('Enter');
    await expect.poll(() => signIns.list()).toEqual([]);
    expect(signIns.asked).toEqual([
      { start: expect.objectContaining({ id: 's1' }) },
      { cancel: 's1' },
      { cancel: 's2' },
    ]);
    await page.keyboard.press('Escape');
    await page.locator('h1', { hasText: 'Connections' }).waitFor();
  });

  it('a sign-in goes on when the page is left, and its end is told anywhere', async () => {
    const { page, signIns } = await open('/identities');
    await page.getByRole('button', { name: 'Grant the new right: warehouse' }).click();
    await page.getByText('Waiting for your browser.').waitFor();
    await page.getByRole('link', { name: 'Activity' }).click();
    signIns.end('s2', { state: 'done' });
    await page.getByText('Signed in to warehouse').first().waitFor();
    await page.getByRole('link', { name: 'Identities' }).click();
    await page.getByRole('button', { name: 'Sign in: tickets' }).click();
    await page.getByText('Waiting for your browser.').waitFor();
    signIns.end('s1', { state: 'failed', reason: { code: 'SIGN_IN_REFUSED', message: 'no \u202Eyou' } });
    await page.getByText('The sign-in to tickets failed').first().waitFor();
    await page.getByText('no ⟨U+202E⟩you').waitFor();
    await page.getByRole('button', { name: 'Try again: tickets' }).waitFor();
  });

  it('foot, badge, strip and palette tell who is signed in and what waits, and follow every change', async () => {
    const { page, signIns } = await open('/activity');
    const foot = page.locator('.sidefoot .who');
    await expect.poll(() => foot.innerText()).toMatch(/maya@harbour-labs\.example\s+Harbour Labs · 18 min left/);
    const badge = page.getByRole('link', { name: 'Identities' }).locator('.badge');
    expect(await badge.innerText()).toContain('2');
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('Search or run').fill('open queue');
    await page.locator('.palette [data-selected]', { hasText: 'Open queue: tickets and warehouse' }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('h1', { hasText: 'Identities' }).waitFor();
    signIns.cancel('s1');
    signIns.cancel('s2');
    await expect.poll(() => badge.count()).toBe(0);
    for (const name of ['harbour-labs', 'acme']) await signIns.identities.signOut(name);
    await expect.poll(() => foot.innerText()).toContain('Not signed in');
  });

  it('nothing is opened before the press: not by looking, not by what a host tells', async () => {
    const { page, signIns, faults } = await open('/identities');
    await page.getByText('Waiting for you').waitFor();
    signIns.put({ ...deviceSignIn(signIns.now), url: 'https://login.acme.example/authorize' });
    await signIns.start({ id: 's1', again: false });
    await page.getByRole('button', { name: 'Open again' }).waitFor();
    expect([page.context().pages().length, faults]).toEqual([1, []]);
    expect(await page.locator('main a[href^="http"], link[href*="example"], img, iframe').count()).toBe(0);
  });

  it('OA-08 the window opens no address but https and http on this computer', async () => {
    const { page, signIns } = await open('/identities');
    const refused = HOSTILE_URLS.filter(
      (url) =>
        !URL.canParse(url) || !/^https:\/\/[^@]*$|^http:\/\/(127\.0\.0\.1|localhost|\[::1\])/.test(new URL(url).href),
    );
    expect(refused.length).toBeGreaterThanOrEqual(40);
    const signIn = await signIns.start({ id: 's1', again: false });
    await page.getByRole('button', { name: 'Open again' }).waitFor();
    await page.evaluate(() => {
      const opened: unknown[] = [];
      Object.assign(window, { opened, open: (url: unknown) => opened.push(url) });
    });
    for (const url of [...refused, 'https://last.example/']) {
      signIns.put({ ...signIn, url, clients: [url.slice(0, 20)] });
      await page.getByRole('button', { name: 'Open again' }).click();
      if (url !== 'https://last.example/') await page.getByText('URL_REFUSED').waitFor();
    }
    await expect
      .poll(() => page.evaluate(() => Reflect.get(window, 'opened') as unknown))
      .toEqual(['https://last.example/']);
  });

  it('OA-30 before a sign-in its host, the server that it is for and the rights stand there whole, with a homograph warning', async () => {
    const { page, signIns } = await open('/identities');
    const long = `${'very-'.repeat(20)}long.login.example`;
    signIns.put({ ...homographSignIn(signIns.now), scopes: ['pay', 'pay:refund'], newScopes: ['pay:refund'] });
    signIns.put({
      ...homographSignIn(signIns.now),
      id: 's9',
      target: 'other',
      authorizationHost: long,
      authorizationHostUnicode: undefined,
    });
    const row = page.getByRole('listitem', { name: 'payments' });
    await row.waitFor();
    const text = await row.innerText();
    for (const part of [
      'xn--pypal-4ve.example',
      'p\u0430ypal.example',
      'payments.example',
      'pay, pay:refund (new)',
      'This name can look like another.',
    ])
      expect(text).toContain(part);
    const host = page.getByRole('listitem', { name: 'other' }).locator('.host');
    expect(await host.innerText()).toBe(long);
    for (const width of [1280, 800]) {
      await page.setViewportSize({ width, height: 800 });
      const hidden = await host.evaluate((element) => element.scrollWidth > element.clientWidth + 1);
      expect([width, hidden]).toEqual([width, false]);
      expect(Number(await host.evaluate((element) => getComputedStyle(element).fontWeight))).toBeGreaterThanOrEqual(
        600,
      );
    }
  });

  it('OA-33 what a provider says runs nothing, is cut at 500 characters, and shows its hidden characters', async () => {
    const { page, signIns, faults } = await open('/identities');
    const said = `<b>no</b>\u001B[2J\u202E${xssStrings().slice(0, 60).join(' ')}${'x'.repeat(100_000)}`;
    const [first, second] = signIns.all;
    if (first === undefined || second === undefined) throw new Error('nothing waits');
    signIns.put({ ...first, state: 'failed', reason: { code: 'SIGN_IN_REFUSED', message: said } });
    signIns.put({
      ...second,
      clients: xssStrings().slice(0, 5),
      tool: said,
      scopes: [said],
      newScopes: [],
      authorizationHostUnicode: said.slice(0, 300),
      reason: { code: 'ISSUER_MISMATCH', message: said, expected: said, received: `${said}y` },
    });
    signIns.people = signIns.people.map((identity) => ({
      ...identity,
      title: xssStrings()[0] ?? '',
      issuer: 'javascript:alert(1)',
      person: { name: said, email: said, subject: said },
      refused: [{ server: 'sentry', reason: said }],
    }));
    signIns.tell.identities?.(signIns.identities.list());
    for (const button of await page.getByRole('button', { name: 'Show reason' }).all()) await button.click();
    const box = page.locator('.foreign').first();
    await box.waitFor();
    const shown = (await box.locator('.said').innerText()).replaceAll(/⟨U\+[0-9A-F]+⟩/g, '.');
    expect(Array.from(shown).length).toBeLessThanOrEqual(500);
    expect(await box.innerText()).toContain('<b>no</b>⟨U+001B⟩[2J⟨U+202E⟩');
    expect((await page.locator('main').innerText()).replaceAll(/\s/g, '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(
      await page.locator('main script, main img, main iframe, main [onerror], main a[href^="javascript"]').count(),
    ).toBe(0);
    expect(faults).toEqual([]);
  });

  it('a code for another device stands in 24 px and is copied as it is', async () => {
    const { page, signIns } = await open('/identities');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    signIns.put(deviceSignIn(signIns.now));
    const code = page.locator('.code24');
    await code.waitFor();
    expect(await code.evaluate((element) => getComputedStyle(element).fontSize)).toBe('24px');
    await page.getByRole('button', { name: 'Copy code' }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('WDJB-MJHT');
  });

  it('an identity is added, edited with its secret, and removed after a question; a managed one only shown', async () => {
    const { page, signIns } = await open('/identities');
    await page.getByRole('link', { name: 'Add identity' }).click();
    await page.getByLabel('Name').fill('new');
    await page.getByLabel('Issuer').fill('https://login.new.example');
    await page.getByRole('button', { name: 'Save identity' }).click();
    await page.getByText('Give the client id').waitFor();
    expect(signIns.asked).toEqual([]);
    await page.getByLabel('Client id').fill('c');
    await page.getByLabel('Client secret').fill('hush');
    await page.getByRole('button', { name: 'Save identity' }).click();
    await page.getByRole('button', { name: 'More for new' }).click();
    expect(signIns.asked).toMatchObject([{ add: { name: 'new', clientId: 'c' }, secrets: [true, false] }]);
    await page.getByRole('menuitem', { name: 'Edit' }).click();
    await page.getByLabel('Title').fill('New');
    await page.getByRole('button', { name: 'Save identity' }).click();
    await page.getByRole('button', { name: 'More for New' }).click();
    expect(signIns.asked.at(-1)).toMatchObject({ update: 'new', identity: { title: 'New' }, secret: false });
    await page.getByRole('menuitem', { name: 'Remove…' }).click();
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Keep it');
    await page.getByRole('button', { name: 'Remove New' }).click();
    await expect.poll(() => signIns.asked.at(-1)).toEqual({ remove: 'new' });
    await page.getByRole('button', { name: 'More for Headquarters' }).click();
    expect(await page.getByRole('menuitem').allTextContents()).toEqual(['Sign out…', 'Show details']);
  });

  it('a server is signed out after a question, and its way is changed in its form with the secret in the keychain', async () => {
    const { host, page, signIns } = await open('/servers/github/sign-in');
    await page.getByRole('button', { name: 'Sign out…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
    await expect.poll(() => signIns.asked).toEqual([{ signOut: 'github' }]);
    await page.getByRole('link', { name: 'Change the way' }).click();
    await page.getByRole('combobox', { name: 'Way' }).click();
    await page.getByRole('option', { name: 'Sign-in in the browser' }).click();
    await page.getByLabel('Client secret').fill('hush');
    await page.getByRole('button', { name: 'Review' }).click();
    await page.getByText('A client secret belongs to a client id.').waitFor();
    await page.getByLabel('Client id').fill('c');
    await page.getByRole('button', { name: 'Review' }).click();
    await page.getByRole('button', { name: 'Approve and save' }).click();
    await expect
      .poll(() => host.world.received.at(-1))
      .toMatchObject({
        procedure: 'catalog.update',
        input: {
          options: { auth: { way: 'browser', clientId: 'c', clientSecret: '${secret:github-client-secret}' } },
          secrets: { 'github-client-secret': 'hush' },
        },
      });
  });

  it('a program on this computer has no tab for signing in', async () => {
    const { page } = await open('/servers/filesystem');
    await page.getByRole('tab', { name: 'Configuration' }).waitFor();
    expect(await page.getByRole('tab', { name: 'Sign-in' }).count()).toBe(0);
  });
});
