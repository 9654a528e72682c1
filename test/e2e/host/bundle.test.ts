// The built product is a few files: what a start loads decides how long it takes and how much memory an idle host has.
import { execFile, spawn } from 'node:child_process';
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { BUILT_HOST, hostEnv, socketOf } from '../../support/host-process.ts';
import { ROOT } from '../../support/portolan.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

/** Appends the address of every file that is loaded to the file named by LOADED. */
const NOTE_LOADED = `data:text/javascript,${encodeURIComponent(`
  import { appendFileSync } from 'node:fs';
  import { registerHooks } from 'node:module';
  registerHooks({ load: (url, context, next) => {
    if (url.startsWith('file:')) appendFileSync(process.env.LOADED, url + '\\n');
    return next(url, context);
  } });`)}`;

test('a host is ready after a few files, none of them of a package but the keychain’s', async () => {
  const home = tempDir();
  const loaded = join(home, 'loaded.txt');
  const child = spawn(process.execPath, ['--import', NOTE_LOADED, BUILT_HOST], {
    env: hostEnv(home, { LOADED: loaded }),
    stdio: 'inherit',
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await socketOf(home);
  await until(() => readFileSync(join(home, 'logs', 'host.log'), 'utf8').includes('"ready"'), 'the host is ready');
  const files = new Set(readFileSync(loaded, 'utf8').trim().split('\n'));
  expect([...files].filter((file) => file.includes('/node_modules/') && !file.includes('/keytar/'))).toEqual([]);
  expect(files.size).toBeLessThan(40);
});

test('the build keeps the parts that a host of an older build may still load, for a week', async () => {
  const folder = tempDir();
  for (const name of ['main.js', 'rpc-AAAAAAAA.js', 'rpc-BBBBBBBB.js']) writeFileSync(join(folder, name), '');
  const eightDaysAgo = new Date(Date.now() - 8 * 24 * 60 * 60_000);
  utimesSync(join(folder, 'rpc-AAAAAAAA.js'), eightDaysAgo, eightDaysAgo);
  const bundle = JSON.stringify(join(ROOT, 'scripts', 'bundle.mjs'));
  const script = `(await import(${bundle})).removeOld(${JSON.stringify(folder)})`;
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  expect(readdirSync(folder)).toEqual(['rpc-BBBBBBBB.js']);
});
