import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { MAX_PENDING_REQUESTS } from '../../../core/connections/in-flight.ts';
import { PortolanError } from '../../../shared/errors.ts';
import { HttpMcpServer, openEvents, respond, sendEvent } from '../../support/http-mcp-server.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { RemoteClient } from '../../support/remote-client.ts';
import { thrown } from '../../support/thrown.ts';
import { until } from '../../support/until.ts';

const result = (id: unknown, value: unknown = {}) => ({ jsonrpc: '2.0', id, result: value });

describe('messages', () => {
  test('HTL-01 HTL-02 the session id and the negotiated version go with every request after initialize', async () => {
    const server = await HttpMcpServer.start();
    const client = new RemoteClient(server.url, { headers: { 'X-Team': 'a', authorization: 'Bearer t' } });
    await client.handshake();
    await client.ask(1, 'ping');
    const [first, ...rest] = server.requests('POST');
    expect(first?.headers).not.toHaveProperty('mcp-session-id');
    expect(first?.headers).not.toHaveProperty('mcp-protocol-version');
    for (const request of rest) {
      expect(request.headers).toMatchObject({
        'mcp-session-id': server.issued[0],
        'mcp-protocol-version': '2025-11-25',
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
        'accept-encoding': 'identity',
        authorization: 'Bearer t',
        'x-team': 'a',
      });
    }
  });

  test('what a client sends right after the handshake waits until the server has taken it', async () => {
    const server = await HttpMcpServer.start();
    const order: string[] = [];
    server.on('notifications/initialized', async (_request, response) => {
      await new Promise((resolve) => setImmediate(resolve));
      order.push('initialized taken');
      response.writeHead(202).end();
    });
    server.on('tools/list', (request, response) => {
      order.push('tools/list');
      respond(response, 200, result(request.id));
    });
    const client = new RemoteClient(server.url);
    client.request('init', 'initialize');
    client.notify('notifications/initialized');
    await client.ask(1, 'tools/list');
    expect(order).toEqual(['initialized taken', 'tools/list']);
  });

  test('the handshake is over with its answer, though its stream stays open', async () => {
    const server = await HttpMcpServer.start({ sessions: false });
    server.on('initialize', (request, response) => {
      openEvents(response);
      sendEvent(response, { data: result(request.id, { protocolVersion: '2025-06-18' }) });
    });
    const client = new RemoteClient(server.url, { clock: new ManualClock() });
    await client.handshake();
    await client.ask(1, 'ping');
    expect(server.seen.at(-1)?.headers['mcp-protocol-version']).toBe('2025-06-18');
  });

  test('an event stream brings notifications, server requests and the answer, in order and unchanged', async () => {
    const server = await HttpMcpServer.start();
    const texts = [
      '{"method":"notifications/progress","params":{"progress":1},"jsonrpc":"2.0"}',
      '{"jsonrpc":"2.0","id":"s-1","method":"roots/list","vendor":[1.50]}',
      '{"jsonrpc":"2.0","id":1,"result":{"x":9007199254740993}}',
    ];
    server.on('tools/call', (_request, response) => {
      openEvents(response);
      sendEvent(response, { id: 'p', data: '' });
      for (const text of texts) sendEvent(response, { data: text });
      response.end();
    });
    const client = new RemoteClient(server.url);
    await client.handshake();
    await client.ask(1, 'tools/call');
    expect(client.frames.slice(1).map((frame) => frame.bytes.toString())).toEqual(texts);
    expect(client.logs).toEqual([]);
  });

  test('STD-01: a pretty-printed JSON answer is put on one line', async () => {
    const server = await HttpMcpServer.start();
    server.on('ping', (request, response) => {
      response
        .writeHead(200, { 'content-type': 'application/json; charset=utf-8' })
        .end(JSON.stringify(result(request.id, { a: 'x\ny' }), null, 2));
    });
    const client = new RemoteClient(server.url);
    await client.handshake();
    await client.ask(1, 'ping');
    expect(client.frames[1]?.bytes.includes(0x0a)).toBe(false);
    expect(client.frames[1]?.message).toEqual(result(1, { a: 'x\ny' }));
  });

  test('FRM-03 a 50 MB result over HTTP arrives with the same digest, as JSON and as an event', async () => {
    const server = await HttpMcpServer.start();
    const text = JSON.stringify(result(1, { content: [{ type: 'text', text: 'abcdefgh'.repeat(6_250_000) }] }));
    server.on('tools/call', (request, response) => {
      if (request.params['name'] === 'stream') {
        openEvents(response);
        sendEvent(response, { data: text });
        response.end();
      } else response.writeHead(200, { 'content-type': 'application/json' }).end(text);
    });
    const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');
    for (const name of ['json', 'stream']) {
      const client = new RemoteClient(server.url);
      await client.handshake();
      await client.ask(1, 'tools/call', { name });
      expect(sha256(client.frames[1]?.bytes ?? '')).toBe(sha256(text));
    }
  });

  test('the 257th waiting request is refused with SERVER_BUSY, and the others go on', async () => {
    const server = await HttpMcpServer.start();
    const waiting: (() => void)[] = [];
    server.on('tools/call', (request, response) => void waiting.push(() => respond(response, 200, result(request.id))));
    const client = new RemoteClient(server.url);
    await client.handshake();
    for (let id = 0; id < MAX_PENDING_REQUESTS; id++) client.request(id, 'tools/call');
    const error = thrown(() => client.request('one more', 'tools/call'));
    expect([error.code, error.data]).toEqual(['SERVER_BUSY', { sent: false }]);
    await until(() => waiting.length === MAX_PENDING_REQUESTS, 'all calls have arrived');
    for (const answer of waiting) answer();
    await until(() => client.frames.length === MAX_PENDING_REQUESTS + 1, 'all calls are answered');
    expect(client.failures).toEqual([]);
    expect(client.drains).toBe(1);
    client.request('one more', 'ping');
    await client.outcome('one more');
  });

  test('a cancelled request whose stream stays silent gives its connection back', async () => {
    const server = await HttpMcpServer.start();
    let ended = false;
    server.on('tools/call', (_request, response) => {
      response.once('close', () => {
        ended = true;
      });
      openEvents(response);
      sendEvent(response, { id: '1', data: '' });
    });
    const client = new RemoteClient(server.url);
    await client.handshake();
    client.request(7, 'tools/call');
    await until(() => server.count('tools/call') === 1, 'the call has arrived');
    client.notify('notifications/cancelled', { requestId: 7 });
    await until(() => ended, 'the stream is closed');
    expect(server.count('notifications/cancelled')).toBe(1);
    expect(client.failures).toEqual([]);
    await client.ask(7, 'ping');
  });

  test('while paused nothing is read, afterwards everything arrives', async () => {
    const server = await HttpMcpServer.start();
    let drained = false;
    server.on('tools/call', (request, response) => {
      openEvents(response);
      for (let index = 0; index < 200; index++) {
        sendEvent(response, { data: { jsonrpc: '2.0', method: 'notifications/message', params: 'x'.repeat(100_000) } });
      }
      sendEvent(response, { data: result(request.id) });
      response.end(() => {
        drained = true;
      });
    });
    const client = new RemoteClient(server.url);
    await client.handshake();
    client.upstream.pause();
    client.request(1, 'tools/call');
    await until(() => server.count('tools/call') === 1, 'the call has arrived');
    const other = new RemoteClient(server.url);
    await other.handshake();
    await other.ask(2, 'ping');
    expect([drained, client.frames.length]).toEqual([false, 1]);
    client.upstream.resume();
    await client.outcome(1);
    expect(client.frames.filter((frame) => frame.kind === 'notification')).toHaveLength(200);
  });
});

