import { expect, test } from 'vitest';
import { attachTo, recorderGateway } from '../../support/gateway-rig.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { until } from '../../support/until.ts';

async function waitingCall(entry: object = {}) {
  const clock = new ManualClock();
  const rig = recorderGateway({ clock, entry });
  const { client } = attachTo(rig.gateway, 'recorder');
  await client.initialize();
  client.send({ jsonrpc: '2.0', id: 9, method: 'tools/call', params: { name: 'x', _meta: { progressToken: 'p' } } });
  await until(() => rig.source.last.methods.includes('tools/call'), 'the call arrived');
  return { ...rig, clock, client, upstream: rig.source.last };
}

const progress = (n: number) =>
  `{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"p","progress":${n}}}`;

test('FRM-22, BAS-31, TOL-03: a silent server: after 60 s the client is told, the server is told, the late answer is dropped', async () => {
  const { clock, client, upstream, audit } = await waitingCall();
  clock.advance(59_999);
  expect(audit.of('call.outcome')).toEqual([]);
  clock.advance(1);
  const answer = await client.answer(9);
  expect(answer.error).toMatchObject({ code: -33002, data: { code: 'REQUEST_TIMEOUT' } });
  expect(upstream.frames.at(-1)?.message).toMatchObject({
    method: 'notifications/cancelled',
    params: { requestId: 9 },
  });
  upstream.answer('9', '{"late":true}');
  upstream.say(progress(99));
  upstream.say('{"jsonrpc":"2.0","method":"marker"}');
  await until(() => client.messages.at(-1)?.method === 'marker', 'a later message passed');
  expect(client.lines).toHaveLength(3);
  expect(audit.pairs().map(({ outcomes }) => outcomes.map(({ outcome, reason }) => [outcome, reason?.code]))).toEqual([
    [['unknown', 'REQUEST_TIMEOUT']],
  ]);
});

test('FRM-22, BAS-31: progress every 5 s for ever ends at the total limit of 10 min', async () => {
  const { clock, client, upstream } = await waitingCall();
  for (let n = 1; n < 120; n++) {
    clock.advance(5000);
    upstream.say(progress(n));
  }
  clock.advance(4999);
  await until(() => client.lines.length === 120, 'all progress came');
  clock.advance(1);
  expect((await client.answer(9)).error?.data).toMatchObject({ code: 'REQUEST_TIMEOUT' });
});

test('FRM-22: bytes and progress of other requests put nothing off', async () => {
  const { clock, client, upstream } = await waitingCall();
  for (let n = 1; n <= 12; n++) {
    clock.advance(5000);
    upstream.say(progress(n).replace('"p"', '"other"'));
    upstream.say('{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"."}}');
  }
  expect((await client.answer(9)).error?.data).toMatchObject({ code: 'REQUEST_TIMEOUT' });
});

test('the limits of the entry hold instead of the defaults', async () => {
  const { clock, client } = await waitingCall({ timeouts: { idleMs: 200, totalMs: 300 } });
  clock.advance(200);
  expect((await client.answer(9)).error?.message).toBe(
    'REQUEST_TIMEOUT: The server showed no sign of life for 200 ms.',
  );
});

test('while the server waits for the client only the total limit runs', async () => {
  const { clock, client, upstream, gateway } = await waitingCall();
  upstream.say('{"jsonrpc":"2.0","id":1,"method":"elicitation/create","params":{}}');
  await until(() => client.messages.at(-1)?.method === 'elicitation/create', 'the question came');
  clock.advance(300_000);
  expect(gateway.inFlight()).toBe(1);
  client.send({ jsonrpc: '2.0', id: 1, result: { action: 'decline' } });
  await until(() => upstream.frames.at(-1)?.kind === 'response', 'the answer passed');
  clock.advance(59_000);
  expect(gateway.inFlight()).toBe(1);
  clock.advance(61_000);
  expect((await client.answer(9)).error?.data).toMatchObject({ code: 'REQUEST_TIMEOUT' });
});

test('while a person is asked on the client’s behalf only the total limit runs', async () => {
  const { clock, client, upstream, gateway } = await waitingCall();
  upstream.events.onPersonAsked?.('9', true);
  clock.advance(300_000);
  expect(gateway.inFlight()).toBe(1);
  upstream.events.onPersonAsked?.('9', false);
  clock.advance(59_000);
  expect(gateway.inFlight()).toBe(1);
  clock.advance(61_000);
  expect((await client.answer(9)).error?.data).toMatchObject({ code: 'REQUEST_TIMEOUT' });
});

test('BAS-07: a handshake that takes too long fails as a start, is not cancelled, and the next one gets a new connection', async () => {
  const clock = new ManualClock();
  const { gateway, source } = recorderGateway({ clock });
  let resolve: () => void = () => undefined;
  source.ready = new Promise((done) => {
    resolve = done;
  });
  const { client } = attachTo(gateway, 'recorder');
  const id = client.begin('initialize');
  await until(() => gateway.inFlight() === 1, 'the handshake is under way');
  clock.advance(30_000);
  expect((await client.answer(id)).error?.data).toMatchObject({ code: 'SERVER_START_TIMEOUT' });
  expect(source.notes).toEqual(['failure recorder SERVER_START_TIMEOUT']);
  resolve();
  expect((await client.initialize()).result).toBeDefined();
  expect(source.opened.map(({ methods, closed }) => ({ methods: [...methods].slice(0, 1), closed }))).toEqual([
    { methods: [], closed: true },
    { methods: ['initialize'], closed: false },
  ]);
});

test('no timer is left when every request is answered', async () => {
  const { clock, client, upstream, gateway } = await waitingCall();
  upstream.answer('9');
  await client.answer(9);
  clock.advance(100);
  expect([gateway.inFlight(), clock.waiting]).toEqual([0, 0]);
});

const HOURS = 8 * 3_600_000;

test.each([
  ['the wall clock jumps forward', (clock: ManualClock) => clock.jump(HOURS)],
  ['the wall clock jumps back', (clock: ManualClock) => clock.jump(-HOURS)],
  ['the computer sleeps for hours', (clock: ManualClock) => clock.stall(HOURS)],
])('CON-03: a request has as long as it had, to within five seconds, when %s', async (_what, disturb) => {
  const { clock, client, audit } = await waitingCall();
  clock.advance(30_000);
  disturb(clock);
  clock.advance(24_000);
  expect(audit.of('call.outcome')).toEqual([]);
  clock.advance(6_000);
  expect((await client.answer(9)).error?.data?.code).toBe('REQUEST_TIMEOUT');
});

test('CON-03: sleep does not count towards the total limit either, and progress after it is a sign of life of now', async () => {
  const { clock, client, upstream, audit } = await waitingCall({ timeouts: { idleMs: 60_000, totalMs: 100_000 } });
  clock.advance(50_000);
  clock.stall(HOURS);
  upstream.say(progress(1));
  clock.advance(44_000);
  expect(audit.of('call.outcome')).toEqual([]);
  clock.advance(7_000);
  expect((await client.answer(9)).error).toMatchObject({ message: expect.stringContaining('100000 ms') });
});
