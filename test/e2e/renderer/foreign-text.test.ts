// Text from servers and clients in a real browser: it is only ever text.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startFakeHost } from '../../support/fake-host.ts';
import { launchBrowser, openWindow } from '../../support/window.ts';
import { xssStrings } from '../../support/xss-strings.ts';

describe('foreign text', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it('TOOL-11 three hundred script strings in names, descriptions, schemas, results, logs and records run nothing', async () => {
    const strings = xssStrings();
    expect(strings.length).toBeGreaterThanOrEqual(300);
    const host = await startFakeHost({ recordCount: 1 });
    onTestFinished(() => host.close());
    const { world } = host;
    world.tools = strings.map((text, at) => ({
      name: `${at} ${text}`,
      title: text,
      description: text,
      inputSchema: {
        type: 'object',
        title: text,
        properties: { [text]: { type: 'string', title: text, description: text }, pick: { enum: [text, 'b'] } },
      },
      annotations: { title: text },
      icons: [{ src: 'https://evil.example/i.svg' }, { src: 'javascript:alert(1)' }],
    }));
    const [template] = world.records;
    world.records = template
      ? strings.map((text, at) => ({ ...template, seq: strings.length - at, id: `x-${at}`, what: text, client: text }))
      : [];
    world.logs = strings.map((text, at) => ({
      seq: at + 1,
      at: new Date(world.now).toISOString(),
      source: 'stderr',
      text,
    }));
    world.resultContent = () =>
      strings.flatMap((text) => [
        { type: 'text', text },
        { type: text, uri: 'https://evil.example/', html: text },
        { type: 'image', mimeType: 'image/svg+xml', data: Buffer.from(text).toString('base64') },
      ]);
    world.snapshot = {
      ...world.snapshot,
      servers: world.snapshot.servers.map((server, at) => ({
        ...server,
        reason: { code: strings[at] ?? '', message: strings[at + 20] ?? '', hint: strings[at + 40] ?? '' },
        serverInfo: { name: strings[at + 60] ?? '', version: '1', title: strings[at + 80] ?? '' },
      })),
      sessions: world.snapshot.sessions.map((session, at) => ({
        ...session,
        client: { name: strings[at + 100] ?? '', version: strings[at + 110] ?? '' },
      })),
    };
    const { page, faults, close } = await openWindow(browser, host.url, { height: 2400 });
    onTestFinished(close);
    await page.evaluate(() => Reflect.set(window, 'alert', () => Reflect.set(window, 'ran', true)));
    const stay = async (hash: string, ready: string): Promise<void> => {
      await page.evaluate((next) => (location.hash = next), hash);
      await page.locator(ready).first().waitFor();
    };
    await stay('/servers', 'a.rowlink');
    await stay('/servers/notes', '.reason');
    await stay('/servers/filesystem', '[aria-label="Sessions"]');
    await stay('/servers/filesystem/logs', '.logline');
    await stay('/servers/filesystem/tools', '.toolrow');
    for (let at = 0; at < strings.length; at += 1) {
      await page.keyboard.press('j');
    }
    const last = page.locator('.toolrow[aria-selected="true"]');
    await expect.poll(() => last.getAttribute('aria-posinset'), { timeout: 20_000 }).toBe(String(strings.length));
    await page.getByRole('button', { name: 'Call tool' }).click();
    await page.getByText('1.21 s').waitFor();
    await page.getByText('JSON', { exact: true }).last().click();
    await stay('/activity', '.recrow');
    await page.locator('.recrow').first().click();
    await page.getByText('Proof checked').waitFor();
    const inert = await page.evaluate(() => ({
      ran: Reflect.get(window, 'ran') === true,
      scripts: document.querySelectorAll(
        '#root script, #root iframe, #root object, #root embed, #root a[href^="javascript"], #root img',
      ).length,
      handlers: [...document.querySelectorAll('#root *')].filter((node) =>
        [...node.attributes].some(({ name }) => name.startsWith('on')),
      ).length,
      path: location.pathname,
    }));
    expect({ inert, faults }).toEqual({ inert: { ran: false, scripts: 0, handlers: 0, path: '/' }, faults: [] });
  });

  it('TOOL-12 an address in a description is text and no link', async () => {
    const host = await startFakeHost();
    onTestFinished(() => host.close());
    host.world.tools = [{ name: 'linked', description: 'See https://evil.example/x and [here](https://evil.example)' }];
    const { page, close } = await openWindow(browser, host.url);
    onTestFinished(close);
    await page.goto(`${host.origin}/#/servers/github/tools`);
    const box = page.locator('.foreign', { hasText: 'https://evil.example/x' });
    await box.waitFor();
    expect(await box.locator('a').count()).toBe(0);
  });

  it('TOOL-04 hidden characters of a description are tokens with a count', async () => {
    const host = await startFakeHost();
    onTestFinished(() => host.close());
    const { page, close } = await openWindow(browser, host.url);
    onTestFinished(close);
    await page.goto(`${host.origin}/#/servers/github/tools`);
    await page.getByRole('option', { name: /^hidden_words/ }).click();
    const box = page.locator('.foreign').first();
    await box.getByText('3 hidden characters').waitFor();
    expect(await box.locator('.said').textContent()).toBe('Safe text⟨U+202E⟩reversed⟨U+200B⟩ and ⟨U+E0041⟩ tag');
  });

  it('an image from a result is shown as data and nothing is fetched for it', async () => {
    const host = await startFakeHost();
    onTestFinished(() => host.close());
    const { page, faults, close } = await openWindow(browser, host.url);
    onTestFinished(close);
    await page.goto(`${host.origin}/#/servers/github/tools`);
    await page.getByRole('option', { name: /^draw_chart/ }).click();
    await page.getByRole('button', { name: 'Call tool' }).click();
    const image = page.getByRole('img', { name: 'From the server, 1 by 1 pixels' });
    await image.waitFor();
    expect(await image.evaluate((node) => node instanceof HTMLImageElement && node.naturalWidth)).toBe(1);
    expect(faults).toEqual([]);
    // TOL-06: what the result did not keep of its tool's promise is told beside it, as foreign text.
    const result = page.getByRole('region', { name: 'Result' });
    expect(await result.textContent()).toMatch(/does not fit: it must be .*202E.*right/i);
  });
});
