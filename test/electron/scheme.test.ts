// The window's scheme over a real control socket with real files: what it gives, and what it refuses.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { silentLogger } from '../../core/base/logger.ts';
import { closeStreams, handleScheme, registerScheme } from '../../electron/scheme.ts';
import { openControlSocket } from '../../host/control-socket.ts';
import { readStaticFiles } from '../../host/static-files.ts';
import { protocol } from '../support/recording-electron.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

vi.mock('electron', async () => import('../support/recording-electron.ts'));

beforeEach(() => vi.clearAllMocks());

/** A control socket that serves a folder with a secret beside it, behind the scheme. `ask` is what a page would do. */
async function rig() {
  const folder = tempDir();
  const files = join(folder, 'renderer');
  mkdirSync(join(files, 'assets'), { recursive: true });
  writeFileSync(join(files, 'index.html'), '<!doctype html><h1>page</h1>');
  writeFileSync(join(files, 'assets', 'a.js'), 'export {};');
  writeFileSync(join(folder, 'secret.json'), '"secret"');
  symlinkSync(join(folder, 'secret.json'), join(files, 'link.json'));
  const socket = join(folder, 'host.sock');
  const rpc = { closed: 0, paths: [] as string[] };
  const served = readStaticFiles(files);
  const listen = async () => {
    const control = await openControlSocket({
      path: socket,
      logger: silentLogger,
      handlers: {
        health: () => ({ pid: process.pid, version: '0.0.0', draining: false }),
        rpc: async (req, res) => {
          rpc.paths.push(req.url ?? '');
          res.on('close', () => (rpc.closed += 1));
          res.writeHead(200, { 'Content-Type': 'text/event-stream' }).write(': hello\n\n');
        },
        file: async (req, res, pathname) => served.serve(req, res, pathname),
        connect: async () => undefined,
        handOver: () => undefined,
        adopt: () => undefined,
      },
    });
    onTestFinished(() => {
      control.stopListening();
      control.destroyAll();
    });
  };
  const startHost = vi.fn<() => Promise<void>>(listen);
  handleScheme(socket, startHost);
  const handler = protocol.handle.mock.calls.at(-1)?.[1];
  const ask = async (url: string, init?: RequestInit): Promise<Response> => {
    const answer = await handler?.(new Request(url, init));
    if (!answer) throw new Error('no handler');
    return answer;
  };
  return { ask, listen, startHost, rpc };
}

test('the scheme is a standard, secure origin with streams, and no more than that', () => {
  registerScheme();
  expect(protocol.registerSchemesAsPrivileged.mock.calls).toEqual([
    [
      [
        {
          scheme: 'portolan-app',
          privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
        },
      ],
    ],
  ]);
});

test('pages come with the policy of the host: no inline script, nothing from elsewhere', async () => {
  const { ask, listen } = await rig();
  await listen();
  const page = await ask('portolan-app://app/');
  expect([page.status, await page.text()]).toEqual([200, '<!doctype html><h1>page</h1>']);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
  expect(page.headers.get('x-content-type-options')).toBe('nosniff');
  const script = await ask('portolan-app://app/assets/a.js');
  expect([script.headers.get('content-type'), await script.text()]).toEqual([
    'text/javascript; charset=utf-8',
    'export {};',
  ]);
});

test('ELE-06 traversal, encodings, NUL, links, UNC and other hosts lead to nothing', async () => {
  const { ask, listen } = await rig();
  await listen();
  const addresses = [
    '/../secret.json',
    '/..%2fsecret.json',
    '/%2e%2e/secret.json',
    '/%2e%2e%2fsecret.json',
    '/%252e%252e%252fsecret.json',
    '/assets/../../secret.json',
    '/assets/..%5c..%5csecret.json',
    '/..\\secret.json',
    '/assets/%2e%2e/%2e%2e/secret.json',
    '/..;/secret.json',
    '/.%00./secret.json',
    '/index.html%00.js',
    '/%00',
    '/link.json',
    '/assets',
    '/assets/',
    '/assets/.',
    '//secret.json',
    '//server/share/secret.json',
    '/\\\\server\\share',
    '/file:///etc/passwd',
    '/etc/passwd',
    '/INDEX.HTML',
    '/index.html/',
    '/index.html/..',
    '/index.html::$DATA',
    '/index.html.',
    '/con',
    '/%c0%ae%c0%ae/secret.json',
    '/%u002e%u002e/secret.json',
    '/\u{ff0e}\u{ff0e}/secret.json',
    '/renderer/index.html',
    `/${'a/'.repeat(4_000)}`,
  ];
  const served: string[] = [];
  for (const address of addresses) {
    const answer = await ask(`portolan-app://app${address}`);
    const text = await answer.text();
    if (answer.status !== 404 || text.includes('secret')) served.push(`${address}: ${answer.status}`);
  }
  // The last segment of this one is cut off by every URL parser: it is the page itself.
  expect(served).toEqual(['/index.html/..: 200']);
  const hosts = ['evil.test', 'app.evil.test', 'app:1', 'app2', 'localhost', 'APP', '127.0.0.1'];
  const statuses = await Promise.all(hosts.map(async (host) => (await ask(`portolan-app://${host}/`)).status));
  expect(statuses).toEqual(hosts.map(() => 404));
});

test('only GET and POST are answered, and what hosts say to each other is not for pages', async () => {
  const { ask, listen } = await rig();
  await listen();
  const methods = ['DELETE', 'HEAD', 'OPTIONS', 'PATCH', 'PUT', 'QUERY'];
  expect(
    await Promise.all(methods.map(async (method) => (await ask('portolan-app://app/', { method })).status)),
  ).toEqual(methods.map(() => 405));
  for (const path of ['/hand-over', '/adopt'])
    expect((await ask(`portolan-app://app${path}`, { method: 'POST', body: '{"version":"99.0.0"}' })).status).toBe(404);
  expect((await ask('portolan-app://app/connect?server=x')).status).toBe(404);
});

test('a call while no host answers is a typed refusal, and starts none', async () => {
  const { ask, startHost } = await rig();
  const answer = await ask('portolan-app://app/rpc/system/status', { method: 'POST', body: '{}' });
  expect([answer.status, await answer.json()]).toMatchObject([
    502,
    { json: { code: 'HOST_UNREACHABLE', status: 502, defined: true } },
  ]);
  expect(startHost).not.toHaveBeenCalled();
});

test('a page asked for while no host answers starts one', async () => {
  const { ask, startHost } = await rig();
  expect((await ask('portolan-app://app/')).status).toBe(200);
  expect(startHost).toHaveBeenCalledOnce();
});

test('a host that cannot be started is told in words', async () => {
  const { ask, startHost } = await rig();
  startHost.mockRejectedValue(new Error('no'));
  const answer = await ask('portolan-app://app/');
  expect([answer.status, await answer.json()]).toMatchObject([502, { code: 'HOST_UNREACHABLE' }]);
});

test('closing the streams ends what is open at the host, and later requests work', async () => {
  const { ask, listen, rpc } = await rig();
  await listen();
  const open = await Promise.all(
    [1, 2, 3].map((n) => ask(`portolan-app://app/rpc/${n}`, { method: 'POST', body: '{}' })),
  );
  const read = open.map((answer) => answer.text().catch(() => 'ended'));
  closeStreams();
  await until(() => rpc.closed === 3, 'the host sees three ends');
  expect(await Promise.all(read)).toEqual(['ended', 'ended', 'ended']);
  expect((await ask('portolan-app://app/')).status).toBe(200);
});
