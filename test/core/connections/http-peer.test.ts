import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { PortolanError } from '../../../shared/errors.ts';
import { HttpMcpServer, openEvents } from '../../support/http-mcp-server.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { RemoteClient } from '../../support/remote-client.ts';
import { thrown } from '../../support/thrown.ts';
import { until } from '../../support/until.ts';

test('a server with which no connection comes about in time is given up, and nothing was sent', async () => {
  const mute = createServer();
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void mute.close());
  let connected = false;
  mute.once('connection', (socket) => {
    connected = true;
    onTestFinished(() => void socket.destroy());
  });
  const clock = new ManualClock();
  const { port } = mute.address() as AddressInfo;
  const client = new RemoteClient(`https://127.0.0.1:${String(port)}/`, { clock, startMs: 500 });
  client.request(1, 'initialize');
  await until(() => connected, 'the connection has begun');
  clock.advance(499);
  expect(client.failures).toEqual([]);
  clock.advance(1);
  const outcome = await client.outcome(1);
  expect(outcome instanceof PortolanError && [outcome.code, outcome.data['sent']]).toEqual(['CONNECT_TIMEOUT', false]);
});

test.each([301, 302, 303, 307, 308])(
  'PRX-21 a %i to another origin is refused, and no byte goes there',
  async (status) => {
    const other = await HttpMcpServer.start();
    const server = await HttpMcpServer.start();
    server.on('POST', (_request, response) => void response.writeHead(status, { location: other.url }).end());
    const client = new RemoteClient(server.url, { headers: { authorization: 'Bearer hunter2' } });
    const outcome = await client.ask(1, 'initialize');
    expect(outcome instanceof PortolanError && [outcome.code, outcome.data['origin']]).toEqual([
      'URL_REFUSED',
      other.origin,
    ]);
    expect(other.seen).toEqual([]);
  },
);

test.each(['http://user:pw@HOST/x', 'https://HOST/mcp', 'javascript:alert(1)', '//evil.invalid/mcp', 'http://[broken'])(
  'PRX-21 a redirect to %s is refused',
  async (location) => {
    const server = await HttpMcpServer.start();
    const target = location.replace('HOST', new URL(server.url).host);
    server.on('POST', (_request, response) => void response.writeHead(307, { location: target }).end());
    const outcome = await new RemoteClient(server.url).ask(1, 'initialize');
    expect(outcome instanceof PortolanError && outcome.code).toBe('URL_REFUSED');
    expect(server.seen).toHaveLength(1);
  },
);

test.each([307, 308])(
  'PRX-21 a %i within the origin is followed with the whole message and its headers',
  async (status) => {
    const server = await HttpMcpServer.start();
    server.on('POST /mcp', (_request, response) => void response.writeHead(status, { location: '/v2/mcp' }).end());
    const client = new RemoteClient(server.url, { headers: { authorization: 'Bearer t' } });
    await client.handshake();
    expect(client.failures).toEqual([]);
    const [first, second] = server.seen;
    expect([second?.path, second?.body, second?.headers.authorization]).toEqual(['/v2/mcp', first?.body, 'Bearer t']);
  },
);

test('PRX-21 three redirects are followed, the fourth is refused; 301 within the origin is an answer, not a way', async () => {
  const server = await HttpMcpServer.start();
  for (const [from, to] of [
    ['/1', '/2'],
    ['/2', '/3'],
    ['/3', '/4'],
    ['/0', '/1'],
  ] as const) {
    server.on(`POST ${from}`, (_request, response) => void response.writeHead(307, { location: to }).end());
  }
  expect(await new RemoteClient(`${server.origin}/1`).ask(1, 'initialize')).not.toBeInstanceOf(PortolanError);
  const loop = await new RemoteClient(`${server.origin}/0`).ask(1, 'initialize');
  expect(loop instanceof PortolanError && loop.code).toBe('URL_REFUSED');
  server.on('POST /old', (_request, response) => void response.writeHead(301, { location: '/mcp' }).end());
  const moved = await new RemoteClient(`${server.origin}/old`).ask(1, 'initialize');
  expect(moved instanceof PortolanError && [moved.code, moved.data['status']]).toEqual(['HTTP_STATUS', 301]);
});

test('PRX-21 the stream of the server follows no redirect to another origin either', async () => {
  const other = await HttpMcpServer.start();
  const server = await HttpMcpServer.start();
  server.on('GET', (_request, response) => void response.writeHead(307, { location: other.url }).end());
  const client = new RemoteClient(server.url);
  await client.handshake();
  await until(() => client.logs.length > 0, 'the refusal is logged');
  expect(other.seen).toEqual([]);
});

test('one socket carries call after call', async () => {
  const server = await HttpMcpServer.start({ sessions: false });
  server.on('GET', (_request, response) => openEvents(response));
  const client = new RemoteClient(server.url);
  await client.handshake();
  await until(() => server.requests('GET').length === 1, 'the stream is open');
  for (let id = 0; id < 20; id++) await client.ask(id, 'ping');
  expect(server.connections).toBeLessThanOrEqual(3);
});

test.each(['ftp://a/', 'file:///etc/passwd', 'javascript:alert(1)', 'http://user:pw@127.0.0.1/', 'not a url', ''])(
  'the URL %s is refused without a connection',
  (url) => {
    const error = thrown(() => new RemoteClient(url));
    expect(error.code).toBe('URL_REFUSED');
    expect(error.message).not.toContain('pw@');
  },
);

test('a header value with a line break is refused without being quoted; headers that Portolan sets cannot be overridden', async () => {
  const error = thrown(
    () => new RemoteClient('http://127.0.0.1:1/', { headers: { 'x-key': 'hunter2\r\nHost: evil' } }),
  );
  expect([error.code, error.data]).toEqual(['INPUT_INVALID', { header: 'x-key' }]);
  expect(error.message).not.toContain('hunter2');
  expect(thrown(() => new RemoteClient('http://127.0.0.1:1/', { headers: { 'a b': '1' } })).code).toBe('INPUT_INVALID');

  const server = await HttpMcpServer.start();
  const headers = {
    Host: 'evil',
    Accept: 'text/html',
    'Mcp-Session-Id': 'stolen',
    'content-length': '3',
    Connection: 'close',
    'x-ok': '1',
  };
  const client = new RemoteClient(server.url, { headers });
  await client.handshake();
  const [first] = server.seen;
  expect(first?.headers).toMatchObject({
    host: new URL(server.url).host,
    accept: 'application/json, text/event-stream',
    'x-ok': '1',
  });
  expect(first?.headers).not.toHaveProperty('mcp-session-id');
});
