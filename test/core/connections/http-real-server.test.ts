// Against the protocol's own server transport, which knows nothing of Portolan.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomUUID } from 'node:crypto';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { expect, onTestFinished, test } from 'vitest';
import { RemoteClient } from '../../support/remote-client.ts';
import { until } from '../../support/until.ts';

interface RealServer {
  readonly url: string;
  readonly mcp: McpServer[];
  readonly transports: Map<string, StreamableHTTPServerTransport>;
}

async function startReal(enableJsonResponse: boolean): Promise<RealServer> {
  const mcp: McpServer[] = [];
  const transports = new Map<string, StreamableHTTPServerTransport>();
  const connect = async (): Promise<StreamableHTTPServerTransport> => {
    const transport = new StreamableHTTPServerTransport({
      enableJsonResponse,
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => void transports.set(id, transport),
      onsessionclosed: (id) => void transports.delete(id),
    });
    const server = new McpServer({ name: 'real', version: '1' }, { capabilities: { logging: {} } });
    server.registerTool('add', { description: 'adds' }, async (extra) => {
      await extra.sendNotification({ method: 'notifications/message', params: { level: 'info', data: 'adding' } });
      return { content: [{ type: 'text', text: 'three' }] };
    });
    mcp.push(server);
    await server.connect(transport);
    return transport;
  };
  const http: Server = createServer((request, response) => {
    void (async () => {
      const session = request.headers['mcp-session-id'];
      const known = typeof session === 'string' ? transports.get(session) : undefined;
      if (session !== undefined && known === undefined) response.writeHead(404).end();
      else await (known ?? (await connect())).handleRequest(request, response);
    })();
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  return { url: `http://127.0.0.1:${String((http.address() as AddressInfo).port)}/mcp`, mcp, transports };
}

test.each([
  ['JSON answers', true],
  ['event streams', false],
])('a whole session with the official server: %s', async (_name, enableJsonResponse) => {
  const real = await startReal(enableJsonResponse);
  const client = new RemoteClient(real.url);
  await client.handshake();
  const list = await client.ask(1, 'tools/list');
  expect(list).toMatchObject({ message: { result: { tools: [{ name: 'add', description: 'adds' }] } } });
  const call = await client.ask(2, 'tools/call', { name: 'add', arguments: {} });
  expect(call).toMatchObject({ message: { result: { content: [{ type: 'text', text: 'three' }] } } });
  if (!enableJsonResponse)
    expect(client.frames.filter((frame) => frame.method === 'notifications/message')).toHaveLength(1);

  // On its own stream the server asks for it unasked.
  await until(() => {
    real.mcp[0]?.sendToolListChanged();
    return client.frames.some((frame) => frame.method === 'notifications/tools/list_changed');
  }, 'the list change arrives');

  // It forgets the session: the next call starts a new one and is answered.
  real.transports.clear();
  expect(await client.ask(3, 'tools/list')).toMatchObject({ kind: 'response' });
  expect(real.transports.size).toBe(1);
  await client.upstream.close();
  expect(real.transports.size).toBe(0);
  expect(client.failures).toEqual([]);
});
