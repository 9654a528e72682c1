// An in-memory host for the window: the whole contract over real HTTP, the built files, and the real policy headers.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { RPCHandler } from '@orpc/server/node';
import { readStaticFiles } from '../../host/static-files.ts';
import { SECURITY_HEADERS } from '../../host/web-headers.ts';
import { fakeRouter } from './fake-host-router.ts';
import { FakeWorld, type FakeWorldOptions } from './fake-world.ts';

const TOKEN = 'a-token-of-this-fake-host';
const CODE = 'one-time-code';

export interface FakeHost {
  readonly world: FakeWorld;
  /** Address that opens the window signed in. */
  readonly url: string;
  readonly origin: string;
  /** Every path that was asked for, in order. */
  readonly paths: string[];
  /** Cuts every connection and refuses new ones until `comeBack`. */
  goAway(): void;
  comeBack(): void;
  close(): Promise<void>;
}

export async function startFakeHost(options: FakeWorldOptions = {}): Promise<FakeHost> {
  const world = new FakeWorld(options);
  const handler = new RPCHandler(fakeRouter(world));
  const files = readStaticFiles(fileURLToPath(new URL('../../dist/renderer', import.meta.url)));
  const paths: string[] = [];
  let away = false;
  const server: Server = createServer((req, res) => {
    const { pathname } = new URL(req.url ?? '/', 'http://127.0.0.1');
    paths.push(pathname);
    if (away) {
      req.socket.destroy();
      return;
    }
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) res.setHeader(name, value);
    if (pathname === '/session') {
      let body = '';
      req.on('data', (chunk: Buffer) => (body += chunk.toString()));
      req.on('end', () => {
        const known = (JSON.parse(body) as { code?: string }).code === CODE;
        res
          .writeHead(known ? 200 : 401, { 'content-type': 'application/json' })
          .end(JSON.stringify(known ? { token: TOKEN } : {}));
      });
    } else if (pathname.startsWith('/rpc/')) {
      if (req.headers.authorization !== `Bearer ${TOKEN}`) {
        res.writeHead(401, { 'content-type': 'application/json' }).end('{"code":"UNAUTHENTICATED"}');
        return;
      }
      handler.handle(req, res, { prefix: '/rpc' }).then(
        ({ matched }) => matched || res.writeHead(404).end(),
        () => res.destroy(),
      );
    } else if (!files.serve(req, res, pathname)) res.writeHead(404).end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    world,
    origin,
    url: `${origin}/#code=${CODE}`,
    paths,
    goAway: () => {
      away = true;
      server.closeAllConnections();
    },
    comeBack: () => {
      away = false;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
