// Tools that mirror arguments into headers, from the list that shows them to the call that carries them.
import { describe, expect, test } from 'vitest';
import { ToolHeaders } from '../../../core/connections/tool-headers.ts';
import { openEvents, sendEvent } from '../../support/http-mcp-server.ts';
import { headerTool, modernParams, ModernServer, openModern as open, refuse } from '../../support/modern-server.ts';
import { until } from '../../support/until.ts';

const KEY = 'io.modelcontextprotocol/';
const params = (more: object = {}): object => modernParams(more, { [`${KEY}clientCapabilities`]: { roots: {} } });
const call = (args: object, name = 'deploy'): object => params({ name, arguments: args });
const methods = (server: ModernServer): string[] => server.seen.map(({ method }) => method);

async function withTool(): Promise<ModernServer> {
  const server = await ModernServer.start();
  server.tools = [headerTool('deploy')];
  return server;
}

describe('tools/list', () => {
  test('HTM-07 HTM-08: a tool with an invalid header is taken out and told, in JSON and in a stream', async () => {
    const server = await ModernServer.start();
    server.tools = [headerTool('good'), headerTool('bad', 'a b'), headerTool('number', 'A', 'number')];
    for (const answers of ['json', 'sse'] as const) {
      server.answers = answers;
      const client = open(server);
      const answer = await client.ask(1, 'tools/list', params());
      expect(answer).toMatchObject({
        message: { result: { tools: [headerTool('good')], ttlMs: 0, cacheScope: 'private' } },
      });
      expect(client.logs).toHaveLength(2);
    }
  });

  test('an answer without such tools keeps its bytes', async () => {
    const server = await withTool();
    const text = '{"result":{"tools":[{"name" : "deploy"}],"x":1.50},  "id":1,"jsonrpc":"2.0"}';
    server.on('tools/list', (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(text);
    });
    expect(await open(server).ask(1, 'tools/list', params())).toHaveProperty('bytes', Buffer.from(text));
  });
});

