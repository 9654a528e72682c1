// The page of servers with 5,000 of them in a real Chromium: first row after loading, a searched key to its result, frames
// while scrolling. Not measured where there is no Chromium at /usr/bin/chromium.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { manyServers } from './measures/catalog.mjs';
import { atMost, median, number, quantile } from './statistics.mjs';

const CHROMIUM = '/usr/bin/chromium';
const SERVERS = 5_000;
const STEP = 400;

export const uiServers = {
  name: 'ui-servers',
  async run({ world, rounds }) {
    if (!existsSync(CHROMIUM)) return report([], [], []);
    const home = world.home(
      Object.fromEntries(
        Object.entries(manyServers(SERVERS)).map(([name, server]) => [name, 'url' in server ? server.url : server]),
      ),
    );
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
    const [lists, searches] = [[], []];
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
      const { url } = JSON.parse(await home.portolanLater('--no-open', '--json'));
      await page.goto(url);
      await page.locator('h1').first().waitFor();
      for (let round = 0; round < rounds; round += 1) {
        lists.push(await firstRow(page, url));
        searches.push(await search(page, `server-${4000 + round}`));
      }
      await firstRow(page, url);
      return report(lists, searches, await scroll(page));
    } finally {
      await browser.close();
    }
  },
};

/** Milliseconds from a fresh load of the page to its first row. */
async function firstRow(page, url) {
  await page.goto('about:blank');
  await page.goto(`${new URL(url).origin}/#/servers`);
  return page.evaluate(
    () =>
      new Promise((resolve) => {
        const look = () =>
          document.querySelector('a.rowlink') ? resolve(performance.now()) : requestAnimationFrame(look);
        look();
      }),
  );
}

/** Milliseconds from the last key of a name to the frame that shows only its row. */
async function search(page, name) {
  await page.locator('input[type=search]').fill(name.slice(0, -1));
  await page.waitForTimeout(300);
  await page.evaluate((wanted) => {
    window.found = new Promise((resolve) => {
      addEventListener(
        'keydown',
        () => {
          const started = performance.now();
          const look = () => {
            const rows = document.querySelectorAll('a.rowlink');
            if (rows.length === 1 && rows[0].textContent === wanted) resolve(performance.now() - started);
            else requestAnimationFrame(look);
          };
          look();
        },
        { once: true },
      );
    });
  }, name);
  await page.locator('input[type=search]').press(name.at(-1));
  return page.evaluate(() => window.found);
}

/** Milliseconds between the frames while the list is scrolled from end to end. */
function scroll(page) {
  return page.evaluate(
    (step) =>
      new Promise((resolve) => {
        const scroller = document.querySelector('.longtable');
        const times = [];
        let before = performance.now();
        const frame = () => {
          const now = performance.now();
          times.push(now - before);
          before = now;
          const top = scroller.scrollTop;
          scroller.scrollTop += step;
          if (scroller.scrollTop === top || times.length > 3000) resolve(times.slice(5));
          else requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
      }),
    STEP,
  );
}

function report(lists, searches, frames) {
  return {
    rows: [
      atMost(`page of ${SERVERS} servers loaded, first row`, median(lists), 1500, { digits: 0 }),
      atMost(`${SERVERS} servers searched, key to result`, median(searches), 200, { digits: 0 }),
      atMost(`${SERVERS} servers scrolled, p99 frame`, quantile(frames, 0.99), 50),
    ],
    tables: [
      {
        title: `Frames while scrolling ${SERVERS} servers`,
        header: ['frames', 'median ms', 'p99 ms', 'longest ms'],
        rows: [
          [
            number(frames.length, 0),
            number(median(frames)),
            number(quantile(frames, 0.99)),
            number(Math.max(...frames)),
          ],
        ],
      },
    ],
  };
}
