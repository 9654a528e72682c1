import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { attachTo, echoGateway, recorderGateway } from '../../support/gateway-rig.ts';
import { lives } from '../../support/processes.ts';
import { until } from '../../support/until.ts';

test('PRX-08: cancelled at 1,000 random moments: the server is told, nothing comes late, the log says cancelled', async () => {
  const { gateway, source, audit } = recorderGateway();
  const { client } = attachTo(gateway, 'recorder');
  await client.initialize();
  const answers: number[] = [];
  client.onMessage = ({ id }) => answers.push(Number(id));
  source.onSend = (frame, server) => {
    if (frame.method === 'tools/call') void ticks(6).then(() => server.answer(frame.id, '{"content":[]}'));
  };
  const callAndCancel = async (id: number) => {
    client.send({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'x' } });
    await ticks(6);
    client.notify('notifications/cancelled', { requestId: id });
  };
  for (let first = 1000; first < 2000; first += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, n) => callAndCancel(first + n)));
  }
  client.notify('last');
  await until(() => source.last.methods.includes('last'), 'all arrived');

  const told = new Set(
    source.last.frames.flatMap(({ method, message }) => {
      return method === 'notifications/cancelled' ? [(message['params'] as { requestId: number }).requestId] : [];
    }),
  );
  const seen = { allowed: 0, cancelled: 0 };
  for (const { intent, outcomes } of audit.pairs()) {
    const id = Number(intent.requestId);
    expect(outcomes).toHaveLength(1);
    const outcome = answers.includes(id) ? 'allowed' : 'cancelled';
    expect(outcomes[0]?.outcome).toBe(outcome);
    expect(told.has(id)).toBe(true);
    seen[outcome]++;
  }
  expect(seen.allowed + seen.cancelled).toBe(1000);
  expect(Math.min(seen.allowed, seen.cancelled)).toBeGreaterThan(50);
  expect(new Set(answers).size).toBe(answers.length);
});

test('BAS-07: an initialize is not cancelled', async () => {
  const { gateway, source } = recorderGateway();
  const { client } = attachTo(gateway, 'recorder');
  client.send({ jsonrpc: '2.0', id: 'i', method: 'initialize', params: {} });
  client.notify('notifications/cancelled', { requestId: 'i' });
  expect((await client.answer('i')).result).toBeDefined();
  expect(source.last.methods).toEqual(['initialize']);
});

test('PRX-09: a client that vanishes in mid-call: the call is cancelled, its process ends, nothing is left', async () => {
  const { gateway, source, audit } = echoGateway();
  const { client, session } = attachTo(gateway, 'echo');
  await client.initialize();
  client.begin('tools/call', { name: 'slow', arguments: { steps: 1000, ms: 50 }, _meta: { progressToken: 1 } });
  await until(() => client.messages.some(({ method }) => method === 'notifications/progress'), 'progress came');
  const [pid = 0] = source.status('echo').pids;
  expect(lives(pid)).toBe(true);
  client.stream.destroy();
  await until(() => audit.of('session.closed').length === 1, 'the session is closed');
  expect(audit.pairs().map(({ outcomes }) => outcomes.map(({ outcome, reason }) => [outcome, reason?.code]))).toEqual([
    [['cancelled', 'SESSION_LOST']],
  ]);
  expect({ sessions: gateway.sessions(), inFlight: gateway.inFlight(), own: session.inFlight }).toEqual({
    sessions: [],
    inFlight: 0,
    own: 0,
  });
  await until(() => !lives(pid), 'the process is gone');
});

test('PRX-09: the server is told to stop before its connection is closed', async () => {
  const { gateway, source } = recorderGateway();
  const { client } = attachTo(gateway, 'recorder');
  await client.initialize();
  const id = client.begin('tools/call', { name: 'x' });
  await until(() => source.last.methods.includes('tools/call'), 'the call arrived');
  client.stream.end();
  await until(() => source.last.closed, 'the connection is closed');
  expect(source.last.frames.at(-1)?.message).toMatchObject({
    method: 'notifications/cancelled',
    params: { requestId: id },
  });
});

/** Lets up to `most` turns of the event loop pass, at random. */
async function ticks(most: number): Promise<void> {
  for (let left = Math.floor(Math.random() * (most + 1)); left > 0; left--) await nextTurn();
}
