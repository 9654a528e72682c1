// The layers together: every pair of generations, over processes and HTTP, through a real gateway.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { CatalogReader } from '../../../core/connections/upstream.ts';
import type { ServerEntry } from '../../../shared/model/server-entry.ts';
import { serverEntrySchema } from '../../../shared/model/server-entry.ts';
import { attachTo, ECHO_SERVER, gatewayOf, realUpstreams } from '../../support/gateway-rig.ts';
import { HttpMcpServer } from '../../support/http-mcp-server.ts';
import { MemoryAudit } from '../../support/memory-audit.ts';
import { ModernServer } from '../../support/modern-server.ts';
import { modernParams, type RawClient } from '../../support/raw-client.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

const MODERN_STDIO = fileURLToPath(new URL('../../fixtures/modern-stdio.mjs', import.meta.url));

function entryOf(endpoint: object, options: object = {}): ServerEntry {
  return serverEntrySchema.parse({ name: 'server', endpoint, options });
}

const stdio = (args: readonly string[], options: object = {}, env: object = {}) =>
  entryOf({ type: 'stdio', command: process.execPath, args, env }, options);

function behindGateway(entry: ServerEntry) {
  const catalog: CatalogReader = { get: () => entry, list: () => [entry] };
  const { upstreams, connections } = realUpstreams(catalog);
  return { ...gatewayOf({ source: upstreams, audit: new MemoryAudit(), catalog }), upstreams, connections };
}

const SERVERS: [string, 'legacy' | 'modern', () => Promise<ServerEntry>][] = [
  ['a legacy process', 'legacy', () => Promise.resolve(stdio([ECHO_SERVER]))],
  ['a modern process', 'modern', () => Promise.resolve(stdio([MODERN_STDIO, 'modern']))],
  [
    'a legacy HTTP server',
    'legacy',
    async () => entryOf({ type: 'streamable-http', url: (await HttpMcpServer.start()).url }),
  ],
  [
    'a modern HTTP server',
    'modern',
    async () => entryOf({ type: 'streamable-http', url: (await ModernServer.start()).url }),
  ],
];

/** The same call in the words of either generation. */
const CLIENTS: [string, 'legacy' | 'modern', (client: RawClient) => Promise<unknown>][] = [
  [
    'legacy',
    'legacy',
    async (client) => {
      const { result } = await client.initialize();
      expect(result).toMatchObject({ protocolVersion: '2025-11-25', serverInfo: { name: expect.any(String) } });
      return (await client.call('echo', { text: 'hello' })).result;
    },
  ],
  [
    'modern',
    'modern',
    async (client) => {
      const { result } = await client.request('server/discover', modernParams());
      expect(result).toMatchObject({
        resultType: 'complete',
        supportedVersions: expect.arrayContaining(['2026-07-28']),
      });
      return (await client.request('tools/call', modernParams({ name: 'echo', arguments: { text: 'hello' } }))).result;
    },
  ],
];

const PAIRS = CLIENTS.flatMap(([who, dialect, talk]) =>
  SERVERS.map(([what, era, start]) => [who, what, dialect, era, talk, start] as const),
);

test.each(PAIRS)('a %s client reaches %s', async (_who, _what, dialect, era, talk, start) => {
  const { gateway, upstreams, audit, connections } = behindGateway(await start());
  const { client } = attachTo(gateway, 'server');
  const result = await talk(client);
  expect(JSON.stringify(result)).toContain('hello');
  if (dialect === 'modern') expect(result).toMatchObject({ resultType: 'complete' });
  expect(upstreams.eraOf('server')).toBe(era);
  expect(connections.status('server')).toMatchObject({ state: 'ready' });
  expect(audit.pairs()[0]).toMatchObject({ intent: { tool: 'echo' }, outcomes: [{ outcome: 'allowed' }] });
});

test.each(PAIRS)('a %s client of %s is answered at once the second time', async (_who, _what, _d, _e, talk, start) => {
  const { gateway } = behindGateway(await start());
  await talk(attachTo(gateway, 'server').client);
  expect(JSON.stringify(await talk(attachTo(gateway, 'server').client))).toContain('hello');
});

test('ERA-07: the second session asks a known server nothing', async () => {
  const server = await ModernServer.start();
  const { gateway } = behindGateway(entryOf({ type: 'streamable-http', url: server.url }));
  const asked = () => server.seen.filter(({ method }) => method === 'server/discover').length;
  await attachTo(gateway, 'server').client.initialize();
  const before = asked();
  const { client } = attachTo(gateway, 'server');
  await client.initialize();
  await client.call('echo', {});
  expect([before >= 1, asked() - before <= 1]).toEqual([true, true]);
});

