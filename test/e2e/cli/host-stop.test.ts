// `host stop` waits for the end of the host, and for no more than that.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Portolan, ROOT } from '../../support/portolan.ts';
import { until } from '../../support/until.ts';

test('a host whose parent never asks for it counts as ended once it has', async () => {
  const portolan = new Portolan();
  const { command, env } = portolan.connect('x');
  // The shell becomes a program that waits for nobody, so that the host stays a zombie.
  const host = `"${command}" "${join(ROOT, 'dist', 'host', 'main.js')}" & exec sleep 600`;
  const parent = spawn('sh', ['-c', host], { env, stdio: 'ignore' });
  onTestFinished(() => {
    parent.kill('SIGKILL');
  });
  await until(() => portolan.hostPid(), 'the host is there');
  await until(async () => (await portolan.json<{ running: boolean }>('host')).running, 'the host answers');
  expect(await portolan.json('host', 'stop')).toMatchObject({ stopped: true });
  expect(parent.exitCode).toBeNull();
});
