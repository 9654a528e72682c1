// Real host processes for tests: the built product, or the little host of this folder run from source.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { healthOf } from '../../host/control-client.ts';
import { until } from './until.ts';

/** The little host's entry; Node runs it as it is. */
export const LITTLE_HOST = fileURLToPath(new URL('./little-host-main.ts', import.meta.url));
/** The product's entry, built. */
export const BUILT_HOST = fileURLToPath(new URL('../../dist/host/main.js', import.meta.url));

/** The environment of a host with its data in `home`; nothing of this machine's own settings. */
export function hostEnv(home: string, extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: home, PORTOLAN_HOME: home, ...extra };
}

/** Starts a host in the foreground of the test; killed when the test ends. */
export function spawnHost(home: string, entry: string, extra: NodeJS.ProcessEnv = {}): ChildProcess {
  const child = spawn(process.execPath, ['--disable-sigusr1', entry], { env: hostEnv(home, extra), stdio: 'inherit' });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** The exit code, or the signal's name. */
export async function exitOf(child: ChildProcess): Promise<number | string | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode ?? child.signalCode;
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  return code ?? signal;
}

/** The socket of `home`, once a host answers there. */
export async function socketOf(home: string): Promise<string> {
  const socket = join(home, 'run', 'host.sock');
  await until(() => healthOf(socket), `a host answers in ${home}`);
  return socket;
}

/** Kills the host of `home` when the test ends, whoever started it. */
export function killHostAfterTest(home: string): void {
  onTestFinished(async () => {
    const pid = (await healthOf(join(home, 'run', 'host.sock')))?.pid;
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
  });
}

export function hostLog(home: string): string {
  return readFileSync(join(home, 'logs', 'host.log'), 'utf8');
}
