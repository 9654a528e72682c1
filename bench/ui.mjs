// The pages in a real Chromium over a real host: first paint after `portolan`, and scrolling through 10,000 audit records.
// Not measured where there is no Chromium at /usr/bin/chromium.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { RawClient } from './raw-client.mjs';
import { atMost, inParallel, median, number, quantile } from './statistics.mjs';

const CHROMIUM = '/usr/bin/chromium';
const RECORDS = 10_000;
/** What a person scrolls in one frame with a fast wheel, in CSS pixels. */
const STEP = 400;

export const ui = {
  name: 'ui',
  async run({ world, rounds }) {
    if (!existsSync(CHROMIUM)) return report([], []);
    const home = world.home({ http: world.url() });
    const client = new RawClient(home.connect('http'));
    await client.coldStart();
    await inParallel(RECORDS / 2, 32, () => client.echo());
    await client.close();
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
    const paints = [];
    try {
      for (let round = 0; round < Math.min(rounds, 5); round += 1) paints.push(await firstPaint(browser, home));
      return report(paints, await scroll(browser, home));
    } finally {
      await browser.close();
    }
  },
};

/** From the command to the first contentful paint, in a browser that is open already. */
async function firstPaint(browser, home) {
  const started = performance.timeOrigin + performance.now();
  const { url } = JSON.parse(await home.portolanLater('--no-open', '--json'));
  const page = await browser.newPage();
  await page.goto(url);
  await page.locator('h1').first().waitFor();
  await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0);
  const painted = await page.evaluate(() => {
    const [entry] = performance.getEntriesByName('first-contentful-paint');
    return performance.timeOrigin + entry.startTime;
  });
  await page.close();
  return painted - started;
}

/** Milliseconds between the frames while the list is scrolled from the newest record to the oldest. */
async function scroll(browser, home) {
  const { url } = JSON.parse(await home.portolanLater('--no-open', '--json'));
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(url);
  await page.locator('h1').first().waitFor();
  await page.goto(`${new URL(url).origin}/#/activity`);
  await page.locator('.recrow').first().waitFor();
  const frames = await page.evaluate(
    ({ step, height }) =>
      new Promise((resolve) => {
        const scroller = document.querySelector('.records').parentElement;
        const times = [];
        let before = performance.now();
        const frame = () => {
          const now = performance.now();
          times.push(now - before);
          before = now;
          scroller.scrollTop += step;
          if (scroller.scrollTop >= height || times.length > 3000) resolve(times.slice(5));
          else requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
      }),
    { step: STEP, height: (RECORDS - 100) * 28 },
  );
  await page.close();
  return frames;
}

function report(paints, frames) {
  const longest = frames.length > 0 ? Math.max(...frames) : Number.NaN;
  return {
    rows: [
      atMost('10,000 records scrolled, longest frame', longest, 32),
      atMost('first paint after `portolan`, host running', median(paints), 400, { digits: 0 }),
    ],
    tables: [
      {
        title: 'Frames while scrolling 10,000 records',
        header: ['frames', 'median ms', 'p99 ms', 'longest ms', 'over 32 ms'],
        rows: [
          [
            number(frames.length, 0),
            number(median(frames)),
            number(quantile(frames, 0.99)),
            number(longest),
            number(frames.filter((frame) => frame > 32).length, 0),
          ],
        ],
      },
    ],
  };
}
