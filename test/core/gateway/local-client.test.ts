import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { MemoryAudit } from '../../support/memory-audit.ts';
import { catalogOf, echoGateway, gatewayOf, realConnections, recorderGateway } from '../../support/gateway-rig.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { until } from '../../support/until.ts';

const WINDOW = { name: 'Portolan window' };

test('the window’s client uses the same path: handshake, tools, a call with progress, and its records', async () => {
  const { gateway, audit } = echoGateway();
  const client = await gateway.localClient(WINDOW, 'echo');
  expect([client.protocolVersion, client.serverInfo]).toEqual([
    '2025-11-25',
    { name: 'echo', version: '1.0.0', title: 'Echo' },
  ]);
  const { server, tools, problems } = await client.listTools();
  expect([server, tools.length, problems]).toEqual(['echo', 7, []]);
  const progress: number[] = [];
  const called = await client.callTool('slow', { steps: 3 }, { onProgress: (p) => progress.push(p.progress) });
  expect(called).toMatchObject({ isError: false, result: { content: [{ type: 'text', text: 'done' }] } });
  expect(progress).toEqual([1, 2, 3]);
  expect(audit.of('call.outcome').map(({ id, client }) => [id, client])).toEqual([
    [called.record, { name: 'Portolan window', version: '0.1.0' }],
  ]);
  expect((await client.callTool('fail', {})).isError).toBe(true);
  await client.ping();
});

test('an aborted call is cancelled at the server and in the log', async () => {
  const { gateway, source, audit } = recorderGateway();
  const client = await gateway.localClient(WINDOW, 'recorder');
  const abort = new AbortController();
  const call = client.callTool('x', {}, { signal: abort.signal });
  await until(() => source.last.methods.includes('tools/call'), 'the call left');
  abort.abort(new Error('enough'));
  await expect(call).rejects.toThrow('enough');
  expect(source.last.frames.at(-1)?.message).toMatchObject({
    method: 'notifications/cancelled',
    params: { requestId: 2 },
  });
  expect(audit.of('call.outcome')[0]?.outcome).toBe('cancelled');
});

test('its own time limit holds instead of the server’s', async () => {
  const clock = new ManualClock();
  const { gateway } = recorderGateway({ clock });
  const client = await gateway.localClient(WINDOW, 'recorder');
  const call = client.callTool('x', {}, { timeoutMs: 700_000 });
  clock.advance(699_999);
  expect(gateway.inFlight()).toBe(1);
  clock.advance(1);
  await expect(call).rejects.toMatchObject({ code: 'REQUEST_TIMEOUT' });
});

test('a server’s error and a lost server come as errors with codes', async () => {
  const { gateway } = echoGateway();
  const client = await gateway.localClient(WINDOW, 'echo');
  await expect(client.callTool('nothing', {})).rejects.toMatchObject({
    code: 'PROTOCOL_ERROR',
    data: { rpcCode: -32602 },
  });
  await expect(client.callTool('exit', {})).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
  expect((await client.callTool('echo', { text: 'back' })).result).toEqual({
    content: [{ type: 'text', text: 'back' }],
  });
});

test('BAS-08, BAS-09: what a server asks of it is refused, a ping answered', async () => {
  const { gateway, source } = recorderGateway();
  await gateway.localClient(WINDOW, 'recorder');
  source.last.say('{"jsonrpc":"2.0","id":1,"method":"ping"}');
  source.last.say('{"jsonrpc":"2.0","id":"s","method":"sampling/createMessage","params":{}}');
  expect(source.last.frames.slice(-2).map(({ message }) => message)).toMatchObject([
    { id: 1, result: {} },
    { id: 's', error: { code: -32601 } },
  ]);
});

test('one client for each caller and server, also when asked for at once; closed after a minute without use', async () => {
  const clock = new ManualClock();
  const { gateway, source } = recorderGateway({ clock });
  const [a, b] = await Promise.all([gateway.localClient(WINDOW, 's'), gateway.localClient(WINDOW, 's')]);
  const c = await gateway.localClient({ name: 'Portolan command line' }, 's');
  expect([a === b, a === c, source.opened.length]).toEqual([true, false, 2]);
  clock.advance(59_999);
  expect(a.isClosed).toBe(false);
  clock.advance(1);
  expect([a.isClosed, gateway.sessions()]).toEqual([true, []]);
  expect(await gateway.localClient(WINDOW, 's')).not.toBe(a);
});

