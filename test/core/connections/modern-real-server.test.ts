// Against servers of the protocol's own library for 2026-07-28, which know nothing of Portolan.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { toNodeHandler } from '@modelcontextprotocol/node';
import {
  createMcpHandler,
  type CreateMcpHandlerOptions,
  fromJsonSchema,
  McpServer,
} from '@modelcontextprotocol/server';
import { describe, expect, onTestFinished, test } from 'vitest';
import { EraRig, remoteEntry } from '../../support/era-rig.ts';
import { modernParams as params } from '../../support/modern-server.ts';
import { everythingOverHttp, MEMORY } from '../../support/real-servers.ts';
import { RemoteClient } from '../../support/remote-client.ts';
import { Recorder, request } from '../../support/stdio-server.ts';
import { until } from '../../support/until.ts';

const SDK_STDIO = fileURLToPath(new URL('../../fixtures/modern-sdk-stdio.mjs', import.meta.url));

async function startReal(
  options: CreateMcpHandlerOptions,
): Promise<{ url: string; changed: () => void; hosts: string[] }> {
  const hosts: string[] = [];
  const handler = createMcpHandler(() => {
    const server = new McpServer(
      { name: 'real', version: '2' },
      { capabilities: { tools: { listChanged: true }, logging: {} } },
    );
    // The library's type of a schema does not know the annotation.
    const region = Object.assign({ type: 'string' } as const, { 'x-mcp-header': 'Region' });
    const inputSchema = fromJsonSchema<{ region?: string }>({
      type: 'object',
      properties: { region },
    });
    server.registerTool('deploy', { description: 'deploys', inputSchema }, async (args, context) => {
      await context.mcpReq.notify({ method: 'notifications/message', params: { level: 'info', data: 'deploying' } });
      return { content: [{ type: 'text', text: `to ${args.region ?? 'nowhere'}` }] };
    });
    return server;
  }, options);
  const listener = toNodeHandler(handler);
  const http = createServer((request, response) => {
    hosts.push(`${request.method ?? ''} ${String(request.headers['mcp-method'])}`);
    void listener(request as Parameters<typeof listener>[0], response);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  const url = `http://127.0.0.1:${String((http.address() as AddressInfo).port)}/mcp`;
  return { url, changed: () => handler.notify.toolsChanged(), hosts };
}

describe.each(['auto', 'sse'] as const)('answers as %s', (responseMode) => {
  test('discovery, a list, and a call whose headers the server had to ask for', async () => {
    const real = await startReal({ responseMode });
    const client = new RemoteClient(real.url, { era: 'modern' });
    expect(await client.ask(1, 'server/discover', params())).toMatchObject({
      message: { result: { supportedVersions: expect.arrayContaining(['2026-07-28']) } },
    });
    const call = params({ name: 'deploy', arguments: { region: 'Zürich ' } });
    expect(await client.ask(2, 'tools/call', call)).toMatchObject({
      message: { result: { resultType: 'complete', content: [{ text: 'to Zürich ' }] } },
    });
    expect(await client.ask(3, 'tools/list', params())).toMatchObject({
      message: { result: { tools: [{ name: 'deploy' }] } },
    });
    await client.ask(4, 'tools/call', call);
    // What a tool says on its way is told with its call.
    expect(client.related.filter((_id, index) => client.frames[index]?.method !== undefined)).toEqual(['2', '4']);
    expect(await client.ask(5, 'no/such', params())).toMatchObject({ id: '5', message: { error: { code: -32_601 } } });
    expect(client.failures).toEqual([]);
    expect(real.hosts.filter((line) => !line.startsWith('POST '))).toEqual([]);
  });
});

test('a subscription hears of a change until it is cancelled', async () => {
  const real = await startReal({});
  const client = new RemoteClient(real.url, { era: 'modern' });
  client.request('l', 'subscriptions/listen', params({ notifications: { toolsListChanged: true } }));
  await until(
    () => client.frames.some(({ method }) => method === 'notifications/subscriptions/acknowledged'),
    'the ack',
  );
  real.changed();
  await until(() => client.frames.some(({ method }) => method === 'notifications/tools/list_changed'), 'the change');
  expect(new Set(client.related)).toEqual(new Set(['"l"']));
  client.notify('notifications/cancelled', { requestId: 'l' });
  await client.ask(1, 'tools/list', params());
  expect(client.failures).toEqual([]);
});

test.each(['stateless', 'reject'] as const)('PRX-14: the era of a server whose legacy side is: %s', async (legacy) => {
  const real = await startReal({ legacy });
  const rig = new EraRig();
  rig.add(remoteEntry(real.url));
  expect(await rig.detector.detect('remote', 's')).toMatchObject({
    era: 'modern',
    discovered: { serverInfo: { name: 'real' } },
  });
});

test.each(['serve', 'reject'])('PRX-14: the era of a process whose legacy side is: %s', async (legacy) => {
  const rig = new EraRig();
  rig.addCommand('sdk', [process.execPath, SDK_STDIO, legacy]);
  const found = await rig.detector.detect('sdk', 's');
  expect(found).toMatchObject({ era: 'modern', discovered: { serverInfo: { name: 'sdk' } } });
  const events = new Recorder();
  found.opened?.redirect(events);
  found.opened?.upstream.send(request(1, 'tools/list', params()));
  expect(await events.result(1)).toMatchObject({ resultType: 'complete', tools: [] });
});

test('PRX-14: the era of a server of the older library', async () => {
  const rig = new EraRig();
  rig.addCommand('memory', MEMORY);
  rig.add(remoteEntry(await everythingOverHttp()));
  expect(await rig.detector.detect('memory', 's')).toEqual({ era: 'legacy' });
  expect(await rig.detector.detect('remote', 's')).toEqual({ era: 'legacy' });
  expect(rig.living).toEqual([]);
});
