// The request that looks at an address gives up in time; what else it finds is tried by the checks of a server.
import { expect, test } from 'vitest';
import { probeEndpoint } from '../../../../core/connections/doctor/probe-endpoint.ts';
import { HttpMcpServer } from '../../../support/http-mcp-server.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { rejected } from '../../../support/thrown.ts';
import { until } from '../../../support/until.ts';

test.each(['streamable-http', 'sse'] as const)('a server that takes too long: %s', async (type) => {
  const server = await HttpMcpServer.start();
  server.on('POST', () => undefined);
  server.on('GET', () => undefined);
  const clock = new ManualClock();
  const request = { body: Buffer.from('{}'), headers: {} };
  const failed = rejected(probeEndpoint(new URL(server.url), { type, headers: {}, request, clock, timeoutMs: 15_000 }));
  await until(() => server.seen.length === 1, 'it was asked');
  clock.advance(15_000);
  expect(await failed).toMatchObject({ code: 'REQUEST_TIMEOUT' });
  expect(clock.waiting).toBe(0);
});
