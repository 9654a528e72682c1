// A real Chromium with the built window in it, watching for everything that must never happen.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, chromium, type Page } from 'playwright-core';
import { CHROMIUM_FLAGS } from './chromium-flags.ts';

const SCREENS = fileURLToPath(new URL('../../test-results/screens/', import.meta.url));

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: [...CHROMIUM_FLAGS] });
}

export interface WatchedWindow {
  readonly page: Page;
  /** Policy violations, console errors and warnings, uncaught errors, dialogs and requests to other origins. */
  readonly faults: string[];
  readonly close: () => Promise<void>;
}

export interface WindowOptions {
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
}

/** Opens `url` in a fresh context and waits until the window shows a heading. */
export async function openWindow(browser: Browser, url: string, options: WindowOptions = {}): Promise<WatchedWindow> {
  const { theme = 'light', width = 1280, height = 800 } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    reducedMotion: 'reduce',
    timezoneId: 'UTC',
  });
  const page = await context.newPage();
  const faults: string[] = [];
  const origin = new URL(url).origin;
  await page.exposeFunction('reportViolation', (text: string) => faults.push(`policy: ${text}`));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const report = Reflect.get(window, 'reportViolation') as (text: string) => void;
      report(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
    });
  });
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`) && !request.url().startsWith('data:'))
      faults.push(`request: ${request.url()}`);
  });
  await page.goto(url);
  await page.locator('h1').first().waitFor();
  return { page, faults, close: () => context.close() };
}

/** Names of axe findings with the elements they are about. */
export async function axeFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    // Menus, toasts and the palette are portals beside the landmarks.
    .disableRules(['region'])
    .analyze();
  return violations.flatMap((finding) =>
    finding.nodes.map((node) => `${finding.id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`),
  );
}

export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENS, { recursive: true });
  await page.screenshot({ path: `${SCREENS}${name}.png` });
}
