import { describe, expect, test } from 'vitest';
import { MAX_PENDING_REQUESTS } from '../../../core/connections/in-flight.ts';
import { openEvents, sendEvent } from '../../support/http-mcp-server.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { modernParams as params, ModernServer, openModern as open } from '../../support/modern-server.ts';
import { thrown } from '../../support/thrown.ts';
import { until } from '../../support/until.ts';

const progress = { jsonrpc: '2.0', method: 'notifications/progress', params: { progress: 1 } };

describe('what a modern client never sends', () => {
  test('HTM-12: no GET, no DELETE, no session, no Last-Event-ID, no JSON-RPC response', async () => {
    const server = await ModernServer.start();
    server.on('tools/call', (request, response) => {
      response.setHeader('mcp-session-id', 's-1');
      openEvents(response);
      sendEvent(response, { id: 'e-1', data: { jsonrpc: '2.0', id: request.id, result: {} } });
      response.end();
    });
    const client = open(server, { type: 'http-auto' });
    await client.ask(1, 'tools/call', params({ name: 'echo' }));
    await client.ask(2, 'tools/list', params());
    const answer = Buffer.from('{"jsonrpc":"2.0","id":"s","result":{}}');
    client.upstream.send({
      bytes: answer,
      message: JSON.parse(String(answer)),
      kind: 'response',
      id: '"s"',
      method: undefined,
    });
    await client.upstream.close();
    expect(server.seen.map(({ http, method }) => `${http} ${method}`)).toEqual(['POST tools/call', 'POST tools/list']);
    for (const { headers } of server.seen) {
      expect(headers).not.toHaveProperty('mcp-session-id');
      expect(headers).not.toHaveProperty('last-event-id');
    }
    expect(client.closed).toMatchObject([{ code: 'CONNECTION_LOST' }]);
  });

  test('HTM-14: a cancellation closes the stream of its request, is not posted, and nothing more is told', async () => {
    const server = await ModernServer.start();
    let closed = 0;
    server.on('tools/call', (_request, response) => {
      openEvents(response);
      sendEvent(response, { data: progress });
      response.once('close', () => closed++);
    });
    server.on('slow', (_request, response) => {
      response.once('close', () => closed++);
    });
    const client = open(server);
    client.request('a', 'tools/call', params({ name: 'echo' }));
    client.request(7, 'slow', params());
    await until(() => client.frames.length === 1 && server.seen.length === 2, 'both are under way');
    client.notify('notifications/cancelled', { requestId: 'unknown' });
    client.notify('notifications/cancelled', { requestId: 'a', reason: 'r' });
    client.notify('notifications/cancelled', { requestId: 7 });
    await until(() => closed === 2, 'both streams are closed');
    await client.ask('after', 'tools/list', params());
    expect(server.seen.map(({ method }) => method).toSorted()).toEqual(['slow', 'tools/call', 'tools/list']);
    expect(client.failures).toEqual([]);
    expect(client.frames).toHaveLength(2);
  });
});

describe('streams and bounds', () => {
  test('subscriptions/listen stays open without a deadline, several at a time, until the server or the caller ends it', async () => {
    const server = await ModernServer.start();
    const clock = new ManualClock();
    const client = open(server, { clock });
    for (const id of ['l1', 'l2', 'l3']) client.request(id, 'subscriptions/listen', params({ notifications: {} }));
    await until(() => client.frames.length === 3, 'all are acknowledged');
    clock.advance(86_400_000);
    for (const stream of server.listens.values())
      sendEvent(stream, { data: { jsonrpc: '2.0', method: 'notifications/tools/list_changed' } });
    await until(() => client.frames.length === 6, 'all are told of a change');
    expect(new Set(client.related.slice(3))).toEqual(new Set(['"l1"', '"l2"', '"l3"']));
    const result = { resultType: 'complete' };
    server.listens.get('l1')?.write(`data: ${JSON.stringify({ jsonrpc: '2.0', id: 'l1', result })}\n\n`);
    expect(await client.outcome('l1')).toMatchObject({ kind: 'response' });
    server.listens.get('l2')?.end();
    expect(await client.outcome('l2')).toMatchObject({ code: 'CONNECTION_LOST' });
    client.notify('notifications/cancelled', { requestId: 'l3' });
    await until(() => !server.listens.has('l3'), 'the third is closed');
  });

  test('256 requests wait at a time, and an id is used once among them', async () => {
    const server = await ModernServer.start();
    server.on('slow', () => undefined);
    const client = open(server);
    for (let id = 0; id < MAX_PENDING_REQUESTS; id++) client.request(id, 'slow', params());
    expect(thrown(() => client.request('more', 'slow', params()))).toMatchObject({ code: 'SERVER_BUSY' });
    client.notify('notifications/cancelled', { requestId: 0 });
    expect(thrown(() => client.request(5, 'slow', params()))).toMatchObject({ code: 'PROTOCOL_ERROR' });
    await client.upstream.close();
    expect(client.failures).toHaveLength(MAX_PENDING_REQUESTS - 1);
    expect(client.closed).toHaveLength(1);
  });

  test('a paused connection reads nothing', async () => {
    const server = await ModernServer.start();
    const chunk = Buffer.alloc(1024 * 1024, 0x20);
    let isFull = false;
    server.on('tools/call', (request, response) => {
      openEvents(response);
      const fill = (): void => {
        for (let round = 0; round < 64; round++)
          if (!response.write(Buffer.concat([Buffer.from(':'), chunk, Buffer.from('\n\n')]))) break;
      };
      fill();
      isFull = response.writableNeedDrain;
      sendEvent(response, { data: { jsonrpc: '2.0', id: request.id, result: {} } });
      response.end();
    });
    const client = open(server);
    client.upstream.pause();
    client.request(1, 'tools/call', params({ name: 'echo' }));
    await until(() => isFull, 'the server cannot write more');
    expect(client.frames).toEqual([]);
    client.upstream.resume();
    expect(await client.outcome(1)).toMatchObject({ kind: 'response' });
  });

  test('a server that is not there', async () => {
    const server = await ModernServer.start();
    const client = open(server);
    await server.http.stop();
    expect(await client.ask(1, 'tools/list', params())).toMatchObject({
      code: 'CONNECT_REFUSED',
      data: { sent: false },
    });
  });
});
