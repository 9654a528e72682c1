// Turning the HTTP gateway on and off: a port that is not free is a problem that is told and tried again.
import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../../core/base/logger.ts';
import { STATE_MIGRATIONS } from '../../core/base/state-migrations.ts';
import { StateDb } from '../../core/base/state-db.ts';
import { GatewayConsents } from '../../core/gateway/http/gateway-consents.ts';
import { GatewayClients } from '../../core/gateway/http/gateway-clients.ts';
import { HttpGateway } from '../../core/gateway/http/http-gateway.ts';
import { createGatewayControl } from '../../host/gateway-control.ts';
import type { GatewayStatus } from '../../shared/model/gateway.ts';
import { type Profile, profileSchema } from '../../shared/model/profile.ts';
import { serverEntrySchema } from '../../shared/model/server-entry.ts';
import { type Settings, settingsSchema } from '../../shared/model/system.ts';
import type { CatalogReader } from '../../core/connections/upstream.ts';
import type { ClientSession } from '../../core/gateway/client-session.ts';
import type { OpenOptions } from '../../core/gateway/gateway-options.ts';
import { gatewayOf } from '../support/gateway-rig.ts';
import { HttpTestClient, modernRequest } from '../support/http-client.ts';
import { MemoryAudit } from '../support/memory-audit.ts';
import { RecordingSource } from '../support/recording-upstream.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { tempDir } from '../support/temp-dir.ts';
import { rejected, thrown } from '../support/thrown.ts';
import { until } from '../support/until.ts';

const CATALOG: CatalogReader = {
  get: (name) =>
    ['tickets', 'wiki'].includes(name)
      ? serverEntrySchema.parse({
          name,
          endpoint: { type: 'streamable-http', url: `https://${name}.test/mcp` },
          options: {},
        })
      : undefined,
  list: () => [],
};

interface World {
  /** Servers that are signed in as a person. */
  readonly personal?: readonly string[];
  readonly profiles?: readonly Profile[];
  readonly state?: StateDb;
  readonly open?: (options: OpenOptions) => ClientSession;
}

function control(initial: Partial<Settings> = {}, world: World = {}) {
  const clock = new ManualClock();
  const { personal = [], profiles = [], state = StateDb.open(`${tempDir()}/state.db`) } = world;
  const nobody = () => {
    throw new Error('nobody came');
  };
  let settings = settingsSchema.parse(initial);
  const told: GatewayStatus[] = [];
  const gateway = createGatewayControl({
    http: new HttpGateway({ open: world.open ?? nobody, clock }),
    clients: new GatewayClients(state, clock),
    consents: new GatewayConsents(state, clock),
    catalog: { ...CATALOG, profile: (name) => profiles.find((profile) => profile.name === name) },
    isPersonal: (server) => personal.includes(server),
    settings: {
      get: () => settings,
      set: (patch) => Promise.resolve((settings = settingsSchema.parse({ ...settings, ...patch }))),
    },
    clientEnv: { env: {}, platform: 'linux', homeDir: '/home/maya' },
    clock,
    logger: silentLogger,
    onChanged: (status) => told.push(status),
  });
  onTestFinished(() => gateway.close());
  return { gateway, clock, told, state };
}

it('GW-01, HTM-24 is off until it is asked for, and then listens on 127.0.0.1 alone', async () => {
  const { gateway } = control();
  gateway.start();
  expect(gateway.status()).toEqual({ enabled: false, port: 7425, connections: 0, clients: [] });
  const { url = '' } = await gateway.configure({ enabled: true, port: 0 });
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect((await fetch(`${url}/mcp/s/x`)).status).toBe(401);
  const { port } = new URL(url);
  await expect(fetch(`http://127.0.0.2:${port}/mcp/s/x`)).rejects.toThrow();
  await expect(fetch(`http://[::1]:${port}/mcp/s/x`)).rejects.toThrow();
  expect((await gateway.configure({ enabled: false })).url).toBeUndefined();
  await expect(fetch(`${url}/mcp/s/x`)).rejects.toThrow();
});