test('a server that refuses the handshake is an error, and the next attempt starts anew', async () => {
  const { gateway, source } = echoGateway({ entry: { enabled: false } });
  await expect(gateway.localClient(WINDOW, 'echo')).rejects.toMatchObject({ code: 'SERVER_DISABLED' });
  await expect(gateway.localClient(WINDOW, 'missing')).rejects.toMatchObject({ code: 'SERVER_NOT_FOUND' });
  expect(gateway.sessions()).toEqual([]);
  expect(source.status('echo').pids).toEqual([]);
});

test('the reference server of the protocol’s authors: all tools listed, one called', async () => {
  const path = createRequire(import.meta.url).resolve('@modelcontextprotocol/server-everything/dist/index.js');
  const catalog = catalogOf({ everything: { args: [path, 'stdio'] } });
  const { gateway } = gatewayOf({ source: realConnections(catalog), audit: new MemoryAudit(), catalog });
  const client = await gateway.localClient(WINDOW, 'everything');
  const { tools, problems } = await client.listTools();
  expect(problems).toEqual([]);
  expect(tools.map(({ name }) => name)).toContain('echo');
  expect((await client.callTool('echo', { message: 'hi' })).result).toEqual({
    content: [{ type: 'text', text: 'Echo: hi' }],
  });
});

test('BAS-02, BAS-05: initialize comes first, then initialized; no id is used twice', async () => {
  const { gateway, source } = recorderGateway();
  source.onSend = (frame, server) => {
    if (frame.kind === 'request' && frame.method !== 'initialize') queueMicrotask(() => server.answer(frame.id));
  };
  const client = await gateway.localClient(WINDOW, 'recorder');
  for (const _ of [1, 2, 3]) {
    await client.ping();
    await client.callTool('x', {});
  }
  expect(source.last.methods.slice(0, 3)).toEqual(['initialize', 'notifications/initialized', 'ping']);
  const ids = source.last.frames.flatMap(({ id }) => (id === undefined ? [] : [id]));
  expect([ids.length, new Set(ids).size]).toEqual([7, 7]);
});

test.each(['1999-01-01', '2026-07-28', '2099-01-01', ''])(
  'BAS-06: a server that answers the handshake in version %j is left',
  async (version) => {
    const { gateway, source } = recorderGateway();
    source.protocolVersion = version;
    await expect(gateway.localClient(WINDOW, 'recorder')).rejects.toMatchObject({
      code: 'PROTOCOL_ERROR',
      message: expect.stringContaining(JSON.stringify(version)) as string,
    });
    expect([source.last.methods, source.last.closed, gateway.sessions()]).toEqual([['initialize'], true, []]);
  },
);

test('ICO-01, ICO-02: icons of a server and its tools are passed as data; none of their addresses is fetched', async () => {
  let fetched = 0;
  const pictures = createServer((_request, response) => {
    fetched += 1;
    response.end();
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void pictures.close());
  await new Promise((resolve) => pictures.once('listening', resolve));
  const { port } = pictures.address() as AddressInfo;
  const icons = [
    { src: `http://127.0.0.1:${port}/icon.png`, mimeType: 'image/png' },
    { src: 'data:image/svg+xml,<svg onload="alert(1)"/>' },
    { src: 'file:///etc/passwd' },
    { src: 'javascript:alert(1)' },
  ];
  const { gateway, source } = recorderGateway();
  source.onSend = (frame, server) => {
    const tools = JSON.stringify({ tools: [{ name: 't', inputSchema: {}, icons }] });
    if (frame.method === 'tools/list') queueMicrotask(() => server.answer(frame.id, tools));
  };
  const client = await gateway.localClient(WINDOW, 'recorder');
  expect((await client.listTools()).tools).toEqual([{ name: 't', inputSchema: {}, icons }]);
  expect(fetched).toBe(0);
});

test('TOL-01: a tool that calls itself harmless and repeatable is recorded and not called again like any other', async () => {
  const { gateway, source, audit } = recorderGateway();
  const annotations = { readOnlyHint: true, idempotentHint: true, destructiveHint: false };
  source.onSend = (frame, server) => {
    const tools = JSON.stringify({ tools: [{ name: 't', inputSchema: {}, annotations }] });
    if (frame.method === 'tools/list') queueMicrotask(() => server.answer(frame.id, tools));
  };
  const client = await gateway.localClient(WINDOW, 'recorder');
  expect((await client.listTools()).tools).toMatchObject([{ annotations }]);
  const call = client.callTool('t', {});
  await until(() => source.last.methods.includes('tools/call'), 'the call left');
  source.last.lose();
  await expect(call).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
  await client.listTools();
  expect(source.opened.flatMap(({ methods }) => methods.filter((method) => method === 'tools/call'))).toHaveLength(1);
  expect(audit.pairs()).toMatchObject([{ intent: { tool: 't' }, outcomes: [{ outcome: 'unknown' }] }]);
});
