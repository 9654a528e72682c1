// What reaches the system's browser: of all addresses only https and http on this computer, as one argument.
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { browserAddress, openInBrowser } from '../../host/open-in-browser.ts';
import { HOSTILE_URLS } from '../support/hostile-urls.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const LOOPBACK = ['http://127.0.0.1/', 'http://localhost:8080/', 'http://[::1]/'];
const MORE_REFUSED = [
  'http://127.0.0.1.evil.example/',
  'http://localhost.evil.example/',
  'http://127.0.0.1@evil.example/',
  'https://user:password@login.example/',
  'http://[::2]/',
  'http://0.0.0.0/',
  '--new-window',
  '-e calc',
  'C:\\Windows\\System32\\calc.exe',
  '\\\\server\\share',
];

afterEach(() => vi.unstubAllEnvs());

/** A browser that notes its arguments, one start a line. */
function notingBrowser(): () => string[][] {
  const notes = join(tempDir(), 'notes');
  const program = join(tempDir(), 'browser');
  writeFileSync(
    program,
    `#!/bin/sh\nfor one in "$@"; do printf '%s\\n' "$one"; done >> '${notes}'\nprintf '\\n' >> '${notes}'\n`,
  );
  chmodSync(program, 0o700);
  vi.stubEnv('BROWSER', program);
  return () =>
    existsSync(notes)
      ? readFileSync(notes, 'utf8')
          .split('\n\n')
          .filter(Boolean)
          .map((start) => start.split('\n'))
      : [];
}

test('OA-08 of hostile addresses the opener gets only https and http on this computer', async () => {
  const opened = notingBrowser();
  const allowed = HOSTILE_URLS.filter((url) => /^https:\/\/[^@]*$/.test(url) || LOOPBACK.includes(url));
  const refused = [...HOSTILE_URLS.filter((url) => !allowed.includes(url)), ...MORE_REFUSED];
  expect(refused.length).toBeGreaterThan(90);
  for (const url of refused) expect([url, await openInBrowser(url)]).toEqual([url, false]);
  expect(opened()).toEqual([]);
  for (const [at, url] of allowed.entries()) {
    expect([url, await openInBrowser(url)]).toEqual([url, true]);
    await until(() => opened().length === at + 1, `${url} was opened`);
  }
});

test('OA-09 the opener gets one argument, serialised, without a leading dash, and no shell reads it', async () => {
  const opened = notingBrowser();
  const url = '  https://login.example/a b?x=$(touch y)&z=`id`;"|\u0000#\'--flag\n';
  expect(await openInBrowser(url)).toBe(true);
  await until(() => opened().length === 1, 'it was opened');
  expect(opened()).toEqual([["https://login.example/a%20b?x=$(touch%20y)&z=`id`;%22|%00#'--flag"]]);
  expect(opened()[0]?.[0]).toBe(browserAddress(url));
});

test('a browser that is not there is told, not thrown', async () => {
  vi.stubEnv('BROWSER', join(tempDir(), 'nothing'));
  expect(await openInBrowser('https://login.example/')).toBe(false);
});
