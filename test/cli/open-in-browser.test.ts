// What reaches the system's opener: addresses for a browser alone, as one argument that no shell reads.
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openInBrowser } from '../../cli/open-in-browser.ts';
import { HOSTILE_URLS } from '../support/hostile-urls.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

let folder: string;

/** The arguments that the opener got, one a line; it writes them under another name first, so that they are complete. */
const args = (): string[] => readFileSync(join(folder, 'args'), 'utf8').split('\n').slice(0, -1);
const isCalled = (): boolean => existsSync(join(folder, 'args'));

beforeEach(() => {
  folder = tempDir();
  const opener = join(folder, 'opener');
  writeFileSync(opener, `#!/bin/sh\nprintf '%s\\n' "$@" >'${folder}/part' && mv '${folder}/part' '${folder}/args'\n`);
  chmodSync(opener, 0o700);
  vi.stubEnv('BROWSER', opener);
});

afterEach(() => {
  vi.unstubAllEnvs();
});

test.each([
  ['https', 'https://as.example/authorize?a=b&c=d', 'https://as.example/authorize?a=b&c=d'],
  ['this computer by its address', 'http://127.0.0.1:8080/x', 'http://127.0.0.1:8080/x'],
  ['this computer by its other address', 'http://[::1]:8080/x', 'http://[::1]:8080/x'],
  ['this computer by its name', 'http://localhost/x', 'http://localhost/x'],
  ['OA-09: spaces and upper case', 'HTTPS://AS.example/a b', 'https://as.example/a%20b'],
  ['OA-09: a leading space and dash', ' https://as.example/ -n', 'https://as.example/%20-n'],
  [
    'OA-09: a shell’s characters',
    'https://as.example/?$(touch x);|&\n"\'',
    'https://as.example/?$(touch%20x);|&%22%27',
  ],
  ['OA-09: another shell’s characters', 'https://as.example/%SYSTEMROOT%&calc', 'https://as.example/%SYSTEMROOT%&calc'],
])('%s: one argument, as a parser writes it', async (_title, url, href) => {
  expect(await openInBrowser(url)).toBe(true);
  await until(isCalled, 'the opener runs');
  expect(args()).toEqual([href]);
});

const HOSTILE = [
  ...HOSTILE_URLS.filter(
    (url) => !/^(?:https:\/\/example\.com|http:\/\/(?:127\.0\.0\.1|localhost:8080|\[::1\])\/$)/.test(url),
  ),
  'http://as.example/',
  'http://127.0.0.1.evil.example/',
  'http://localhost.evil.example/',
  'https://user:password@as.example/',
  'https://as.example@evil.example/',
  '--help',
  '-https://as.example/',
  '/usr/bin/id',
  '\\\\evil.example\\share',
].filter((url) => url !== 'https://app/index.html');

test('OA-08: the opener is started for nothing else', async () => {
  expect(HOSTILE.length).toBeGreaterThan(40);
  const opened: string[] = [];
  for (const url of HOSTILE) if (await openInBrowser(url)) opened.push(url);
  expect(opened).toEqual([]);
  expect(isCalled()).toBe(false);
});

test('without an opener the answer is no', async () => {
  vi.stubEnv('BROWSER', join(folder, 'missing'));
  expect(await openInBrowser('https://as.example/')).toBe(false);
});
