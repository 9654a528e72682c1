// Long messages over real connections: their order, pauses from both sides, and the end of the server behind them.
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { LARGE_MESSAGE_BYTES } from '../../../core/connections/large-frame.ts';
import { HttpMcpServer, openEvents, respond, sendEvent } from '../../support/http-mcp-server.ts';
import { RemoteClient } from '../../support/remote-client.ts';
import { evilEntry, openServer, request } from '../../support/stdio-server.ts';
import { until } from '../../support/until.ts';

const LONG = 'x'.repeat(LARGE_MESSAGE_BYTES);
const note = (data: unknown) => ({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data } });

test('FRM-03 a long answer written just before the exit is not lost', async () => {
  const { upstream, events } = await openServer(evilEntry('brief', []));
  upstream.send(request(1, 'test/last-words', { length: 5 * LARGE_MESSAGE_BYTES }));
  await until(() => events.closed.length > 0, 'the exit is told');
  expect(events.frames.map(({ id }) => id)).toEqual(['1']);
  expect([events.failures, events.logs.filter(({ source }) => source === 'stdout-noise')]).toEqual([[], []]);
});

test('FRM-03 what a process says behind a long answer comes behind it', async () => {
  const { upstream, events } = await openServer(evilEntry('chatty', []));
  upstream.send(request(1, 'echo', { text: LONG }));
  for (let id = 2; id < 20; id++) upstream.send(request(id, 'tools/list'));
  await events.result(19);
  expect(events.frames.map(({ id }) => Number(id))).toEqual(Array.from({ length: 19 }, (_, at) => at + 1));
});

test('FRM-03 the events behind a long one come behind it, and the answer at last', async () => {
  const server = await HttpMcpServer.start();
  server.on('tools/call', ({ id }, response) => {
    openEvents(response);
    for (const data of [1, LONG, 2, [LONG], 3]) sendEvent(response, { data: JSON.stringify(note(data)) });
    sendEvent(response, { data: JSON.stringify({ jsonrpc: '2.0', id, result: {} }) });
    response.end();
  });
  const client = new RemoteClient(server.url);
  await client.handshake();
  await client.ask(1, 'tools/call');
  const [, ...frames] = client.frames;
  const said = frames.map(({ message }) => (message['params'] as { data?: unknown } | undefined)?.data);
  expect(said).toEqual([1, LONG, 2, [LONG], 3, undefined]);
  expect(client.failures).toEqual([]);
});

test('an answer that came in whole while the connection was paused is given to its reader afterwards', async () => {
  const server = await HttpMcpServer.start();
  const client = new RemoteClient(server.url);
  await client.handshake();
  let isSent = false;
  server.on('tools/call', ({ id }, response) => {
    response.once('finish', () => {
      isSent = true;
    });
    respond(response, 200, { jsonrpc: '2.0', id, result: {} });
  });
  client.upstream.pause();
  client.request(1, 'tools/call');
  await until(() => isSent, 'the server has answered');
  // More turns of the loop than the answer needs on its way.
  for (let turn = 0; turn < 200; turn++) await setImmediate();
  expect(client.frames.map(({ id }) => id)).not.toContain('1');
  client.upstream.resume();
  expect(await client.outcome(1)).toMatchObject({ kind: 'response' });
});
