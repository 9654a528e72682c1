// A connection whose first request waits for a person: neither its start nor its server runs out of time meanwhile.
import { expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../../../core/base/logger.ts';
import { Connections } from '../../../core/connections/connections.ts';
import { type Frame, frameOf } from '../../../core/connections/frame.ts';
import type { PortolanError } from '../../../shared/errors.ts';
import { HttpMcpServer } from '../../support/http-mcp-server.ts';
import { AuthRig, resolved } from '../../support/oauth/auth-rig.ts';
import { everythingApproved, freshPins } from '../../support/pins.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

class Client {
  readonly frames: Frame[] = [];
  readonly failures: PortolanError[] = [];
  readonly asked: boolean[] = [];
  closed: PortolanError | undefined;
  onFrame = (frame: Frame): void => void this.frames.push(frame);
  onRequestFailed = (_id: string, error: PortolanError): void => void this.failures.push(error);
  onClosed = (error: PortolanError): void => void (this.closed = error);
  onLog = (): void => undefined;
  onPersonAsked = (_id: string, isAsked: boolean): void => void this.asked.push(isAsked);
}

const INITIALIZE = frameOf({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { protocolVersion: '2025-11-25' } });

async function start(
  waitMs: number,
): Promise<{ rig: AuthRig; connections: Connections; client: Client; server: HttpMcpServer }> {
  const server = await HttpMcpServer.start();
  const rig = new AuthRig();
  rig.waitMs = waitMs;
  rig.add('docs', server.url);
  for (const what of ['initialize', 'POST']) {
    server.on(what, (request, response) => {
      if (request.headers.authorization?.startsWith('Bearer access-') === true) return server.usual(request, response);
      response.writeHead(401, { 'www-authenticate': 'Bearer' }).end();
      return undefined;
    });
  }
  const connections = new Connections({
    catalog: { get: (name) => rig.entries.find((entry) => entry.name === name), list: () => rig.entries },
    resolve: (entry) => Promise.resolve(resolved(entry)),
    authOf: (entry, requester) => rig.signIns.authOf(entry, requester),
    approvals: everythingApproved,
    pins: freshPins(),
    runDir: tempDir(),
    logger: silentLogger,
    clock: rig.clock,
    audit: () => undefined,
    onStatus: () => undefined,
    onStatusRemoved: () => undefined,
  });
  onTestFinished(() => connections.close());
  const client = new Client();
  const always = (): boolean => true;
  const upstream = await connections.open('docs', 'session', client, 'legacy', () => 'editor', always);
  upstream.send(INITIALIZE);
  await until(() => rig.signIns.desk.list()[0]?.calls === 1, 'the handshake waits');
  return { rig, connections, client, server };
}

it('the start does not time out while a person is waited for, and the handshake is answered afterwards', async () => {
  const { rig, connections, client } = await start(45_000);
  rig.clock.advance(40_000);
  expect(client).toMatchObject({ closed: undefined, failures: [], asked: [true] });
  await rig.signIn();
  await until(() => client.frames.length === 1, 'the handshake is answered');
  expect(client.asked).toEqual([true, false]);
  expect(connections.status('docs').state).toBe('starting');
  // From here on the server has as long as any other.
  rig.clock.advance(31_000);
  await until(() => client.closed !== undefined, 'a server that does nothing more is given up');
  expect(client.closed?.code).toBe('SERVER_START_TIMEOUT');
});

it('a request whose sign-in nobody finished fails as not sent, and the connection lives', async () => {
  const { rig, connections, client, server } = await start(10_000);
  rig.clock.advance(10_000);
  await until(() => client.failures.length === 1, 'the handshake fails');
  expect(client.failures[0]).toMatchObject({ code: 'NEEDS_SIGN_IN', data: { sent: false, server: 'docs' } });
  expect(client.closed).toBeUndefined();
  expect(server.count('initialize')).toBe(1);
  expect(connections.status('docs').pids).toEqual([]);
});