test('PRX-10: three clients of a shared server use one process, and their equal ids and tokens never meet', async () => {
  const record = join(tempDir(), 'record');
  const entry = stdio([ECHO_SERVER], { sharing: 'shared', protocolEra: 'legacy' }, { RECORD: record });
  const { gateway, connections } = behindGateway(entry);
  const clients = [1, 2, 3].map(() => attachTo(gateway, 'server').client);
  await Promise.all(clients.map((client) => client.initialize()));
  const answers = await Promise.all(clients.map((client, n) => client.call('echo', { text: `for ${n}` })));
  expect(answers.map(({ result }) => result)).toEqual(
    [0, 1, 2].map((n) => ({ content: [{ type: 'text', text: `for ${n}` }] })),
  );
  expect(connections.status('server').pids).toHaveLength(1);
  const lines = readFileSync(record, 'utf8').trimEnd().split('\n');
  expect(lines.filter((line) => line.includes('"initialize"'))).toHaveLength(1);
  const slow = clients.map((client) =>
    client.request('tools/call', { name: 'slow', arguments: { steps: 2 }, _meta: { progressToken: 'same' } }),
  );
  await Promise.all(slow);
  for (const client of clients) {
    expect(client.messages.filter(({ method }) => method === 'notifications/progress')).toHaveLength(2);
  }
});

test('a modern client shares a legacy server with a legacy one', async () => {
  const { gateway, connections } = behindGateway(stdio([ECHO_SERVER], { sharing: 'shared', protocolEra: 'legacy' }));
  const [legacy, modern] = [attachTo(gateway, 'server').client, attachTo(gateway, 'server').client];
  await legacy.initialize();
  const { result } = await modern.request('tools/call', modernParams({ name: 'echo', arguments: { text: 'both' } }));
  expect(JSON.stringify(result)).toContain('both');
  expect(connections.status('server').pids).toHaveLength(1);
});

test('a verdict that the server belies is asked for anew by the next session', async () => {
  const server = await ModernServer.start();
  const { gateway, upstreams } = behindGateway(entryOf({ type: 'streamable-http', url: server.url }));
  await attachTo(gateway, 'server').client.initialize();
  expect(upstreams.eraOf('server')).toBe('modern');
  server.on('POST', (request, response) => {
    const isOld = request.method === 'initialize' || request.method === 'tools/call';
    const body = isOld
      ? { result: { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'old', version: '1' } } }
      : { error: { code: -32_601, message: 'no' } };
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ jsonrpc: '2.0', id: request.id ?? null, ...body }));
  });
  const { client } = attachTo(gateway, 'server');
  await client.request('initialize', {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'c', version: '1' },
  });
  client.begin('tools/list');
  await until(() => upstreams.eraOf('server') === 'modern', 'it was taken for modern');
  const next = attachTo(gateway, 'server').client;
  next.begin('initialize', {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'c', version: '2' },
  });
  await until(() => {
    if (upstreams.eraOf('server') === 'modern')
      attachTo(gateway, 'server').client.begin('server/discover', modernParams());
    return upstreams.eraOf('server') === 'legacy';
  }, 'it is found to be legacy');
});

test('BAS-18, STD-06: a modern process outlives calls, cancellations and subscriptions; a cancellation is a notification', async () => {
  const record = join(tempDir(), 'record');
  const { gateway, connections } = behindGateway(stdio([MODERN_STDIO, 'modern', record], { protocolEra: 'modern' }));
  const { client } = attachTo(gateway, 'server');
  const call = (task: string) =>
    client.request('tools/call', modernParams({ name: 'echo', arguments: { task }, task: undefined }));
  await call('one');
  const { pids } = connections.status('server');
  client.send({ jsonrpc: '2.0', id: 'x', method: 'tools/call', params: modernParams({ name: 'echo' }) });
  client.notify('notifications/cancelled', { requestId: 'x' });
  client.send({ jsonrpc: '2.0', id: 'l', method: 'subscriptions/listen', params: modernParams({ notifications: {} }) });
  client.notify('notifications/cancelled', { requestId: 'l' });
  await call('two');
  const lines = readFileSync(record, 'utf8').trimEnd().split('\n');
  expect(pids).toHaveLength(1);
  expect(new Set(lines.map((line) => Number(line.split(' ', 1)[0])))).toEqual(new Set(pids));
  expect(connections.status('server').pids).toEqual(pids);
  const cancelled = lines
    .map((line) => JSON.parse(line.slice(line.indexOf(' ') + 1)) as { id?: unknown; method: string; params: object })
    .filter(({ method }) => method === 'notifications/cancelled');
  expect(cancelled).toMatchObject([{ params: { requestId: 'x' } }, { params: { requestId: 'l' } }]);
  expect(cancelled.every((message) => !('id' in message))).toBe(true);
});
