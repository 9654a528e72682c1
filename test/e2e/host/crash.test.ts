// A host that crashes takes its secrets with it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CLI, Portolan, ROOT } from '../../support/portolan.ts';
import { filesBelow, guardedServer, SECRET, secretsIn } from '../../support/secret-canary.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

/** `signal` to a process that may dump, from a shell that allows it; what lies in its directory afterwards. */
async function filesOfCrash(signal: string): Promise<string[]> {
  const directory = tempDir();
  const script = `ulimit -c unlimited; cd "${directory}"; exec sh -c 'kill -${signal} $$'`;
  await once(spawn('sh', ['-c', script], { stdio: 'ignore' }), 'exit');
  return readdirSync(directory);
}

test.each(['SEGV', 'ABRT'] as const)(
  'SEC-10 a host that holds a secret and crashes by SIG%s leaves no core file and nothing of the secret',
  async (signal) => {
    const portolan = new Portolan();
    const server = await guardedServer();
    expect((await portolan.run(['secret', 'set', 'tok'], SECRET)).code).toBe(0);
    await portolan.run(['host', 'stop']);
    // From here on every process may dump as much as it wants, unless it is told otherwise.
    const allowed = spawn('sh', ['-c', 'ulimit -c unlimited; exec "$0" "$@"', process.execPath, CLI, 'host', 'start'], {
      env: portolan.env,
      stdio: 'ignore',
    });
    await once(allowed, 'exit');
    await portolan.json('add', 'guarded', '--url', server.url, '--header', 'Authorization=Bearer ${secret:tok}');
    expect(await portolan.json<object>('call', 'guarded', 'greet', '{}')).toMatchObject({
      result: { content: [{ text: 'hello' }] },
    });

    const pid = portolan.hostPid() ?? 0;
    expect(readFileSync(`/proc/${pid}/limits`, 'utf8')).toMatch(/^Max core file size +0 /m);
    process.kill(pid, `SIG${signal}`);
    await until(() => !readdirSync('/proc').includes(String(pid)), `host ${pid} is gone`);

    const names = readdirSync(portolan.home, { recursive: true }).map(String);
    expect(names.filter((name) => /(?:^|\/)core|\.dmp$|^report\./.test(name))).toEqual([]);
    expect(secretsIn(filesBelow(portolan.home), { tok: SECRET })).toEqual([]);
    // Where cores lie in the working directory, an ordinary program does leave one.
    if (!/^[|/]/.test(readFileSync('/proc/sys/kernel/core_pattern', 'utf8'))) {
      expect(await filesOfCrash(signal)).toHaveLength(1);
    }
  },
);

test('SEC-10 a host in the foreground leaves no core file either', async () => {
  const portolan = new Portolan();
  const served = spawn(
    'sh',
    ['-c', 'ulimit -c unlimited; exec "$0" "$@"', process.execPath, CLI, 'serve', '--no-open', '--json'],
    { env: portolan.env, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  await once(served.stdout, 'data');
  expect(readFileSync(`/proc/${served.pid}/limits`, 'utf8')).toMatch(/^Max core file size +0 /m);
  const ended = once(served, 'exit');
  served.kill('SIGTERM');
  await ended;
});

test('SEC-10 nothing collects or sends crash reports', () => {
  for (const folder of ['electron', 'host', 'cli', 'core']) {
    for (const name of readdirSync(join(ROOT, folder), { recursive: true }).map(String)) {
      if (!name.endsWith('.ts')) continue;
      const text = readFileSync(join(ROOT, folder, name), 'utf8');
      expect(text, name).not.toMatch(/crashReporter|report-on-|heapsnapshot-near|writeHeapSnapshot|process\.report/);
    }
  }
});
