// One bad server must not disturb the others, nor the order in which each of them speaks.
import { expect, test } from 'vitest';
import {
  attachTo,
  catalogOf,
  ECHO_SERVER,
  gatewayOf,
  realConnections,
  recorderGateway,
} from '../../support/gateway-rig.ts';
import { MemoryAudit } from '../../support/memory-audit.ts';
import { EVIL_STDIO } from '../../support/stdio-server.ts';
import { until } from '../../support/until.ts';

test.each([
  ['hangs', ['silent', 'stay']],
  ['reads nothing', ['deaf']],
  ['floods its log', ['flood-stderr=16']],
  ['writes nonsense', ['flood-stdout=20000', 'noise']],
  ['ends at once', ['exit=1']],
])('PRX-11: while one of ten servers %s, the other nine answer every call', async (_what, modes) => {
  const names = Array.from({ length: 9 }, (_, n) => `good-${n}`);
  const good = names.map((name) => [name, { args: [ECHO_SERVER] }] as const);
  const catalog = catalogOf({ ...Object.fromEntries(good), bad: { args: [EVIL_STDIO, ...modes] } });
  const { gateway, audit } = gatewayOf({ source: realConnections(catalog), audit: new MemoryAudit(), catalog });
  const bad = attachTo(gateway, 'bad').client;
  bad.send({ jsonrpc: '2.0', id: 'i', method: 'initialize', params: {} });
  for (let id = 0; id < 300; id++) bad.send({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'x' } });
  const answers = await Promise.all(
    names.map(async (name) => {
      const { client } = attachTo(gateway, name);
      await client.initialize();
      return Promise.all(Array.from({ length: 20 }, (_, n) => client.call('echo', { text: `${name} ${n}` })));
    }),
  );
  expect(answers.map((each) => each.map(({ result }) => result))).toEqual(
    names.map((name) => Array.from({ length: 20 }, (_, n) => ({ content: [{ type: 'text', text: `${name} ${n}` }] }))),
  );
  expect(audit.pairs().filter(({ intent, outcomes }) => intent.server !== 'bad' && outcomes.length !== 1)).toEqual([]);
});

test('PRX-20: what five servers say out of turn comes in the order of each, and a client that does not read stops no other', async () => {
  const { gateway, source } = recorderGateway();
  const clients = Array.from({ length: 5 }, (_, n) => attachTo(gateway, `server-${n}`).client);
  for (const client of clients) await client.initialize();
  const [stuck] = clients;
  stuck?.stream.pause();
  const text = 'x'.repeat(2_000);
  const said = [0, 0, 0, 0, 0];
  for (let n = 0; n < 1_000; n++) {
    const server = Math.floor(Math.random() * 5);
    const seq = (said[server] ?? 0) + 1;
    said[server] = seq;
    source.opened[server]?.say(
      JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params: { seq, server, text } }),
    );
  }
  const heard = (n: number) =>
    (clients[n]?.messages ?? []).flatMap(({ method, params }) =>
      method === 'notifications/message' ? [params as { seq: number; server: number }] : [],
    );
  const inOrder = (n: number) => Array.from({ length: said[n] ?? 0 }, (_, i) => ({ seq: i + 1, server: n, text }));
  for (const n of [1, 2, 3, 4]) {
    await until(() => heard(n).length === said[n], `client ${n} has heard all`);
    expect(heard(n)).toEqual(inOrder(n));
  }
  expect(heard(0)).toEqual([]);
  expect(source.opened.map(({ paused }) => paused)).toEqual([true, false, false, false, false]);
  stuck?.stream.resume();
  await until(() => heard(0).length === said[0], 'the one that was stuck has heard all');
  expect(heard(0)).toEqual(inOrder(0));
});
