import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
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

test('what a server asks of it is refused, a ping answered', async () => {
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
