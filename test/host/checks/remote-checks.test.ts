// `portolan doctor SERVER` on addresses, good and hostile: the first thing that is wrong is named, and what follows is skipped.
import type { ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { certificateFor, makeAuthority } from '../../support/certificates.ts';
import { check, expectStopAt, http } from '../../support/check-rig.ts';
import { HttpMcpServer, respond } from '../../support/http-mcp-server.ts';
import { ModernServer } from '../../support/modern-server.ts';

async function rawServer(onData: string | undefined): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => (onData === undefined ? socket.destroy() : socket.end(onData)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/mcp`;
}

async function tlsServer(certificate: { key: string; cert: string }) {
  let requests = 0;
  const server = createTlsServer(certificate, (_request, response) => {
    requests += 1;
    response.end();
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `https://127.0.0.1:${String((server.address() as AddressInfo).port)}/mcp`;
  return { url, requests: () => requests };
}

test('SEC-07: a secret that a server or an address repeats is not told', async () => {
  const secrets = ['s3cr3t-value'];
  const server = await HttpMcpServer.start();
  server.on('initialize', (request, response) =>
    respond(response, 200, { jsonrpc: '2.0', id: request.id, error: { code: 1, message: 'bad key s3cr3t-value' } }),
  );
  const quoted = await check(http(server.url), { secrets });
  expect(quoted.of('handshake').detail).toContain('bad key');
  const named = await check(http('https://s3cr3t-value.invalid/mcp'), { secrets });
  expect(named.of('dns').code).toBe('DNS_FAILED');
  expect(JSON.stringify([quoted.results, named.results])).not.toContain('s3cr3t');
});

test('a list that fails hides no other', async () => {
  const server = await HttpMcpServer.start();
  server.on('initialize', (request, response) =>
    respond(response, 200, {
      jsonrpc: '2.0',
      id: request.id,
      result: {
        protocolVersion: '2025-11-25',
        capabilities: { tools: {}, prompts: {}, resources: {} },
        serverInfo: { name: 'lists', version: '1' },
      },
    }),
  );
  const answers: Record<string, object> = {
    'tools/list': { result: { tools: [{ name: 'a', inputSchema: {} }, { inputSchema: {} }] } },
    'prompts/list': { error: { code: -32_603, message: 'the table is gone' } },
    'resources/templates/list': { error: { code: -32_601, message: 'unknown' } },
  };
  for (const [method, answer] of Object.entries(answers))
    server.on(method, (request, response) => respond(response, 200, { jsonrpc: '2.0', id: request.id, ...answer }));
  server.on('resources/list', (request, response) => {
    const next = request.params['cursor'] === undefined ? { nextCursor: '2' } : {};
    respond(response, 200, { jsonrpc: '2.0', id: request.id, result: { resources: [{}, {}], ...next } });
  });
  const { of } = await check(http(server.url));
  expect(of('tools')).toMatchObject({ outcome: 'warning', code: 'PROTOCOL_ERROR' });
  expect(of('prompts')).toMatchObject({ outcome: 'failed', code: 'PROTOCOL_ERROR' });
  expect(of('prompts').detail).toContain('the table is gone');
  expect(of('resources')).toMatchObject({ outcome: 'ok', detail: '4' });
  expect(of('templates').outcome).toBe('skipped');
});

describe('an address', () => {
  test('with a legacy server passes every step in order', async () => {
    const server = await HttpMcpServer.start();
    const { results, wrong, of } = await check(http(server.url));
    expect(wrong).toEqual([]);
    expect(results.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
      'entry ok',
      'references ok',
      'address ok',
      'dns ok',
      'tls skipped',
      'proxy ok',
      'http ok',
      'metadata skipped',
      'sign-in ok',
      'era ok',
      'handshake ok',
      'tools skipped',
      'prompts skipped',
      'resources skipped',
      'templates skipped',
    ]);
    expect(of('era').detail).toContain('legacy');
  });

  test('with a modern server lists what it has', async () => {
    const server = await ModernServer.start();
    const { wrong, of } = await check(http(server.http.url));
    expect(wrong).toEqual([]);
    expect(of('era').detail).toBe('modern, 2026-07-28');
    expect(of('tools').detail).toBe('1');
  });

  test('whose host name is unknown', async () => {
    expectStopAt(await check(http('https://no-such-host.invalid/mcp')), 'dns', 'DNS_FAILED');
  });

  test('whose failure a proxy explains', async () => {
    const checked = await check(http('https://no-such-host.invalid/mcp'), {
      env: { HTTPS_PROXY: 'http://proxy:3128' },
    });
    expect(checked.of('dns').hint).toContain('HTTPS_PROXY');
  });

  test('where nobody listens', async () => {
    const server = await HttpMcpServer.start();
    const { url } = server;
    await server.stop();
    expectStopAt(await check(http(url)), 'http', 'CONNECT_REFUSED');
  });

  test('CERTIFICATE: what is wrong with it is told, and nothing is sent', async () => {
    const authority = makeAuthority();
    const cases = [
      [certificateFor(['127.0.0.1'], { days: [-30, -1] }), 'CERTIFICATE_EXPIRED', 'has expired'],
      [certificateFor(['127.0.0.1'], { days: [1, 30] }), 'CERTIFICATE_EXPIRED', 'not valid before'],
      [certificateFor(['other.example.com']), 'CERTIFICATE_WRONG_NAME', 'other.example.com'],
      [certificateFor(['127.0.0.1']), 'CERTIFICATE_UNTRUSTED', 'signed by itself'],
      [certificateFor(['127.0.0.1'], { by: authority }), 'CERTIFICATE_UNTRUSTED', 'Test authority'],
    ] as const;
    for (const [certificate, code, words] of cases) {
      const { url, requests } = await tlsServer(certificate);
      const checked = await check(http(url, 'streamable-http', { authorization: 'Bearer secret' }));
      expectStopAt(checked, 'tls', code);
      expect(checked.of('tls').detail).toContain(words);
      expect(requests()).toBe(0);
    }
  });

  test('that speaks no TLS', async () => {
    const url = await rawServer('HTTP/1.1 400 Bad Request\r\n\r\n');
    const checked = await check(http(url.replace('http:', 'https:')));
    expectStopAt(checked, 'tls', 'CONNECT_REFUSED');
  });

  test.each([
    ['a web page', 200, 'text/html', '<html>Welcome</html>', 'HTTP_UNEXPECTED_CONTENT'],
    ['a web page that is not found', 404, 'text/html', '<html>404</html>', 'HTTP_STATUS'],
    ['no POST', 405, 'text/plain', '', 'HTTP_STATUS'],
    ['no access', 403, 'text/plain', '', 'HTTP_STATUS'],
    ['an outage', 503, 'text/plain', '', 'HTTP_STATUS'],
  ])('that answers with %s', async (_case, status, type, body, code) => {
    const server = await HttpMcpServer.start();
    const answer = (_request: unknown, response: ServerResponse) =>
      void response.writeHead(status, { 'content-type': type }).end(body);
    server.on('POST', answer);
    server.on('server/discover', answer);
    server.on('GET', answer);
    expectStopAt(await check(http(server.url, 'http-auto')), 'http', code);
  });

  test.each([
    ['closes the connection', undefined, 'CONNECTION_LOST'],
    ['speaks another protocol', '220 mail.example.com ESMTP\r\n', 'PROTOCOL_ERROR'],
  ])('where something %s', async (_case, said, code) => {
    expectStopAt(await check(http(await rawServer(said))), 'http', code);
  });

  test('that redirects elsewhere is not followed', async () => {
    const server = await HttpMcpServer.start();
    server.on(
      'server/discover',
      (_request, response) => void response.writeHead(307, { location: 'https://elsewhere.example.com/mcp' }).end(),
    );
    expectStopAt(await check(http(server.url)), 'http', 'URL_REFUSED');
  });

  test('that wants a sign-in: who signs in is told, and NEEDS_SIGN_IN ends the walk', async () => {
    const server = await HttpMcpServer.start();
    const metadata = `${server.origin}/.well-known/oauth-protected-resource/mcp`;
    server.on(
      'server/discover',
      (_request, response) =>
        void response.writeHead(401, { 'www-authenticate': `Bearer resource_metadata="${metadata}"` }).end(),
    );
    server.on('GET /.well-known/oauth-protected-resource/mcp', (_request, response) =>
      respond(response, 200, { resource: server.url, authorization_servers: ['https://login.example.com/tenant'] }),
    );
    const checked = await check(http(server.url));
    expect(checked.of('metadata')).toMatchObject({ outcome: 'ok', detail: 'https://login.example.com' });
    expectStopAt(checked, 'sign-in', 'NEEDS_SIGN_IN');
    const withKey = await check(http(server.url, 'streamable-http', { Authorization: 'Bearer old' }));
    expect(withKey.of('sign-in')).toMatchObject({
      code: 'NEEDS_SIGN_IN',
      detail: expect.stringContaining('Authorization'),
    });
    const asked = server.seen.filter(({ path }) => path.includes('well-known'));
    expect(asked.length).toBe(2);
    expect(asked.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
  });

  test('that wants a sign-in and does not say where: metadata elsewhere is not fetched', async () => {
    const server = await HttpMcpServer.start();
    const other = await HttpMcpServer.start();
    server.on(
      'server/discover',
      (_request, response) =>
        void response.writeHead(401, { 'www-authenticate': `Bearer resource_metadata="${other.origin}/x"` }).end(),
    );
    const checked = await check(http(server.url));
    expect(checked.of('metadata')).toMatchObject({ outcome: 'warning', code: 'NOT_FOUND' });
    expect(checked.of('sign-in')).toMatchObject({ outcome: 'failed', code: 'NEEDS_SIGN_IN' });
    expect(other.seen).toEqual([]);
    expect(server.seen.map(({ path }) => path)).not.toContain('/x');
  });

  test('that only speaks HTTP+SSE is named so when its entry says otherwise', async () => {
    const server = await HttpMcpServer.start();
    const gone = (_request: unknown, response: ServerResponse) => void response.writeHead(404).end();
    server.on('server/discover', gone);
    server.on('GET', (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('event: endpoint\ndata: /messages\n\n');
    });
    const checked = await check(http(server.url));
    expectStopAt(checked, 'http', 'UNSUPPORTED');
    expect(checked.of('http').hint).toContain('http-auto');
    const timeouts = { startMs: 200 };
    expect((await check(http(server.url, 'sse'), { options: { timeouts } })).of('http')).toMatchObject({
      outcome: 'ok',
    });
  });

  test('that is not encrypted or not what it seems has a warning', async () => {
    for (const url of ['http://no-such-host.invalid/mcp', 'https://xn--e1awd7f.invalid/mcp'])
      expect((await check(http(url))).of('address')).toMatchObject({ outcome: 'warning', code: 'ADDRESS_DOUBTFUL' });
  });
});
