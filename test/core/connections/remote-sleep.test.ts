// What becomes of the connections to remote servers when the computer wakes up.
import { expect, test } from 'vitest';
import { ReconnectPace } from '../../../core/connections/reconnect-pace.ts';
import { RemoteCare } from '../../../core/connections/remote-care.ts';
import { WakeWatch } from '../../../core/connections/wake-watch.ts';
import { PortolanError } from '../../../shared/errors.ts';
import { HttpMcpServer, openEvents, sendEvent } from '../../support/http-mcp-server.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { RemoteClient, type RemoteOptions } from '../../support/remote-client.ts';
import { until } from '../../support/until.ts';

const HOURS = 8 * 3_600_000;

async function setUp(options: RemoteOptions = {}) {
  const server = await HttpMcpServer.start({ sessions: false });
  const clock = new ManualClock();
  const care = new RemoteCare({ clock, pace: new ReconnectPace(clock), wakes: new WakeWatch(clock) });
  const connect = () => new RemoteClient(server.url, { clock, care, ...options });
  const sleep = () => {
    clock.jump(HOURS);
    clock.advance(5_000);
  };
  return { server, clock, connect, sleep };
}

test('CON-04: the own streams of twenty sessions are opened anew where they stood, five in a second', async () => {
  const { server, clock, connect, sleep } = await setUp();
  const openedAt: number[] = [];
  server.on('GET', (_request, response) => {
    openedAt.push(clock.monotonic());
    openEvents(response);
    sendEvent(response, { id: 'e1', data: { jsonrpc: '2.0', method: 'notifications/hello' } });
  });
  const clients = Array.from({ length: 20 }, connect);
  for (const client of clients) await client.handshake();
  await until(() => clients.every(({ frames }) => frames.length === 2), 'all streams are open');
  sleep();
  const start = clock.monotonic();
  await until(() => {
    if (clock.nextIn < 1_000) clock.advance(50);
    return openedAt.length === 40;
  }, 'all are open again');
  const again = openedAt.slice(20);
  for (const at of again) expect(again.filter((other) => other >= at && other < at + 950).length).toBeLessThan(6);
  expect(clock.monotonic() - start).toBeLessThan(10_000);
  expect(
    server
      .requests('GET')
      .slice(20)
      .map(({ headers }) => headers['last-event-id']),
  ).toEqual(Array.from({ length: 20 }, () => 'e1'));
  expect(clients.flatMap(({ logs, failures, closed }) => [...logs, ...failures, ...closed])).toEqual([]);
});

test('CON-04: a socket that was idle is not used again; a call that is under way keeps its own', async () => {
  const { server, connect, sleep } = await setUp();
  const client = connect();
  let answer: (() => void) | undefined;
  server.on('tools/call', (request, response) => {
    answer = () => void server.usual(request, response);
  });
  await client.handshake();
  client.request(1, 'tools/call');
  await until(() => answer, 'the call is under way');
  await client.ask(2, 'ping');
  const before = server.connections;
  await client.ask(3, 'ping');
  expect(server.connections).toBe(before);
  sleep();
  await client.ask(4, 'ping');
  expect(server.connections).toBe(before + 1);
  answer?.();
  expect(await client.outcome(1)).not.toBeInstanceOf(PortolanError);
});

test('CON-04: a subscription of the newer protocol ends, so that it is asked for anew; a call goes on', async () => {
  const { server, connect, sleep } = await setUp({ era: 'modern' });
  const client = connect();
  server.on('subscriptions/listen', (_request, response) => openEvents(response));
  server.on('tools/call', () => undefined);
  client.request('l', 'subscriptions/listen');
  client.request('c', 'tools/call');
  await until(() => server.seen.length === 2, 'both are under way');
  sleep();
  expect(await client.outcome('l')).toMatchObject({ code: 'CONNECTION_LOST', data: { sent: true } });
  expect(client.failures).toHaveLength(1);
});

test('CON-04: an event stream of the oldest protocol ends when nothing waits for it', async () => {
  const { server, connect, sleep } = await setUp({ type: 'sse' });
  server.on('GET', (_request, response) => {
    openEvents(response);
    sendEvent(response, { event: 'endpoint', data: '/messages' });
  });
  server.on('POST', (_request, response) => void response.writeHead(202).end());
  const [idle, busy] = [connect(), connect()];
  busy.request(1, 'tools/call');
  idle.notify('notifications/hello');
  await until(() => server.requests('POST').length === 2, 'both are connected');
  await until(() => {
    idle.notify('notifications/hello');
    return server.requests('POST').length > 2;
  }, 'the first is settled');
  sleep();
  await until(() => {
    if (idle.closed.length === 0) sleep();
    return idle.closed.length > 0;
  }, 'the idle one is closed');
  expect([busy.closed.length, busy.failures.length]).toEqual([0, 0]);
});

test('nothing listens for sleep once the connections are closed', async () => {
  const { clock, connect } = await setUp();
  const client = connect();
  await client.handshake();
  await client.ask(1, 'ping');
  await client.upstream.close();
  await until(() => clock.waiting === 0, 'no timer is left');
});
