// Real clients reach a real server through the HTTP gateway of the built product, turned on from the command line.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Client as ClientV2, StreamableHTTPClientTransport as HttpV2 } from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { LoggingMessageNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { expect, test } from 'vitest';
import type { AuditPage } from '../../shared/model/audit-record.ts';
import type { GatewayClient, GatewaySnippet, GatewayStatus } from '../../shared/model/gateway.ts';
import { isAlive, Portolan, ROOT } from '../support/portolan.ts';
import { EVERYTHING } from '../support/real-servers.ts';
import { until } from '../support/until.ts';

const CLIENT_INFO = { name: 'test client', version: '1.0.0' };

/** server-everything behind a gateway that is on, and a client's token. */
async function gateway(env: Readonly<Record<string, string>> = {}) {
  const portolan = new Portolan(env);
  await portolan.json('add', 'everything', '--', ...EVERYTHING);
  const { url = '' } = await portolan.json<GatewayStatus>('gateway', 'enable', '--port', '0');
  const { token, client } = await portolan.json<{ token: string; client: GatewayClient }>(
    'gateway',
    'add-client',
    'laptop',
  );
  const endpoint = new URL(`${url}/mcp/s/everything`);
  const requestInit = { headers: { Authorization: `Bearer ${token}` } };
  return { portolan, url, token, client, endpoint, requestInit };
}

test('the v1 SDK client: calls, progress, questions of the server, a session that ends', async () => {
  const { portolan, endpoint, requestInit } = await gateway();
  const client = new ClientV1(CLIENT_INFO, { capabilities: {} });
  const transport = new HttpV1(endpoint, { requestInit });
  const logged: unknown[] = [];
  client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => void logged.push(params.data));
  await client.connect(transport);
  expect(transport.sessionId).toMatch(/^[\w-]{43}$/);
  expect((await client.listTools()).tools.map(({ name }) => name)).toContain('echo');
  const echoed = await client.callTool({ name: 'echo', arguments: { message: 'hello' } });
  expect(echoed.content).toEqual([{ type: 'text', text: 'Echo: hello' }]);
  const progress: number[] = [];
  await client.callTool({ name: 'trigger-long-running-operation', arguments: { duration: 1, steps: 4 } }, undefined, {
    onprogress: ({ progress: done }) => void progress.push(done),
  });
  expect(progress).toEqual([1, 2, 3, 4]);
  await transport.terminateSession();
  await client.close();
  const { records } = await portolan.json<AuditPage>('audit', 'list', '--limit', '100');
  expect(new Set(records.filter(({ kind }) => kind === 'call.outcome').map((record) => record.client))).toEqual(
    new Set(['laptop (test client)']),
  );
  expect(records.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['gateway.enabled', 'gateway.client.added', 'session.opened', 'session.closed']),
  );
});

test('the v2 SDK client reaches it too, and twenty calls at once each get their own answer', async () => {
  const { endpoint, requestInit } = await gateway();
  const client = new ClientV2(CLIENT_INFO);
  await client.connect(new HttpV2(endpoint, { requestInit }));
  const texts = await Promise.all(
    Array.from({ length: 20 }, async (_, n) => {
      const { content } = await client.callTool({ name: 'echo', arguments: { message: `m${n}` } });
      return (content as { text: string }[])[0]?.text;
    }),
  );
  expect(texts).toEqual(Array.from({ length: 20 }, (_, n) => `Echo: m${n}`));
  await client.close();
});

test('mcp-remote carries a stdio client to it', async () => {
  const { endpoint, token, portolan } = await gateway();
  const client = new ClientV1(CLIENT_INFO, { capabilities: {} });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [
      join(ROOT, 'node_modules', 'mcp-remote', 'dist', 'proxy.js'),
      endpoint.href,
      '--transport',
      'http-only',
      '--header',
      `Authorization:Bearer ${token}`,
    ],
    env: { ...portolan.env, MCP_REMOTE_CONFIG_DIR: portolan.home },
    stderr: 'pipe',
  });
  await client.connect(transport);
  const { content } = await client.callTool({ name: 'echo', arguments: { message: 'far' } });
  expect(content).toEqual([{ type: 'text', text: 'Echo: far' }]);
  await client.close();
});

test('the Inspector’s command line lists and calls, by a path that needs no header', async () => {
  const { portolan } = await gateway();
  const { path } = await portolan.json<{ path: string }>('gateway', 'add-client', 'suite', '--open-path');
  const url = path.replace('SERVER', 'everything');
  const inspector = join(ROOT, 'node_modules', '.bin', 'mcp-inspector');
  const run = (...args: string[]) =>
    new Promise<string>((resolve, reject) => {
      const all = [inspector, '--cli', '--server-url', url, '--transport', 'http', '--format', 'json', '-q', ...args];
      const child = spawn(process.execPath, all, { env: portolan.env, stdio: ['ignore', 'pipe', 'pipe'] });
      let text = '';
      child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
      child.stderr.setEncoding('utf8').on('data', (part: string) => (text += part));
      child.on('error', reject);
      child.on('close', () => resolve(text));
    });
  expect(await run('--method', 'tools/list')).toContain('"echo"');
  expect(await run('--method', 'tools/call', '--tool-name', 'echo', '--tool-arg', 'message=seen')).toContain(
    'Echo: seen',
  );
  const logs = await portolan.run(['audit', 'list', '--json']);
  expect(logs.stdout).not.toContain(url.split('/')[5]);
});

test('turning it off and revoking a client end what is open; snippets name the address', async () => {
  const { portolan, url, token, client } = await gateway();
  const snippets = await portolan.json<GatewaySnippet[]>('gateway', 'snippet', 'everything');
  expect(snippets.map((snippet) => snippet.client)).toEqual([
    'claude-code',
    'cursor',
    'vscode',
    'codex',
    'generic',
    'open-webui',
  ]);
  for (const { text } of snippets) {
    expect(text).toContain(`${url}/mcp/s/everything`);
    expect(text).toContain('Bearer {token}');
    expect(text).not.toContain(token);
  }
  const ask = async () => {
    const response = await fetch(`${url}/mcp/s/everything`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: '{"jsonrpc":"2.0","id":1,"method":"ping"}',
    });
    return response.status;
  };
  expect(await ask()).toBe(400);
  await portolan.json('gateway', 'revoke', client.id);
  expect(await ask()).toBe(401);
  expect(await portolan.json<GatewayClient[]>('gateway', 'clients')).toEqual([]);
  expect((await portolan.json<GatewayStatus>('gateway', 'disable')).url).toBeUndefined();
  await expect(ask()).rejects.toThrow();
});

test('while it is on the host stays, and a host that starts anew listens again with the same tokens', async () => {
  const { portolan, token } = await gateway();
  const { url = '' } = await portolan.json<GatewayStatus>('gateway', 'status');
  await portolan.json('gateway', 'enable', '--port', new URL(url).port);
  const pid = portolan.hostPid() ?? 0;
  process.kill(pid, 'SIGKILL');
  await until(() => !isAlive(pid), 'the host is gone');
  const again = await until(async () => {
    // A command that comes while the killed host's last threads end is told to be run again.
    const status = await portolan.json<GatewayStatus>('gateway', 'status').catch(() => undefined);
    return status?.url === undefined ? undefined : status;
  }, 'the new host listens');
  expect(again.url).toBe(url);
  const response = await fetch(`${url}/mcp/s/everything`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      'mcp-session-id': 'of-the-old-host',
    },
    body: '{"jsonrpc":"2.0","id":1,"method":"ping"}',
  });
  expect(response.status).toBe(404);
});
