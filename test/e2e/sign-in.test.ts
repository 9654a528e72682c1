// Signing in as people and clients meet it: real shims, the built host, a real keychain, a real authorization server.
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { AuditPage } from '../../shared/model/audit-record.ts';
import type { GatewayClient, GatewayStatus } from '../../shared/model/gateway.ts';
import { createClient, ensureHost, healthOf, type HostClient } from '../../host/control-client.ts';
import { BUILT_HOST } from '../support/host-process.ts';
import { HttpTestClient, modernRequest } from '../support/http-client.ts';
import { type ProtectedServer, startProtectedServer } from '../support/oauth/protected-server.ts';
import { isAlive, Portolan } from '../support/portolan.ts';
import { ShimProcess } from '../support/shim-process.ts';
import { until } from '../support/until.ts';

async function clientOf(portolan: Portolan): Promise<HostClient> {
  await ensureHost(portolan.env, { entry: BUILT_HOST });
  return createClient(join(portolan.home, 'run', 'host.sock'));
}

/** What a person does: begins what waits, and opens the address in a browser. */
async function signIn(portolan: Portolan, again = false): Promise<void> {
  const client = await clientOf(portolan);
  const { id, url = '' } = await client.signIns.start({ server: 'docs', again });
  expect(await (await fetch(url)).text()).toContain('Signed in');
  for await (const { state, reason } of await client.signIns.follow({ id })) {
    if (state === 'done') return;
    if (state === 'failed') throw new Error(reason?.message);
  }
}

async function rig(
  options: Parameters<typeof startProtectedServer>[0] = {},
): Promise<{ server: ProtectedServer; portolan: Portolan }> {
  const server = await startProtectedServer(options);
  const portolan = new Portolan();
  await portolan.json('add', 'docs', '--url', server.url);
  return { server, portolan };
}

test('a first call waits for a person, and is answered when somebody has signed in', async () => {
  const { server, portolan } = await rig();
  const shim = new ShimProcess(portolan, 'docs');
  const opening = shim.initialize();
  const client = await clientOf(portolan);
  await until(async () => (await client.signIns.list())[0]?.calls === 1, 'the handshake waits');
  expect(await client.signIns.list()).toMatchObject([
    {
      kind: 'server',
      target: 'docs',
      state: 'waiting',
      scopes: ['read', 'offline_access'],
      resourceHost: new URL(server.url).host,
    },
  ]);
  expect((await client.system.snapshot()).servers).toMatchObject([{ name: 'docs', state: 'needs-sign-in' }]);
  await signIn(portolan);
  await opening;
  shim.call(1, 'search', { text: 'x' });
  expect((await shim.answer(1)).result).toMatchObject({ echo: { name: 'search' } });
  await until(async () => (await client.system.snapshot()).servers[0]?.state === 'ready', 'the server is ready');
  expect(await client.signIns.server({ name: 'docs' })).toMatchObject({
    state: 'signed-in',
    way: 'browser',
    registration: 'dynamic',
    issuer: server.as.issuer,
    resource: server.url,
    renews: true,
  });

  // Another host has the same tokens.
  await portolan.stop();
  const later = await new ShimProcess(portolan, 'docs').initialize();
  later.call(1, 'search');
  expect((await later.answer(1)).result).toBeDefined();
  expect(server.count('authorization_code')).toBe(1);

  const signedOut = await (await clientOf(portolan)).signIns.signOut({ name: 'docs' });
  expect(signedOut).toMatchObject({ revoked: 'yes', server: { scopes: [], renews: false } });
});

test('20 shims whose token has ended renew it once, and all are answered', async () => {
  const { server, portolan } = await rig();
  await signIn(portolan);
  const shims = await Promise.all(Array.from({ length: 20 }, () => new ShimProcess(portolan, 'docs').initialize()));
  for (const shim of shims) shim.call(1, 'search');
  await Promise.all(shims.map((shim) => shim.answer(1)));
  expect(server.count('refresh_token')).toBe(0);
  server.endTokens();
  for (const shim of shims) shim.call(2, 'search');
  const answers = await Promise.all(shims.map((shim) => shim.answer(2)));
  expect(answers.filter(({ result }) => result !== undefined)).toHaveLength(20);
  expect(server.count('refresh_token')).toBe(1);
  expect(server.count('authorization_code')).toBe(1);
});

test('OA-20: a host that is killed between rotation and keychain says so afterwards, and a person signs in again', async () => {
  const { server, portolan } = await rig();
  await signIn(portolan);
  const shim = await new ShimProcess(portolan, 'docs').initialize();
  shim.call(1, 'search');
  await shim.answer(1);
  const release = Promise.withResolvers<void>();
  server.holdTokens = release.promise;
  server.endTokens();
  shim.call(2, 'search');
  await until(() => server.count('refresh_token') === 1, 'the refresh token is used up');
  const pid = portolan.hostPid() ?? 0;
  process.kill(pid, 'SIGKILL');
  await until(() => !isAlive(pid), 'the host is dead');
  release.resolve();
  server.holdTokens = undefined;

  // The shim that was cut off starts another host.
  const socket = join(portolan.home, 'run', 'host.sock');
  await until(async () => (await healthOf(socket))?.pid !== undefined && portolan.hostPid() !== pid, 'a host answers');
  const client = await clientOf(portolan);
  const next = new ShimProcess(portolan, 'docs');
  const opening = next.initialize();
  const waiting = await until(async () => (await client.signIns.list())[0], 'somebody is asked for');
  expect(waiting).toMatchObject({
    target: 'docs',
    reason: { message: expect.stringContaining('interrupted') as unknown },
  });
  await signIn(portolan);
  await opening;
  next.call(1, 'search');
  expect((await next.answer(1)).result).toBeDefined();
});

