// What the status of a remote server says when it fails again and again, and that all its sessions share the verdict.
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { silentLogger } from '../../../core/base/logger.ts';
import { Connections } from '../../../core/connections/connections.ts';
import { PortolanError } from '../../../shared/errors.ts';
import { serverEntrySchema } from '../../../shared/model/server-entry.ts';
import { HttpMcpServer } from '../../support/http-mcp-server.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { initialize, Recorder, request } from '../../support/stdio-server.ts';
import { everythingApproved, freshPins } from '../../support/pins.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

async function twoSessions() {
  const server = await HttpMcpServer.start({ sessions: false });
  const entry = serverEntrySchema.parse({
    name: 'far',
    endpoint: { type: 'streamable-http', url: server.url },
    options: {},
  });
  const clock = new ManualClock();
  const connections = new Connections({
    approvals: everythingApproved,
    pins: freshPins(),
    catalog: { get: (name) => (name === 'far' ? entry : undefined), list: () => [entry] },
    resolve: async () => ({ ...entry, secretValues: [] }),
    runDir: join(tempDir(), 'run'),
    logger: silentLogger,
    loginShell: 'never',
    audit: () => undefined,
    onStatus: () => undefined,
    onStatusRemoved: () => undefined,
    clock,
  });
  onTestFinished(() => connections.close());
  const connect = async (sessionId: string) => {
    const events = new Recorder();
    const upstream = await connections.open('far', sessionId, events);
    const ask = async (id: number, method: string) => {
      upstream.send(request(id, method));
      const settled = () => [...events.frames, ...events.failures].find((each) => each.id === String(id));
      const outcome = await until(settled, `request ${id} is settled`);
      return 'error' in outcome ? outcome.error.code : 'answered';
    };
    upstream.send(initialize(0));
    await events.result(0);
    connections.noteHandshake('far', { protocolVersion: '2025-11-25' }, sessionId);
    return ask;
  };
  const [one, two] = [await connect('one'), await connect('two')];
  const failFive = async () => {
    server.on('tools/call', (_request, response) => void response.writeHead(503).end());
    for (let id = 1; id <= 5; id++) await one(id, 'tools/call');
  };
  return { server, clock, connections, one, two, failFive };
}

test('PRX-04: the failures of one session spare the others the wait, and the status says degraded and why', async () => {
  const { clock, connections, two, failFive } = await twoSessions();
  expect(connections.status('far').state).toBe('ready');
  await failFive();
  expect(connections.status('far')).toMatchObject({ state: 'degraded', reason: { code: 'CIRCUIT_OPEN' } });
  expect(await two(10, 'ping')).toBe('CIRCUIT_OPEN');
  clock.advance(30_000);
  expect(await two(11, 'ping')).toBe('answered');
  const { state, reason } = connections.status('far');
  expect([state, reason]).toEqual(['ready', undefined]);
});

test('another problem of the server is still told when it answers again', async () => {
  const { clock, connections, two, failFive } = await twoSessions();
  await failFive();
  connections.noteFailure('far', new PortolanError('REQUEST_TIMEOUT', 'Too slow.'));
  clock.advance(30_000);
  expect(await two(11, 'ping')).toBe('answered');
  expect(connections.status('far').reason?.code).toBe('REQUEST_TIMEOUT');
});

test('a person who restarts the server has it tried at once', async () => {
  const { connections, failFive } = await twoSessions();
  await failFive();
  await connections.stopServer('far');
  const events = new Recorder();
  const upstream = await connections.open('far', 'three', events);
  upstream.send(initialize(0));
  expect(await events.result(0)).toMatchObject({ protocolVersion: '2025-11-25' });
});
