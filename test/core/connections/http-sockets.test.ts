import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { systemClock } from '../../../core/base/clock.ts';
import { RemoteServers } from '../../../core/connections/remote-servers.ts';
import { HttpMcpServer } from '../../support/http-mcp-server.ts';
import { RemoteClient } from '../../support/remote-client.ts';
import { until } from '../../support/until.ts';

function remote() {
  const nothing = () => undefined;
  return new RemoteServers({ clock: systemClock, onFailing: nothing, onRecovered: nothing }).of('remote');
}

/** Handshake and one request, until the server has also been asked for its own stream. */
async function use(client: RemoteClient, server: HttpMcpServer): Promise<void> {
  const streams = server.requests('GET').length;
  await client.handshake();
  await client.ask(1, 'ping');
  await until(() => server.requests('GET').length > streams, 'the stream was asked for');
}

test('the next connection to a server goes over the sockets of the last, and only its stream needs one of its own', async () => {
  const server = await HttpMcpServer.start();
  const shared = remote();
  const first = new RemoteClient(server.url, shared);
  await use(first, server);
  expect(server.connections).toBe(2);
  await first.upstream.close();
  await use(new RemoteClient(server.url, shared), server);
  expect(server.connections).toBe(2);
});

test('a connection that is closed ends its own requests, and nobody else’s', async () => {
  const server = await HttpMcpServer.start();
  const shared = remote();
  const held: ServerResponse[] = [];
  server.on('tools/call', (_request, response) => void held.push(response));
  const [leaving, staying] = [new RemoteClient(server.url, shared), new RemoteClient(server.url, shared)];
  leaving.request(1, 'tools/call');
  staying.request(2, 'tools/call');
  await until(() => held.length === 2, 'both are under way');
  await leaving.upstream.close();
  await until(() => held.some(({ destroyed }) => destroyed), 'one is given up');
  expect(held.filter(({ destroyed }) => destroyed)).toHaveLength(1);
  expect(leaving.failures.map(({ id, error }) => [id, error.code])).toEqual([['1', 'CONNECTION_LOST']]);
  for (const response of held) {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"jsonrpc":"2.0","id":2,"result":{}}');
  }
  expect(await staying.outcome(2)).toMatchObject({ id: '2', message: { result: {} } });
});
