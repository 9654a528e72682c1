import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { PortolanError } from '../../../shared/errors.ts';
import { HttpMcpServer, openEvents, respond, sendEvent } from '../../support/http-mcp-server.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { RemoteClient } from '../../support/remote-client.ts';
import { until } from '../../support/until.ts';

const codeOf = (outcome: unknown) => (outcome instanceof PortolanError ? outcome.code : 'answered');

/** An HTTP+SSE server at /sse that answers every request on its stream. */
async function startSse(
  endpoint = '/messages?s=1',
): Promise<{ server: HttpMcpServer; streams: ServerResponse[]; url: string }> {
  const server = await HttpMcpServer.start();
  const streams: ServerResponse[] = [];
  server.on('GET /sse', (_request, response) => {
    openEvents(response);
    streams.push(response);
    sendEvent(response, { event: 'endpoint', data: endpoint });
  });
  server.on('POST', (request, response) => {
    response.writeHead(404, { 'content-type': 'text/html' }).end(`Cannot POST ${request.path}`);
  });
  server.on('POST /messages?s=1', (request, response) => {
    response.writeHead(202).end('Accepted');
    const stream = streams.at(-1);
    if (stream === undefined || request.id === undefined || request.method === 'silent') return;
    sendEvent(stream, { event: 'message', data: { jsonrpc: '2.0', id: request.id, result: { path: request.path } } });
  });
  return { server, streams, url: `${server.origin}/sse` };
}

describe('HTTP+SSE', () => {
  test('messages go to the address that the stream names, answers come on the stream', async () => {
    const { server, url } = await startSse();
    const client = new RemoteClient(url, { type: 'sse', headers: { 'x-key': 'k' } });
    await client.handshake();
    expect(codeOf(await client.ask(1, 'ping'))).toBe('answered');
    const posts = server.requests('POST');
    expect(posts.map((request) => [request.method, request.path, request.headers['x-key']])).toEqual([
      ['initialize', '/messages?s=1', 'k'],
      ['notifications/initialized', '/messages?s=1', 'k'],
      ['ping', '/messages?s=1', 'k'],
    ]);
    for (const request of posts) expect(request.headers).not.toHaveProperty('mcp-protocol-version');
  });

  test.each([
    'http://127.0.0.1:1/messages',
    '//evil.invalid/m',
    'https://evil.invalid/',
    'javascript:alert(1)',
    'http://u:p@HOST/m',
    'http://[broken',
  ])('PRX-22 the address %s is refused and gets no byte', async (endpoint) => {
    const { server, url, streams } = await startSse();
    server.on('GET /sse', (_request, response) => {
      openEvents(response);
      streams.push(response);
      sendEvent(response, { event: 'endpoint', data: endpoint.replace('HOST', new URL(server.origin).host) });
    });
    const client = new RemoteClient(url, { type: 'sse' });
    expect(codeOf(await client.ask(1, 'initialize'))).toBe('URL_REFUSED');
    expect(client.failures[0]?.error.data['sent']).toBe(false);
    expect(client.closed.map((error) => error.code)).toEqual(['URL_REFUSED']);
    expect(server.requests('POST')).toEqual([]);
  });

  test('PRX-22 relative addresses and full ones of the same origin are taken, a second one is not', async () => {
    const full = await startSse();
    full.server.on('GET /sse', (_request, response) => {
      openEvents(response);
      full.streams.push(response);
      sendEvent(response, { event: 'endpoint', data: `${full.server.origin}/messages?s=1` });
      sendEvent(response, { event: 'endpoint', data: '/elsewhere' });
    });
    const client = new RemoteClient(full.url, { type: 'sse' });
    await client.handshake();
    expect(codeOf(await client.ask(1, 'ping'))).toBe('answered');
    expect(full.server.requests('POST').map((request) => request.path)).not.toContain('/elsewhere');
  });

  test('the end of the stream ends the connection and fails what waits, with bytes sent', async () => {
    const { streams, url, server } = await startSse();
    const client = new RemoteClient(url, { type: 'sse' });
    await client.handshake();
    client.request(1, 'silent');
    await until(() => server.count('silent') === 1, 'the request has arrived');
    streams[0]?.end();
    expect(codeOf(await client.outcome(1))).toBe('CONNECTION_LOST');
    await until(() => client.closed.length === 1, 'the connection is closed');
    expect(client.failures[0]?.error.data['sent']).toBe(true);
  });

  test('a stream that never names an address is given up after the start time', async () => {
    const { server, url } = await startSse();
    server.on('GET /sse', (_request, response) => openEvents(response));
    const clock = new ManualClock();
    const client = new RemoteClient(url, { type: 'sse', clock, startMs: 700 });
    client.request(1, 'initialize');
    await until(() => server.requests('GET').length === 1, 'the stream is open');
    clock.advance(700);
    expect(client.closed.map((error) => [error.code, error.data['sent']])).toEqual([['CONNECT_TIMEOUT', false]]);
    expect(client.failures.map(({ id }) => id)).toEqual(['1']);
  });

  test('a refused POST fails its request alone', async () => {
    const { server, url } = await startSse();
    server.on('ping', (_request, response) => void response.writeHead(500).end());
    const client = new RemoteClient(url, { type: 'sse' });
    await client.handshake();
    server.on('POST /messages?s=1', (_request, response) => void response.writeHead(500).end());
    expect(codeOf(await client.ask(1, 'ping'))).toBe('HTTP_STATUS');
    expect(client.closed).toEqual([]);
  });
});