describe('tools/call', () => {
  test('HTM-06: a listed tool is called with its headers, and other connections to the server know them too', async () => {
    const server = await withTool();
    const toolHeaders = new ToolHeaders();
    await open(server, { toolHeaders }).ask(1, 'tools/list', params());
    const other = open(server, { toolHeaders });
    await other.ask(2, 'tools/call', call({ region: 'öst' }));
    await other.ask(3, 'tools/call', call({ region: null }));
    expect(server.calls.map(({ headers }) => headers['mcp-param-region'])).toEqual(['=?base64?w7ZzdA==?=', undefined]);
    expect(methods(server)).toEqual(['tools/list', 'tools/call', 'tools/call']);
  });

  test('HTM-09: refused headers: the tools are asked for by a request of our own, and the call is sent once more', async () => {
    const server = await withTool();
    server.tools = [...Array.from({ length: 5 }, (_, index) => ({ name: `t${index}` })), headerTool('deploy')];
    server.pageSize = 2;
    const client = open(server);
    expect(await client.ask('c', 'tools/call', call({ region: 'eu' }))).toMatchObject({ message: { result: {} } });
    expect(methods(server)).toEqual(['tools/call', 'tools/list', 'tools/list', 'tools/list', 'tools/call']);
    expect(server.calls).toHaveLength(1);
    expect(server.calls[0]?.headers['mcp-param-region']).toBe('eu');
    const [first, second] = server.seen.filter(({ method }) => method === 'tools/call');
    expect(second?.body).toEqual(first?.body);
    // The lists were for us: nobody else hears of them.
    expect(client.frames.map(({ id }) => id)).toEqual(['"c"']);
    expect(client.failures).toEqual([]);
  });

  test('BAS-01 BAS-03 BAS-10 BAS-11: our own requests are whole and have ids of their own', async () => {
    const server = await withTool();
    server.tools = [{ name: 'x' }, headerTool('deploy')];
    server.pageSize = 1;
    await open(server).ask('c', 'tools/call', call({ region: 'eu' }));
    const own = server.seen.filter(({ method }) => method === 'tools/list');
    expect(new Set(own.map(({ id }) => id)).size).toBe(2);
    for (const { id, params: sent } of own) {
      expect(id).toMatch(/^portolan-[0-9a-f-]{36}$/);
      expect(sent['_meta']).toEqual({
        [`${KEY}protocolVersion`]: '2026-07-28',
        [`${KEY}clientInfo`]: { name: 'Portolan', version: expect.any(String) },
        [`${KEY}clientCapabilities`]: { roots: {} },
      });
    }
  });

  test.each<[string, (server: ModernServer) => void, number]>([
    [
      'the server refuses again',
      (server) =>
        server.on('tools/call', (request, response) =>
          refuse(response, 400, request.id, { code: -32_020, message: 'no' }),
        ),
      2,
    ],
    [
      'the list cannot be had',
      (server) => server.on('tools/list', (_r, response) => void response.writeHead(500).end()),
      1,
    ],
    ['the list is cut off', (server) => server.on('tools/list', (_r, response) => void response.destroy()), 1],
    [
      'the list is an error',
      (server) =>
        server.on('tools/list', (request, response) => refuse(response, 200, request.id, { code: -1, message: 'no' })),
      1,
    ],
  ])('the refusal is the answer when %s', async (_name, prepare, calls) => {
    const server = await withTool();
    prepare(server);
    const answer = await open(server).ask(1, 'tools/call', call({ region: 'eu' }));
    expect(answer).toMatchObject({ id: '1', message: { error: { code: -32_020 } } });
    expect(methods(server).filter((method) => method === 'tools/call')).toHaveLength(calls);
  });

  test('only the answer to our own question teaches', async () => {
    const server = await withTool();
    server.on('tools/list', (request, response) => {
      openEvents(response);
      sendEvent(response, {
        data: { jsonrpc: '2.0', id: 'other', result: { tools: [headerTool('deploy', 'Wrong')] } },
      });
      sendEvent(response, { data: { jsonrpc: '2.0', id: request.id, result: { tools: server.tools } } });
      response.end();
    });
    await open(server).ask(1, 'tools/call', call({ region: 'eu' }));
    expect(server.calls).toHaveLength(1);
  });

  test('pages that never end are left', async () => {
    const server = await withTool();
    server.on('tools/list', (request, response) => server.reply(request, response, { tools: [], nextCursor: 'same' }));
    await open(server).ask(1, 'tools/call', call({ region: 'eu' }));
    expect(methods(server).filter((method) => method === 'tools/list')).toHaveLength(2);
  });

  test.each(['prompts/get', 'tools/list'])('%s with refused headers is not sent again', async (method) => {
    const server = await withTool();
    server.on(method, (request, response) => refuse(response, 400, request.id, { code: -32_020, message: 'no' }));
    expect(await open(server).ask(1, method, params({ name: 'a' }))).toMatchObject({
      message: { error: { code: -32_020 } },
    });
    expect(server.seen).toHaveLength(1);
  });

  test('a call that is cancelled while the tools are asked for is not sent again', async () => {
    const server = await withTool();
    let closed = false;
    server.on('tools/list', (_request, response) => {
      response.once('close', () => (closed = true));
    });
    const client = open(server);
    client.request(1, 'tools/call', call({ region: 'eu' }));
    await until(() => methods(server).includes('tools/list'), 'the tools are asked for');
    client.notify('notifications/cancelled', { requestId: 1 });
    await until(() => closed, 'the question is given up');
    await client.ask(2, 'server/discover', params());
    expect(methods(server)).toEqual(['tools/call', 'tools/list', 'server/discover']);
    expect([client.frames.length, client.failures.length]).toEqual([1, 0]);
  });
});
