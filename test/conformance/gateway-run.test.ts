// The comparison of a server with the same server behind something else: with a proxy that passes bytes nothing differs, and
// a proxy that loses something is named.
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { compare, type StartGateway } from './gateway-run.ts';
import type { Check, Outcome } from './run-suite.ts';
import { REVISIONS } from './scenarios.ts';
import { passed, report, runServerSet } from './sets.ts';

/** A proxy that passes everything but what `lose` takes from the headers of an answer. */
const proxy =
  (lose: (headers: IncomingHttpHeaders) => void): StartGateway =>
  async (fixtureUrl) => {
    const server = createServer((incoming, outgoing) => {
      const { method, headers } = incoming;
      const forwarded = request(fixtureUrl, { method, headers }, (answer) => {
        lose(answer.headers);
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        outgoing.flushHeaders();
        answer.pipe(outgoing);
      });
      outgoing.on('close', () => forwarded.destroy());
      forwarded.on('error', () => outgoing.destroy());
      incoming.pipe(forwarded);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return {
      url: `http://127.0.0.1:${port}/mcp`,
      end: () => {
        server.closeAllConnections();
        server.close();
      },
    };
  };

test.each(REVISIONS)('server %s: behind a proxy that passes bytes nothing differs', async (revision) => {
  const result = await runServerSet(
    revision,
    proxy(() => undefined),
  );
  expect(passed(result), report(result)).toBe(result.outcomes.length);
});

test('a proxy that loses the session is found out', async () => {
  const result = await runServerSet(
    '2025-11-25',
    proxy((headers) => delete headers['mcp-session-id']),
  );
  expect(passed(result)).toBeLessThan(5);
  expect(report(result)).toMatch(/^server 2025-11-25 \d\/30\n {2}[a-z-]+: /);
});

test('a check that fails, misses or is added behind the gateway is a difference', () => {
  const outcome = (...statuses: [string, Check['status']][]): Outcome => ({
    name: 'x',
    checks: statuses.map(([id, status]) => ({ id, status })),
    problems: [],
  });
  const direct = outcome(['a', 'SUCCESS'], ['b', 'SUCCESS'], ['b', 'SUCCESS']);
  expect(compare(direct, direct).problems).toEqual([]);
  expect(compare(direct, undefined).problems).toHaveLength(3);
  expect(compare(direct, outcome(['a', 'SUCCESS'], ['b', 'SUCCESS'])).problems).toEqual(['direct only: b SUCCESS (2)']);
  expect(compare(direct, outcome(['a', 'INFO'], ['b', 'SUCCESS'], ['b', 'SUCCESS'])).problems).toEqual([
    'direct only: a SUCCESS',
    'behind the gateway only: a INFO',
  ]);
});
