// What the window of an installation holds: every object in its memory, and what its pages show.
import type { Browser } from 'playwright-core';
import { openWindow } from './window.ts';

/** Opens the window at `url`, goes through the pages `hashes`, and gives its heap as text, with all that the pages said. */
export async function memoryOfWindow(browser: Browser, url: string, hashes: readonly string[]): Promise<string> {
  const { page, close } = await openWindow(browser, url);
  try {
    const shown: string[] = [];
    for (const hash of hashes) {
      await page.evaluate((next) => {
        location.hash = next;
      }, hash);
      await page.locator('h1').first().waitFor();
      shown.push(await page.content());
    }
    const session = await page.context().newCDPSession(page);
    session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => void shown.push(chunk));
    await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
    return shown.join('');
  } finally {
    await close();
  }
}