describe('the end', () => {
  test('HTL-04 close ends the session with DELETE, fails what waits, and tells it once', async () => {
    const server = await HttpMcpServer.start();
    server.on('tools/call', () => undefined);
    const client = new RemoteClient(server.url);
    await client.handshake();
    client.request(1, 'tools/call');
    await until(() => server.count('tools/call') === 1, 'the call has arrived');
    await Promise.all([client.upstream.close(), client.upstream.close()]);
    expect(server.requests('DELETE').map((request) => request.headers['mcp-session-id'])).toEqual([server.issued[0]]);
    expect(client.failures.map(({ id, error }) => [id, error.code, error.data])).toEqual([
      ['1', 'CONNECTION_LOST', { sent: true }],
    ]);
    expect(client.closed.map((error) => error.code)).toEqual(['CONNECTION_LOST']);
  });

  test('what still waited for the handshake when the connection was closed has not been sent', async () => {
    const server = await HttpMcpServer.start();
    server.on('initialize', () => undefined);
    const client = new RemoteClient(server.url);
    client.request(1, 'initialize');
    client.request(2, 'ping');
    await until(() => server.count('initialize') === 1, 'the handshake has begun');
    await client.upstream.close();
    expect(client.failures.map(({ id, error }) => [id, error.data['sent']])).toEqual([
      ['1', true],
      ['2', false],
    ]);
    client.request(3, 'ping');
    expect([client.failures.length, client.closed.length, server.count('ping')]).toEqual([2, 1, 0]);
  });

  test('HTL-04 a server without DELETE is no obstacle, nor is one without sessions', async () => {
    const server = await HttpMcpServer.start();
    server.on('DELETE', (_request, response) => void response.writeHead(405).end());
    const client = new RemoteClient(server.url);
    await client.handshake();
    await client.upstream.close();
    expect(client.closed).toHaveLength(1);
    const plain = await HttpMcpServer.start({ sessions: false });
    const other = new RemoteClient(plain.url);
    await other.handshake();
    await other.upstream.close();
    expect(plain.requests('DELETE')).toEqual([]);
  });

  test('an aborted signal closes the connection', async () => {
    const server = await HttpMcpServer.start();
    const abort = new AbortController();
    const client = new RemoteClient(server.url, { signal: abort.signal });
    await client.handshake();
    abort.abort();
    await until(() => client.closed.length === 1, 'the connection is closed');
  });

  test('a refused connection tells that nothing was sent, a broken one that bytes had left', async () => {
    const server = await HttpMcpServer.start();
    server.on('tools/call', (_request, response) => void response.destroy());
    const client = new RemoteClient(server.url);
    await client.handshake();
    const broken = await client.ask(1, 'tools/call');
    expect(broken instanceof PortolanError && [broken.code, broken.data['sent']]).toEqual(['CONNECTION_LOST', true]);
    const { url } = server;
    await server.stop();
    const refused = await new RemoteClient(url).ask(2, 'initialize');
    expect(refused instanceof PortolanError && [refused.code, refused.data['sent']]).toEqual([
      'CONNECT_REFUSED',
      false,
    ]);
    expect(server.count('tools/call')).toBe(1);
  });
});
