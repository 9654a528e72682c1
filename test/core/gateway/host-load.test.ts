// What a host does that has too much to do: it refuses what is new, with a reason, and finishes the rest.
import { expect, test } from 'vitest';
import { HostLoad } from '../../../core/gateway/host-load.ts';
import { attachTo, recorderGateway } from '../../support/gateway-rig.ts';
import { until } from '../../support/until.ts';

async function loaded(limits: { requests: number; bytes: number }) {
  const load = new HostLoad(limits);
  const rig = recorderGateway({ load });
  const clients = [attachTo(rig.gateway, 'one'), attachTo(rig.gateway, 'two')].map(({ client }) => client);
  for (const client of clients) await client.initialize();
  return { ...rig, load, clients };
}

test('the requests of all clients together are bounded; the one too many is told so and not recorded', async () => {
  const { gateway, source, audit, load, clients } = await loaded({ requests: 3, bytes: 1_000_000 });
  const [one, two] = clients;
  const ids = [one?.begin('tools/call'), one?.begin('tools/call'), two?.begin('tools/call')];
  await until(() => gateway.inFlight() === 3, 'three calls are under way');
  expect(await two?.call('x')).toMatchObject({
    error: {
      code: -33_006,
      message: expect.stringContaining('3 requests of all clients'),
      data: { code: 'SERVER_BUSY' },
    },
  });
  expect(audit.of('call.intent')).toHaveLength(3);
  source.opened[0]?.answer(String(ids[0]));
  await one?.answer(ids[0] ?? 0);
  const next = two?.begin('tools/call');
  await until(() => source.last.frames.filter(({ method }) => method === 'tools/call').length === 2, 'there is room');
  source.last.answer(String(next));
  expect((await two?.answer(next ?? 0))?.result).toEqual({});
  expect(load.requests).toBe(2);
});

test('the bytes of all requests under way are bounded', async () => {
  const { gateway, load, clients } = await loaded({ requests: 100, bytes: 10_000 });
  const [one, two] = clients;
  one?.begin('tools/call', { name: 'x', arguments: { text: 'x'.repeat(9_000) } });
  await until(() => gateway.inFlight() === 1, 'a large call is under way');
  const refused = await two?.call('x', { text: 'x'.repeat(2_000) });
  expect(refused?.error?.data).toEqual({
    code: 'SERVER_BUSY',
    hint: 'Wait for running calls to finish, or ask for less at once.',
  });
  two?.begin('tools/call', { name: 'small' });
  await until(() => gateway.inFlight() === 2, 'a small one has room');
  expect(load.bytes).toBeGreaterThan(9_000);
});

test('answers that a client does not read count, until it reads them', async () => {
  const { source, load, clients } = await loaded({ requests: 100, bytes: 1_000_000 });
  const [one, two] = clients;
  one?.stream.pause();
  const id = one?.begin('tools/call', { name: 'x' });
  await until(() => source.opened[0]?.methods.includes('tools/call'), 'the call arrived');
  source.opened[0]?.answer(String(id), JSON.stringify({ text: 'x'.repeat(900_000) }));
  source.opened[0]?.say('{"jsonrpc":"2.0","method":"more"}');
  expect(load.bytes).toBeGreaterThan(900_000);
  expect((await two?.call('x', { text: 'x'.repeat(200_000) }))?.error?.data?.code).toBe('SERVER_BUSY');
  one?.stream.resume();
  await one?.answer(id ?? 0);
  await until(() => load.bytes === 0, 'it is read');
});

test.each(['leave', 'are ended', 'are cancelled'])('nothing is left of the load when clients %s', async (how) => {
  const { gateway, load, clients } = await loaded({ requests: 100, bytes: 1_000_000 });
  const ids = clients.map((client) => client.begin('tools/call', { name: 'x' }));
  await until(() => load.requests === 2, 'both calls are under way');
  if (how === 'leave') for (const client of clients) client.stream.destroy();
  else if (how === 'are ended') await gateway.close();
  else for (const [n, client] of clients.entries()) client.notify('notifications/cancelled', { requestId: ids[n] });
  await until(() => load.requests === 0, 'nothing is under way');
  expect(load.bytes).toBe(0);
});

test('the usual bounds are 4,096 requests and 512 MiB', () => {
  const load = new HostLoad();
  expect(load.refusal(512 * 1024 * 1024)).toBeUndefined();
  expect(load.refusal(512 * 1024 * 1024 + 1)?.message).toContain('512 MiB');
  for (let i = 0; i < 4_095; i++) load.began(1);
  expect(load.refusal(1)).toBeUndefined();
  load.began(1);
  expect(load.refusal(1)?.message).toContain('4096 requests');
});
