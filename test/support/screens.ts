// One test for each screen: in both themes and both widths no accessibility finding, no policy violation, no console error.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { type FakeHost, startFakeHost } from './fake-host.ts';
import type { FakeWorld } from './fake-world.ts';
import { axeFindings, launchBrowser, openWindow, screenshot } from './window.ts';

export interface Screen {
  readonly name: string;
  readonly hash: string;
  readonly empty?: boolean;
  readonly before?: (world: FakeWorld) => void;
  readonly act?: (page: Page, host: FakeHost) => Promise<void>;
  /** Text that shows that the screen is there. */
  readonly ready: string;
  /** Console errors that belong to the screen: the browser itself reports a lost connection. */
  readonly expected?: RegExp;
}

const LOOKS = [
  { theme: 'light', width: 1280, height: 800 },
  { theme: 'dark', width: 1280, height: 800 },
  { theme: 'dark', width: 800, height: 700 },
  { theme: 'light', width: 800, height: 700 },
] as const;

const ONLY = process.env['SCREENS']?.split(',');

export function screenTests(screens: readonly Screen[]): void {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  for (const screen of screens.filter(({ name }) => !ONLY || ONLY.includes(name))) {
    it(`ELE-03 ${screen.name} has no axe finding, no policy violation and no console error in any theme and width`, async () => {
      const host = await startFakeHost({ empty: screen.empty === true });
      onTestFinished(() => host.close());
      screen.before?.(host.world);
      const { page, faults, close } = await openWindow(browser, host.url);
      onTestFinished(close);
      await page.goto(`${host.origin}/#${screen.hash}`);
      await page.getByText(screen.ready).first().waitFor();
      await screen.act?.(page, host);
      await page.evaluate(() => document.fonts.ready);
      const found: string[] = [];
      for (const { theme, width, height } of LOOKS) {
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ colorScheme: theme });
        await page.locator(`html[data-mantine-color-scheme="${theme}"]`).waitFor();
        await screenshot(page, `${screen.name}-${theme}-${width}`);
        for (const finding of await axeFindings(page)) found.push(`${theme} ${width} ${finding}`);
      }
      const unexpected = faults.filter((fault) => !screen.expected?.test(fault));
      expect({ found, unexpected }).toEqual({ found: [], unexpected: [] });
    });
  }
}
