// PATH from the login shell, with real shells.
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { silentLogger } from '../../../core/base/logger.ts';
import { createPathSource } from '../../../core/connections/login-shell-path.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { lives } from '../../support/processes.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

/** A home whose bash start-up file is `profile`. */
function home(profile: string): { HOME: string; SHELL: string; PATH: string } {
  const dir = tempDir();
  writeFileSync(join(dir, '.bash_profile'), profile);
  return { HOME: dir, SHELL: '/bin/bash', PATH: '/usr/bin:/bin:/host/only' };
}

test('folders that only the login shell knows come first, the host’s own stay, whatever start-up files print', async () => {
  const env = home('echo "Welcome! PATH=/fake"; export PATH="/opt/tools/bin:/usr/bin:/bin"\n');
  const path = createPathSource({ env, logger: silentLogger, clock: new ManualClock() });
  expect(await path()).toBe('/opt/tools/bin:/usr/bin:/bin:/host/only');
});

test('the shell is asked once', async () => {
  const env = home('echo x >> "$HOME/asked"; export PATH="/once:$PATH"\n');
  const path = createPathSource({ env, logger: silentLogger, clock: new ManualClock() });
  await Promise.all([path(), path()]);
  await path();
  expect(readFileSync(join(env.HOME, 'asked'), 'utf8')).toBe('x\n');
});

test('started from a terminal, told never to, or on Windows, no shell is asked', async () => {
  const env = home('echo x >> "$HOME/asked"\n');
  const ask = (more: object) => createPathSource({ env, logger: silentLogger, clock: new ManualClock(), ...more })();
  expect(await ask({ env: { ...env, TERM: 'xterm' } })).toBeUndefined();
  expect(await ask({ mode: 'never' })).toBeUndefined();
  expect(await ask({ platform: 'win32' })).toBeUndefined();
  expect(existsSync(join(env.HOME, 'asked'))).toBe(false);
  expect(await ask({ env: { ...env, TERM: 'xterm' }, mode: 'always' })).toBeDefined();
});

test('a shell that hangs is given five seconds, then it and what it started are ended', async () => {
  const clock = new ManualClock();
  const env = home('echo $$ > "$HOME/pid"; sleep 600\n');
  const path = createPathSource({ env, logger: silentLogger, clock })();
  const pid = Number(
    await until(() => existsSync(join(env.HOME, 'pid')) && readFileSync(join(env.HOME, 'pid'), 'utf8'), 'it runs'),
  );
  clock.advance(5_000);
  expect(await path).toBeUndefined();
  await until(() => !lives(pid), 'the shell is ended');
});

test('a shell that is missing or fails leaves the host’s PATH', async () => {
  const dir = tempDir();
  const failing = join(dir, 'shell');
  writeFileSync(failing, '#!/bin/sh\nexit 3\n');
  chmodSync(failing, 0o755);
  for (const SHELL of ['/no/such/shell', failing]) {
    expect(await createPathSource({ env: { SHELL, HOME: dir, PATH: '/bin' }, logger: silentLogger })()).toBeUndefined();
  }
});