describe('http-auto', () => {
  test('stays with Streamable HTTP where the server speaks it', async () => {
    const server = await HttpMcpServer.start();
    const client = new RemoteClient(server.url, { type: 'http-auto' });
    await client.handshake();
    expect(codeOf(await client.ask(1, 'ping'))).toBe('answered');
    expect(client.upstream.transport).toBe('streamable-http');
  });

  test('falls back to HTTP+SSE when the POST is refused, and sends everything that came meanwhile, in order', async () => {
    const { server, url } = await startSse();
    const client = new RemoteClient(url, { type: 'http-auto' });
    client.request('init', 'initialize');
    client.request('early', 'ping');
    await client.outcome('early');
    expect(client.failures).toEqual([]);
    expect(client.upstream.transport).toBe('sse');
    expect(
      server
        .requests('POST')
        .slice(0, 3)
        .map((request) => [request.path, request.method]),
    ).toEqual([
      ['/sse', 'initialize'],
      ['/messages?s=1', 'initialize'],
      ['/messages?s=1', 'ping'],
    ]);
    await client.upstream.close();
    expect(client.closed).toHaveLength(1);
  });

  test.each([401, 403, 500])('a %i is no reason to fall back', async (status) => {
    const server = await HttpMcpServer.start();
    server.on('POST', (_request, response) => void response.writeHead(status).end());
    const client = new RemoteClient(server.url, { type: 'http-auto' });
    expect(codeOf(await client.ask(1, 'initialize'))).toBe(status === 401 ? 'NEEDS_SIGN_IN' : 'HTTP_STATUS');
    expect(server.requests('GET')).toEqual([]);
  });

  test('a JSON-RPC error in the refusal proves Streamable HTTP: no fallback', async () => {
    const server = await HttpMcpServer.start();
    server.on('initialize', (_request, response) =>
      respond(response, 400, { jsonrpc: '2.0', id: null, error: { code: -32_000, message: 'no' } }),
    );
    const client = new RemoteClient(server.url, { type: 'http-auto' });
    expect(codeOf(await client.ask(1, 'initialize'))).toBe('HTTP_STATUS');
    expect(server.requests('GET')).toEqual([]);
  });

  test('a server that offers neither is told by its first answer', async () => {
    const server = await HttpMcpServer.start();
    server.on('POST', (_request, response) => void response.writeHead(404).end());
    server.on('GET', (_request, response) => void response.writeHead(405).end());
    const client = new RemoteClient(server.url, { type: 'http-auto' });
    await client.ask(1, 'initialize');
    expect(client.failures.map(({ error }) => [error.code, error.data['status']])).toEqual([['HTTP_STATUS', 404]]);
  });
});
