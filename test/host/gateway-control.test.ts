// Turning the HTTP gateway on and off: a port that is not free is a problem that is told and tried again.
import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../../core/base/logger.ts';
import { StateDb } from '../../core/base/state-db.ts';
import { GatewayClients } from '../../core/gateway/http/gateway-clients.ts';
import { HttpGateway } from '../../core/gateway/http/http-gateway.ts';
import { createGatewayControl } from '../../host/gateway-control.ts';
import type { GatewayStatus } from '../../shared/model/gateway.ts';
import { type Settings, settingsSchema } from '../../shared/model/system.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { tempDir } from '../support/temp-dir.ts';
import { rejected } from '../support/thrown.ts';
import { until } from '../support/until.ts';

function control(initial: Partial<Settings> = {}) {
  const clock = new ManualClock();
  const state = StateDb.open(`${tempDir()}/state.db`);
  let settings = settingsSchema.parse(initial);
  const told: GatewayStatus[] = [];
  const gateway = createGatewayControl({
    http: new HttpGateway({
      open: () => {
        throw new Error('nobody came');
      },
      clock,
    }),
    clients: new GatewayClients(state, clock),
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
  return { gateway, clock, told };
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
