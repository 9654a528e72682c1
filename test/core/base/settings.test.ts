import { execFile } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { SettingsFile } from '../../../core/base/settings.ts';
import { settingsSchema } from '../../../shared/model/system.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { rejected } from '../../support/thrown.ts';

const DEFAULTS = settingsSchema.parse({});

function openSettings(text?: string) {
  const path = join(tempDir(), 'settings.json');
  if (text !== undefined) writeFileSync(path, text);
  const warnings: string[] = [];
  const open = () =>
    SettingsFile.open({ path, now: () => 0, logger: { warn: (message) => void warnings.push(message) } });
  return { path, warnings, open, settings: open() };
}

test('without a file the defaults hold and nothing is written', () => {
  const { settings, path } = openSettings();
  expect([settings.get(), settings.notice, existsSync(path)]).toEqual([DEFAULTS, undefined, false]);
});

test('a setting is kept, privately, beside keys that are not ours', async () => {
  const { path, open, settings } = openSettings('{ "own": { "a.b": 1 } }');
  expect(await settings.set({ idleExitMinutes: 5 })).toEqual({ ...DEFAULTS, idleExitMinutes: 5 });
  expect(open().get()).toEqual({ ...DEFAULTS, idleExitMinutes: 5 });
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ own: { 'a.b': 1 }, idleExitMinutes: 5 });
  expect([statSync(path).mode & 0o777, readdirSync(dirname(path))]).toEqual([0o600, ['settings.json']]);
});

test.each(['{ "idleExitMinutes": 5', '', '[]', '\u0000\u0000'])(
  'a broken file (%j) is set aside whole and told, and defaults are used',
  async (text) => {
    const { path, warnings, settings } = openSettings(text);
    expect([settings.get(), warnings]).toEqual([DEFAULTS, [settings.notice]]);
    const aside = `${path}.broken-1970-01-01T00-00-00-000Z`;
    expect([settings.notice?.includes(basename(aside)), readFileSync(aside, 'utf8')]).toEqual([true, text]);
    await settings.set({ firstRunDone: true });
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ firstRunDone: true });
  },
);

test('one value that is not valid takes no other along', () => {
  const { path, settings } = openSettings('{"idleExitMinutes": "soon", "firstRunDone": true}');
  expect(settings.get()).toEqual({ ...DEFAULTS, firstRunDone: true });
  expect([settings.notice, existsSync(path)]).toEqual([
    'Defaults are used for settings that are not valid: idleExitMinutes.',
    true,
  ]);
});

test('a value that is not valid is refused and written nowhere', async () => {
  const { settings, path } = openSettings();
  expect(await rejected(settings.set({ idleExitMinutes: -1 }))).toMatchObject({ code: 'INPUT_INVALID' });
  expect([settings.get(), existsSync(path)]).toEqual([DEFAULTS, false]);
});

test('SEC-17 a loose mode is tightened by the next write', async () => {
  const { settings, path } = openSettings('{}');
  chmodSync(path, 0o644);
  await settings.set({ firstRunDone: true });
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('STO-04 a file size limit ends in a code with the old settings whole', async () => {
  const { path } = openSettings('{"firstRunDone":true}');
  const driver = join(import.meta.dirname, '../../support/write-driver.ts');
  const { stdout } = await promisify(execFile)('prlimit', ['--fsize=40', process.execPath, driver, 'settings', path]);
  expect([stdout, readFileSync(path, 'utf8')]).toEqual(['FILE_NOT_WRITABLE\n', '{"firstRunDone":true}']);
});
