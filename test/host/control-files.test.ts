// The control socket gives the desktop window its files, with the same headers as the loopback web host.
import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { silentLogger } from '../../core/base/logger.ts';
import { openControlSocket } from '../../host/control-socket.ts';
import { readStaticFiles } from '../../host/static-files.ts';
import { SECURITY_HEADERS } from '../../host/web-headers.ts';
import { tempDir } from '../support/temp-dir.ts';

async function rig() {
  const files = join(tempDir(), 'renderer');
  const build = (asset: string, changed: number): void => {
    rmSync(files, { recursive: true, force: true });
    mkdirSync(join(files, 'assets'), { recursive: true });
    writeFileSync(join(files, 'index.html'), `<script src="assets/${asset}.js">`);
    utimesSync(join(files, 'index.html'), changed, changed);
    writeFileSync(join(files, 'assets', `${asset}.js`), 'export {};');
  };
  const socketPath = join(tempDir(), 'host.sock');
  const served = readStaticFiles(files);
  const control = await openControlSocket({
    path: socketPath,
    logger: silentLogger,
    handlers: {
      health: () => ({ pid: 1, version: '0.0.0', draining: false }),
      rpc: async (_req, res) => void res.writeHead(418).end(),
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
  const ask = (path: string, method = 'GET') => {
    const { promise, resolve, reject } = Promise.withResolvers<{
      status: number | undefined;
      headers: IncomingHttpHeaders;
      text: string;
    }>();
    request({ socketPath, path, method, agent: false }, (res) => {
      let text = '';
      res.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      res.on('end', () => resolve({ status: res.statusCode, headers: res.headers, text }));
    })
      .on('error', reject)
      .end();
    return promise;
  };
  return { ask, build };
}

test('`/` is the page, without a token, under the policy of the web host', async () => {
  const { ask, build } = await rig();
  build('a', 1);
  const page = await ask('/?x=1');
  expect([page.status, page.text]).toEqual([200, '<script src="assets/a.js">']);
  const lowered = Object.entries(SECURITY_HEADERS).map(([name, value]) => [name.toLowerCase(), value]);
  expect(page.headers).toMatchObject(Object.fromEntries(lowered));
});

test('other addresses keep their meaning: health, procedures, and nothing else', async () => {
  const { ask, build } = await rig();
  build('a', 1);
  expect(JSON.parse((await ask('/health')).text)).toMatchObject({ draining: false });
  expect((await ask('/rpc/x/y', 'POST')).status).toBe(418);
  const missing = await ask('/nothing.js');
  expect([missing.status, JSON.parse(missing.text)]).toMatchObject([404, { code: 'NOT_FOUND' }]);
  expect((await ask('/', 'POST')).status).toBe(404);
});

test('a new build is noticed at the next page, without a new host', async () => {
  const { ask, build } = await rig();
  expect((await ask('/')).status).toBe(404);
  build('a', 1_000);
  expect((await ask('/')).text).toContain('a.js');
  expect((await ask('/assets/a.js')).status).toBe(200);
  build('b', 2_000);
  expect((await ask('/assets/b.js')).status).toBe(404);
  expect((await ask('/')).text).toContain('b.js');
  expect([(await ask('/assets/b.js')).status, (await ask('/assets/a.js')).status]).toEqual([200, 404]);
});