it('tells that its port is not free and listens as soon as it is', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await until(() => other.listening, 'another program has the port');
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const { gateway, clock } = control({ gatewayEnabled: true, gatewayPort: port });
  gateway.start();
  await until(() => gateway.status().problem?.code === 'ADDRESS_IN_USE', 'the problem is told');
  expect(gateway.isOn).toBe(true);
  other.close();
  await until(() => !other.listening, 'the port is free');
  const url = await until(() => {
    clock.advance(500);
    return gateway.status().url;
  }, 'it listens');
  expect([url, gateway.status().problem]).toEqual([`http://127.0.0.1:${port}`, undefined]);
});

it('frees its port for the next host while what is open goes on', async () => {
  const first = control();
  const { url = '' } = await first.gateway.configure({ enabled: true, port: 0 });
  first.gateway.drain();
  const next = control({ gatewayEnabled: true, gatewayPort: Number(new URL(url).port) });
  next.gateway.start();
  await until(() => {
    next.clock.advance(500);
    return next.gateway.status().url;
  }, 'the next host listens');
});

it('takes a public origin that is a scheme and a host alone', async () => {
  const { gateway } = control();
  for (const publicOrigin of ['https://mcp.example.com/path', 'ftp://mcp.example.com', 'https://a:b@mcp.example.com']) {
    expect((await rejected(gateway.configure({ publicOrigin }))).code).toBe('INPUT_INVALID');
  }
  expect((await gateway.configure({ publicOrigin: 'https://mcp.example.com' })).publicOrigin).toBe(
    'https://mcp.example.com',
  );
  expect((await gateway.configure({ publicOrigin: null })).publicOrigin).toBeUndefined();
});

const WORK = profileSchema.parse({ name: 'work', servers: ['wiki'], mode: 'all' });
const PERSONAL = ['tickets', 'wiki'];

it('OA-31 every client of the gateway needs its own approval for a server that is signed in as a person', () => {
  const { gateway, state } = control({}, { personal: PERSONAL });
  const first = gateway.addClient({ name: 'first' }).client;
  gateway.addClient({ name: 'second' });
  expect(gateway.mayUse('first', 'tickets')).toBe(false);
  expect(gateway.status().clients[0]).toEqual({ ...first, asked: ['tickets'] });
  expect(gateway.allow(first.id, 'tickets')).toEqual({ ...first, allowed: ['tickets'] });
  expect([gateway.mayUse('first', 'tickets'), gateway.mayUse('first', 'wiki')]).toEqual([true, false]);
  expect(gateway.mayUse('second', 'tickets')).toBe(false);
  gateway.allow('second', 'tickets');
  expect(gateway.mayUse('second', 'tickets')).toBe(true);
  const restarted = control({}, { personal: PERSONAL, state }).gateway;
  expect([restarted.mayUse('first', 'tickets'), restarted.mayUse('first', 'wiki')]).toEqual([true, false]);
  expect(restarted.mayUse('nobody', 'tickets')).toBe(false);
});

it('OA-31 to name a server or its profile when a client is added is to approve it; what a profile gains later is not', () => {
  const world = { personal: PERSONAL, profiles: [WORK] };
  const { gateway } = control({}, world);
  gateway.addClient({ name: 'named', targets: ['tickets', 'profile:work'] });
  expect([gateway.mayUse('named', 'tickets'), gateway.mayUse('named', 'wiki')]).toEqual([true, true]);
  gateway.addClient({ name: 'profiled', targets: ['profile:work'] });
  world.profiles[0] = { ...WORK, servers: ['wiki', 'tickets'] };
  expect([gateway.mayUse('profiled', 'wiki'), gateway.mayUse('profiled', 'tickets')]).toEqual([true, false]);
});

