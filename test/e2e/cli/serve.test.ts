// `serve`: the host and its web pages in the foreground.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isAlive, Portolan, ROOT } from '../../support/portolan.ts';
import { until } from '../../support/until.ts';

const ECHO = [process.execPath, join(ROOT, 'test', 'fixtures', 'echo-server.mjs')] as const;

test('serve prints an address whose code opens a session once, and the session reaches the procedures', async () => {
  const portolan = new Portolan();
  const { shown } = await startServe(portolan);
  expect(shown.base).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(shown.url).toMatch(new RegExp(`^${shown.base}/#code=.+`));
  expect(await (await fetch(shown.base)).text()).toContain('<title>Portolan</title>');
  const code = shown.url.split('#code=')[1];
  const opened = await post(shown.base, '/session', { code });
  expect(opened.status).toBe(200);
  const { token } = (await opened.json()) as { token: string };
  const status = await post(shown.base, '/rpc/system/status', {}, { authorization: `Bearer ${token}` });
  expect([status.status, await status.json()]).toMatchObject([200, { json: { pid: shown.pid } }]);
  expect((await post(shown.base, '/session', { code })).status).toBe(401);
  expect((await post(shown.base, '/rpc/system/status', {})).status).toBe(401);
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s ends serve and the servers it started, with 0', async (signal) => {
  const portolan = new Portolan();
  const { child, shown } = await startServe(portolan);
  await portolan.json('add', 'echo', '--', ...ECHO);
  await portolan.json('tools', 'echo');
  const { status } = await portolan.json<{ status: { pids: number[] } }>('show', 'echo');
  expect(status.pids.filter(isAlive)).toHaveLength(1);
  expect(portolan.hostPid()).toBe(shown.pid);
  child.kill(signal);
  await until(() => child.exitCode !== null || child.signalCode !== null, 'serve has ended');
  expect([child.exitCode, child.signalCode]).toEqual([0, null]);
  expect(status.pids.filter(isAlive)).toEqual([]);
  expect(portolan.hostPid()).toBeUndefined();
  await expect(fetch(shown.base)).rejects.toThrow();
});

test('a second serve of one data directory says that a host runs, and leaves that one alone', async () => {
  const portolan = new Portolan();
  const { shown } = await startServe(portolan);
  const { code, stdout } = await portolan.run(['serve', '--no-open', '--json']);
  expect(code).toBe(5);
  expect(JSON.parse(stdout)).toMatchObject({
    error: { code: 'HOST_BUSY', hint: expect.stringContaining('portolan host stop') as string },
  });
  expect(portolan.hostPid()).toBe(shown.pid);
  expect((await fetch(shown.base)).status).toBe(200);
});

/** A `serve` whose first line has been read. */
async function startServe(
  portolan: Portolan,
): Promise<{ child: ChildProcess; shown: { url: string; base: string; pid: number } }> {
  const { command, args, env } = portolan.connect('x');
  const child = spawn(command, [...args.slice(0, 1), 'serve', '--no-open', '--json'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let stdout = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  await until(() => stdout.includes('\n'), 'serve prints its address');
  return { child, shown: JSON.parse(stdout) as { url: string; base: string; pid: number } };
}

function post(base: string, path: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(base + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: base, ...headers },
    body: JSON.stringify(body),
  });
}
