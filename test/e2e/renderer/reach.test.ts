// Connections and questions by keyboard and pointer: what a person does, and what the window must never do by itself.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startFakeHost } from '../../support/fake-host.ts';
import { formQuestion, largeMatrix, urlQuestion } from '../../support/fake-reach.ts';
import { launchBrowser, openWindow } from '../../support/window.ts';
import { xssStrings } from '../../support/xss-strings.ts';

describe('who reaches what', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  async function open(hash: string) {
    const host = await startFakeHost({ recordCount: 20 });
    onTestFinished(() => host.close());
    host.world.setQuestions([formQuestion(host.world.now), urlQuestion(host.world.now)]);
    const watched = await openWindow(browser, host.url);
    onTestFinished(watched.close);
    const { page, faults } = watched;
    await page.goto(`${host.origin}/#${hash}`);
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
    return { host, page, faults, focused };
  }

  it('the window opens on the connections and its matrix is walked by arrow keys', async () => {
    const { page, focused } = await open('/');
    await page.locator('h1', { hasText: 'Connections' }).waitFor();
    await page.locator('[data-cell="0,0"]').focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(focused).toContain('github, Cursor: live, 91 milliseconds');
    await page.keyboard.press('ArrowDown');
    await expect.poll(focused).toContain('filesystem, Cursor: last used 14 min ago');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await expect.poll(focused).toContain('github, Cursor');
    expect(await page.locator('.matrix [data-cell][tabindex="0"]').count()).toBe(1);
    await page.keyboard.press('Enter');
    await page.locator('h1', { hasText: 'Cursor at github' }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('h1', { hasText: 'Connections' }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('post');
    await expect.poll(() => page.locator('.matrix .rowlink').allTextContents()).toEqual(['postgres-prod']);
  });

  it('two hundred servers and forty clients keep only what is in sight in the page', async () => {
    const { host, page } = await open('/servers');
    const [template] = host.world.snapshot.servers;
    const servers = Array.from({ length: 200 }, (_, at) => ({ ...template, name: `server-${at + 1}` }));
    host.world.snapshot = { ...host.world.snapshot, servers: servers as typeof host.world.snapshot.servers };
    host.world.matrix = largeMatrix(host.world.now, 40, host.world.snapshot.servers);
    await page.goto(`${host.origin}/#/connections`);
    await page.reload();
    await page.locator('.matrix [data-cell]').first().waitFor();
    expect(await page.locator('.matrix [data-cell]').count()).toBeLessThan(1000);
    await page.locator('[data-cell="0,0"]').focus();
    for (let step = 0; step < 30; step += 1) await page.keyboard.press('ArrowDown');
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-cell'))).toBe('30,0');
    expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe('201');
  });

  it('stops a process only after one question', async () => {
    const { host, page } = await open('/connections');
    await page.getByRole('button', { name: 'Stop postgres-prod, process 7731' }).click();
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Keep it');
    expect(host.world.received).toEqual([]);
    await page.getByRole('button', { name: 'Stop postgres-prod', exact: true }).click();
    await expect
      .poll(() => host.world.received)
      .toEqual([{ procedure: 'connections.stopProcess', input: { pid: 7731 } }]);
    await expect.poll(() => page.getByRole('cell', { name: '7731' }).count()).toBe(0);
  });

  it('ELI-02 ELI-03 a form names who asks, sends nothing before the review, and can be changed, declined or cancelled', async () => {
    const { host, page } = await open('/connections');
    await page.getByRole('link', { name: 'Answer', exact: true }).first().click();
    await page.locator('h1', { hasText: 'github needs your answer' }).waitFor();
    await page.getByText('Text from github, shown as received').waitFor();
    for (const name of ['Decline', 'Cancel']) expect(await page.getByRole('button', { name }).count()).toBe(1);
    await page.getByRole('button', { name: 'Review answer' }).click();
    await page.getByText('region is required.').waitFor();
    await page.getByRole('combobox', { name: 'region' }).click();
    await page.getByRole('option', { name: 'us-east' }).click();
    await page.getByLabel('replicas').fill('3');
    await page.getByRole('button', { name: 'Review answer' }).click();
    await page.getByText('This will be sent to github').waitFor();
    await page.getByRole('button', { name: 'Change' }).click();
    await page.getByLabel('replicas').fill('4');
    await page.getByRole('button', { name: 'Review answer' }).click();
    expect(host.world.received).toEqual([]);
    await page.getByRole('button', { name: 'Send answer' }).click();
    await expect
      .poll(() => host.world.received)
      .toEqual([
        {
          procedure: 'questions.answer',
          input: { id: 'q1', action: 'accept', content: { region: 'us-east', replicas: 4 } },
        },
      ]);
  });

  it('ELI-04 ELI-05 ELI-06 an address is shown whole with a warning, and nothing is fetched or opened before the press', async () => {
    const { host, page, faults } = await open('/questions/q2');
    await page.getByText('https://xn--pypal-4ve.example/login?next=%2Fpay').waitFor();
    await page.getByText('This name can look like another.').waitFor();
    expect(await page.locator('main a[href*="xn--"], link[href*="xn--"]').count()).toBe(0);
    expect([faults, page.context().pages().length, host.world.received]).toEqual([[], 1, []]);
    await page.context().route(/xn--/, (route) => route.abort());
    const popup = page.context().waitForEvent('page');
    await page.getByRole('button', { name: 'Open in browser' }).click();
    expect(await (await popup).evaluate(() => window.opener === null)).toBe(true);
    expect(host.world.received).toEqual([]);
    await page.getByRole('button', { name: 'I have finished there' }).click();
    await expect
      .poll(() => host.world.received)
      .toEqual([{ procedure: 'questions.answer', input: { id: 'q2', action: 'accept' } }]);
  });

  it('TOOL-11 script strings in questions, messages, names of clients and profiles run nothing', async () => {
    const { host, page, faults } = await open('/connections');
    const { world } = host;
    const strings = xssStrings().slice(0, 120);
    const properties = Object.fromEntries(strings.map((text) => [text, { type: 'string', title: text }]));
    const form = { ...formQuestion(world.now), message: strings.join('\n'), client: strings[1] ?? '' };
    world.setQuestions([{ ...form, tool: strings[2] ?? '', schema: { type: 'object', properties } } as typeof form]);
    world.trace = strings.map((text, at) => ({
      seq: at + 1,
      at: new Date(world.now).toISOString(),
      direction: 'to-client',
      kind: 'notification',
      method: text,
      id: text,
      bytes: 1,
      text,
    }));
    world.setProfiles(world.snapshot.profiles.map((profile) => ({ ...profile, title: strings[3] ?? '' })));
    world.processes = world.processes.map((one, at) => ({
      ...one,
      command: strings[at] ?? '',
      usedBy: [strings[at] ?? ''],
    }));
    const clients = world.snapshot.gateway.clients.map((one, at) => ({ ...one, name: strings[at + 10] ?? '' }));
    world.setGateway({ ...world.snapshot.gateway, clients });
    for (const [hash, ready] of [
      ['/connections', '.procs'],
      ['/questions', '.lines li'],
      ['/questions/q1', 'form[aria-label="Answer"]'],
      ['/sessions/s1', '.frame'],
      ['/settings/profiles', '.lines li'],
      ['/settings/gateway', '.lines li'],
    ] as const) {
      await page.goto(`${host.origin}/#${hash}`);
      await page.locator(ready).first().waitFor();
      expect(await page.locator('#root script, #root iframe, #root img, #root a[href^="javascript"]').count()).toBe(0);
    }
    expect(faults).toEqual([]);
  });

  it('an address that is no web address has no way to be opened', async () => {
    const { host, page } = await open('/connections');
    const question = urlQuestion(host.world.now);
    host.world.setQuestions([{ ...question, url: 'javascript:alert(1)', host: 'pay.example' } as typeof question]);
    await page.goto(`${host.origin}/#/questions/q2`);
    await page.getByText('URL_REFUSED').waitFor();
    expect(await page.getByRole('button', { name: 'Open in browser' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Decline' }).click();
    await expect.poll(() => host.world.received.length).toBe(1);
  });

  it('CON-09 two windows answer the same question: one decision, and the other window is told', async () => {
    const { host, page } = await open('/questions/q1');
    const other = await openWindow(browser, host.url);
    onTestFinished(other.close);
    await other.page.goto(`${host.origin}/#/questions/q1`);
    const decline = (where: typeof page) => where.getByRole('button', { name: 'Decline' });
    await decline(other.page).waitFor();
    await Promise.allSettled([
      decline(page).click({ timeout: 3_000 }),
      other.page.getByRole('button', { name: 'Cancel' }).click({ timeout: 3_000 }),
    ]);
    await expect.poll(() => host.world.snapshot.questions.map(({ id }) => id)).toEqual(['q2']);
    expect(host.world.received).toHaveLength(1);
    await expect.poll(() => decline(page).count()).toBe(0);
    await expect.poll(() => decline(other.page).count()).toBe(0);
  });

  it('a token of the gateway is shown once and then nowhere', async () => {
    const { page } = await open('/settings/gateway');
    await page.getByRole('button', { name: 'Add client' }).click();
    await page.getByLabel('Name').fill('Desk');
    await page.getByRole('button', { name: 'Make token' }).click();
    await page.getByText('It is not shown again').waitFor();
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByText('Desk').first().waitFor();
    expect(await page.content()).not.toContain('ptl_one-time-token');
  });

  it.each(['Copy token', 'Copy for Cursor'])(
    'SEC-15 nothing is copied before a gesture, and "%s" leaves the clipboard after 30 seconds if unchanged',
    async (label) => {
      const { page } = await open('/settings/gateway');
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
      await page.evaluate(() => navigator.clipboard.writeText('before'));
      await page.clock.install();
      await page.getByRole('button', { name: 'Add client' }).click();
      await page.getByLabel('Name').fill('Desk');
      await page.getByRole('button', { name: 'Make token' }).click();
      const copy = page.getByRole('button', { name: label });
      await copy.waitFor();
      expect(await clipboard()).toBe('before');
      await copy.click();
      await expect.poll(clipboard).toContain('ptl_one-time-token');
      await page.clock.runFor(29_000);
      expect(await clipboard()).toContain('ptl_one-time-token');
      await page.clock.runFor(1_001);
      await expect.poll(clipboard).toBe('');
      await copy.click();
      await expect.poll(clipboard).toContain('ptl_one-time-token');
      await page.evaluate(() => navigator.clipboard.writeText('something else'));
      await page.clock.runFor(30_001);
      expect(await clipboard()).toBe('something else');
      // A tab cannot promise it: its page may be behind another, or closed.
      expect(await page.getByText('It leaves the clipboard').count()).toBe(0);
    },
  );

  it('OA-31 a server that a client of the gateway was held at is allowed by one press', async () => {
    const { host, page } = await open('/settings/gateway');
    await page.getByText('Asked for tickets').waitFor();
    const allow = page.getByRole('button', { name: 'Allow tickets to Open WebUI' });
    await allow.click();
    await expect.poll(() => allow.count()).toBe(0);
    expect(host.world.received).toEqual([{ procedure: 'gateway.allow', input: { client: 'g1', server: 'tickets' } }]);
  });

  it('a profile keeps the order that was chosen', async () => {
    const { host, page } = await open('/settings/profiles/work');
    await page.getByRole('button', { name: 'Move sentry up' }).click();
    await page.getByRole('button', { name: 'Leave out tickets' }).click();
    await page.getByRole('button', { name: 'Save profile' }).click();
    await page.getByText('work was saved').first().waitFor();
    expect(host.world.snapshot.profiles.find(({ name }) => name === 'work')?.servers).toEqual(['github', 'sentry']);
  });
});