/** Kills in one run; `PORTOLAN_SOAK=1` makes them 200. */
const KILLS = process.env['PORTOLAN_SOAK'] === '1' ? 200 : 2;
/** From before the answer of a renewal is read to after it lies in the keychain. */
const KILL_WITHIN_MS = 40;

test(
  `OA-20: a host killed at ${KILLS} moments of a renewal never loses a sign-in silently`,
  async () => {
    const { server, portolan } = await rig();
    await signIn(portolan);
    const interrupted = [];
    for (let round = 0; round < KILLS; round += 1) {
      const doomed = await new ShimProcess(portolan, 'docs').initialize();
      doomed.call(1, 'search');
      await doomed.answer(1);
      const [pid, renewals] = [portolan.hostPid() ?? 0, server.count('refresh_token')];
      server.endTokens();
      doomed.call(2, 'search');
      await until(() => server.count('refresh_token') > renewals, 'the refresh token is used up');
      await delay((KILL_WITHIN_MS * round) / KILLS);
      process.kill(pid, 'SIGKILL');
      doomed.child.kill('SIGKILL');
      await until(() => !isAlive(pid), 'the host is dead');

      const client = await clientOf(portolan);
      const next = new ShimProcess(portolan, 'docs');
      const asked = await served(client, portolan, next.initialize());
      next.call(1, 'search');
      const answer = next.answer(1);
      interrupted.push((await served(client, portolan, answer)) || asked);
      expect((await answer).result).toBeDefined();
      next.child.kill('SIGKILL');
    }
    if (KILLS > 100) expect(new Set(interrupted).size).toBe(2);
  },
  KILLS * 20_000,
);

/** Waits for `work`, signing in when the host asks for it; then it must have said why. Whether it asked. */
async function served(client: HostClient, portolan: Portolan, work: Promise<unknown>): Promise<boolean> {
  let isDone = false;
  void work.then(() => (isDone = true));
  const asked = await until(
    async () => isDone || (await client.signIns.list())[0],
    'it is served or somebody is asked',
  );
  if (asked === true) return false;
  expect(asked).toMatchObject({ reason: { message: expect.stringContaining('interrupted') as unknown } });
  await signIn(portolan);
  await work;
  return true;
}

test('a tool that needs more rights gets them with the ones there were', async () => {
  const { server, portolan } = await rig();
  await signIn(portolan);
  server.needs = (method, tool) => (method === 'tools/call' && tool === 'save' ? 'write' : undefined);
  const shim = await new ShimProcess(portolan, 'docs').initialize();
  shim.call(1, 'save');
  const client = await clientOf(portolan);
  const waiting = await until(async () => (await client.signIns.list())[0], 'more rights are asked for');
  expect(waiting).toMatchObject({
    kind: 'step-up',
    tool: 'save',
    scopes: ['read', 'offline_access', 'write'],
    newScopes: ['write'],
  });
  await signIn(portolan);
  expect((await shim.answer(1)).result).toBeDefined();
});

test('OA-31 a client of the gateway uses a server that a person signed in to only when it was allowed to', async () => {
  const { portolan } = await rig();
  await signIn(portolan);
  const shim = await new ShimProcess(portolan, 'docs').initialize();
  shim.call(1, 'search');
  expect((await shim.answer(1)).result).toBeDefined();

  const { url = '' } = await portolan.json<GatewayStatus>('gateway', 'enable', '--port', '0');
  const { token } = await portolan.json<{ token: string }>('gateway', 'add-client', 'laptop');
  const laptop = new HttpTestClient(url, { Authorization: `Bearer ${token}` });
  const answer = (method: string, params: Record<string, unknown> = {}) => {
    const { body, headers } = modernRequest(1, method, params);
    return laptop.post('/mcp/s/docs', body, headers).message();
  };
  const clients = () => portolan.json<GatewayClient[]>('gateway', 'clients');
  expect((await answer('tools/list')).result).toBeDefined();
  expect((await answer('tools/call', { name: 'search' })).error?.data?.code).toBe('APPROVAL_NEEDED');
  expect(await clients()).toMatchObject([{ name: 'laptop', asked: ['docs'] }]);

  await portolan.json('gateway', 'allow', 'laptop', 'docs');
  expect((await answer('tools/call', { name: 'search' })).result).toBeDefined();
  expect(await clients()).toMatchObject([{ name: 'laptop', allowed: ['docs'] }]);
  const { records } = await portolan.json<AuditPage>('audit', 'list', '--limit', '100');
  expect(records.filter(({ kind }) => kind === 'gateway.client.allowed')).toMatchObject([
    { server: 'docs', what: 'laptop' },
  ]);
  expect(
    records
      .filter(({ kind, client }) => kind === 'call.outcome' && client?.startsWith('laptop'))
      .map(({ outcome }) => outcome),
  ).toEqual(['allowed', 'denied']);

  // Whoever signs in next may be somebody else; a removed server is another one when it comes again.
  await (await clientOf(portolan)).signIns.signOut({ name: 'docs' });
  expect((await clients())[0]?.allowed).toBeUndefined();
  await portolan.json('gateway', 'allow', 'laptop', 'docs');
  await portolan.json('remove', 'docs');
  await until(async () => (await clients())[0]?.allowed === undefined, 'the approval is forgotten');
});