it('OA-31 an approval ends with its client, its server and the person who was signed in', async () => {
  const { gateway } = control({}, { personal: PERSONAL });
  const { id } = gateway.addClient({ name: 'desk', targets: PERSONAL }).client;
  gateway.forgetServer('tickets');
  expect([gateway.mayUse('desk', 'tickets'), gateway.mayUse('desk', 'wiki')]).toEqual([false, true]);
  await gateway.revokeClient(id);
  gateway.addClient({ name: 'desk' });
  expect(gateway.mayUse('desk', 'wiki')).toBe(false);
});

it('OA-31 a client that was restricted to named servers before approvals were kept has theirs', () => {
  const path = `${tempDir()}/state.db`;
  const before = StateDb.open(path, {
    migrations: STATE_MIGRATIONS.slice(
      0,
      STATE_MIGRATIONS.findIndex((step) => step.includes('gateway_consents')),
    ),
  });
  const clients = new GatewayClients(before, new ManualClock());
  clients.add({ name: 'named', targets: ['tickets', 'tickets', 'profile:work'] });
  clients.add({ name: 'any' });
  before.close();
  const { gateway } = control({}, { personal: PERSONAL, state: StateDb.open(path) });
  const allowed = Object.fromEntries(gateway.status().clients.map((client) => [client.name, client.allowed]));
  expect(allowed).toEqual({ named: ['tickets'], any: undefined });
});

it('needs no approval for a server that is not signed in as a person, and allows only what there is', () => {
  const { gateway } = control();
  gateway.addClient({ name: 'desk' });
  expect(gateway.mayUse('desk', 'tickets')).toBe(true);
  expect(gateway.status().clients[0]?.asked).toBeUndefined();
  expect(thrown(() => gateway.allow('nobody', 'tickets')).code).toBe('NOT_FOUND');
  expect(thrown(() => gateway.allow('desk', 'none')).code).toBe('SERVER_NOT_FOUND');
});

it('OA-31 a second client is held before a byte reaches the server that the first may use, and the log says so', async () => {
  const source = new RecordingSource();
  source.onSend = (frame, upstream) => queueMicrotask(() => upstream.answer(frame.id, '{"content":[]}'));
  const mayUse = (client: string, server: string): boolean => gateway.mayUse(client, server);
  const audit = new MemoryAudit();
  const rig = gatewayOf({ source, audit, catalog: CATALOG, mayUse });
  const { gateway } = control({}, { personal: ['tickets'], open: (about) => rig.gateway.open(about) });
  const { url = '' } = await gateway.configure({ enabled: true, port: 0 });
  const client = (name: string, targets?: string[]) => {
    const { token } = gateway.addClient({ name, targets });
    return new HttpTestClient(url, { Authorization: `Bearer ${token}` });
  };
  const call = async (one: HttpTestClient, server = 'tickets') => {
    const { body, headers } = modernRequest(1, 'tools/call', { name: 'close' });
    return one.post(`/mcp/s/${server}`, body, headers).message();
  };
  const first = client('first', ['tickets']);
  const second = client('second');
  expect((await call(first)).result).toBeDefined();
  expect((await call(second)).error).toMatchObject({
    message: expect.stringMatching(/^APPROVAL_NEEDED: tickets /),
    data: { code: 'APPROVAL_NEEDED', hint: expect.stringContaining('portolan gateway allow "second" tickets') },
  });
  const calls = () =>
    source.opened.flatMap(({ methods }) => methods).filter((method) => method === 'tools/call').length;
  expect(calls()).toBe(1);
  expect(
    audit.of('call.outcome').map(({ client: by, outcome, reason }) => [by?.gatewayClient, outcome, reason?.code]),
  ).toEqual([
    ['first', 'allowed', undefined],
    ['second', 'denied', 'APPROVAL_NEEDED'],
  ]);
  expect((await call(second, 'wiki')).result).toBeDefined();
  gateway.allow('second', 'tickets');
  expect((await call(second)).result).toBeDefined();
  expect(calls()).toBe(3);
});
