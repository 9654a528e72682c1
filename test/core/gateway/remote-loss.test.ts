// Calls to a remote server whose connection breaks, from the client to the effect.
import { expect, test } from 'vitest';
import type { CatalogReader } from '../../../core/connections/upstream.ts';
import { serverEntrySchema } from '../../../shared/model/server-entry.ts';
import { ChaosProxy } from '../../support/chaos-proxy.ts';
import { attachTo, gatewayOf, realConnections } from '../../support/gateway-rig.ts';
import { HttpMcpServer, openEvents, sendEvent } from '../../support/http-mcp-server.ts';
import { MemoryAudit } from '../../support/memory-audit.ts';
import { until } from '../../support/until.ts';

async function remoteGateway() {
  const server = await HttpMcpServer.start({ sessions: false });
  const proxy = await ChaosProxy.start(Number(new URL(server.url).port));
  const url = `http://127.0.0.1:${proxy.port}/mcp`;
  const entry = serverEntrySchema.parse({ name: 'far', endpoint: { type: 'streamable-http', url }, options: {} });
  const catalog: CatalogReader = { get: () => entry, list: () => [entry] };
  const source = realConnections(catalog);
  return { server, proxy, ...gatewayOf({ source, audit: new MemoryAudit(), catalog }) };
}

test('PRX-01: a call cut at 200 points, on its way and back: at most one effect, and the caller is told', async () => {
  const { server, proxy, gateway, audit } = await remoteGateway();
  const effects: unknown[] = [];
  server.on('tools/call', (request, response) => {
    effects.push((request.params['arguments'] as { mark: number }).mark);
    void server.usual(request, response);
  });
  const answers = new Map<number, string>();
  for (let mark = 0; mark < 200; mark++) {
    const { client } = attachTo(gateway, 'far');
    await client.initialize();
    await until(() => server.requests('GET').length === mark + 1, 'the handshake is through');
    proxy.cutAfter(Math.floor((mark / 200) * 420), mark % 2 === 0 ? 'request' : 'answer');
    const { error, result } = await client.call('cut', { mark });
    answers.set(mark, error?.data?.code ?? (result === undefined ? 'nothing' : 'answered'));
    if (!proxy.hasCut) proxy.cutAfter(Number.POSITIVE_INFINITY, 'request');
    client.stream.end();
  }
  expect(new Set(effects).size).toBe(effects.length);
  expect(new Set(answers.values())).toEqual(new Set(['OUTCOME_UNKNOWN', 'answered']));
  for (const [mark, answer] of answers) if (answer === 'answered') expect(effects).toContain(mark);
  const cutInRequest = [...answers].filter(([mark, answer]) => mark % 2 === 0 && answer === 'OUTCOME_UNKNOWN');
  expect(cutInRequest.some(([mark]) => !effects.includes(mark))).toBe(true);
  const outcomes = audit.pairs().map((pair) => pair.outcomes.map(({ outcome }) => outcome));
  expect(outcomes).toHaveLength(200);
  for (const each of outcomes) expect([['unknown'], ['allowed']]).toContainEqual(each);
}, 120_000);

test('PRX-09: a client that vanishes while a remote server streams: the exchange is broken off and nothing is left', async () => {
  const { server, gateway, audit } = await remoteGateway();
  let broken = false;
  server.on('tools/call', (_request, response) => {
    response.on('close', () => (broken = true));
    openEvents(response);
    sendEvent(response, {
      data: { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 1, progress: 1 } },
    });
  });
  const { client } = attachTo(gateway, 'far');
  await client.initialize();
  client.begin('tools/call', { name: 'x', _meta: { progressToken: 1 } });
  await until(() => client.messages.some(({ method }) => method === 'notifications/progress'), 'progress came');
  client.stream.destroy();
  await until(() => broken, 'the server sees the end');
  expect(audit.pairs().map(({ outcomes }) => outcomes.map(({ outcome }) => outcome))).toEqual([['cancelled']]);
  expect([gateway.sessions(), gateway.inFlight()]).toEqual([[], 0]);
});
