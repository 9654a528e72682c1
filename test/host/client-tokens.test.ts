// Tokens of the gateway for exports: named after the client, restricted to what was exported, recorded, ended once.
import { expect, test } from 'vitest';
import { createClientTokens } from '../../host/client-tokens.ts';
import type { GatewayControl } from '../../host/gateway-control.ts';
import type { AuditEvent } from '../../core/audit/audit-event.ts';
import { StateDb } from '../../core/base/state-db.ts';
import { systemClock } from '../../core/base/clock.ts';
import { silentLogger } from '../../core/base/logger.ts';
import { GatewayClients } from '../../core/gateway/http/gateway-clients.ts';
import type { GatewayStatus } from '../../shared/model/gateway.ts';
import { join } from 'node:path';
import { tempDir } from '../support/temp-dir.ts';

function rig(status: Partial<GatewayStatus> = {}) {
  const state = StateDb.open(join(tempDir(), 'state.db'), { logger: silentLogger });
  const clients = new GatewayClients(state, systemClock);
  const recorded: AuditEvent[] = [];
  const gateway: Pick<GatewayControl, 'status' | 'addClient' | 'revokeClient' | 'clientOf'> = {
    status: () => ({ enabled: true, port: 7425, connections: 0, clients: clients.list(), ...status }),
    addClient: (about) => clients.add(about),
    revokeClient: async (id) => clients.revoke(id),
    clientOf: (token) => clients.ofToken(token),
  };
  const append = (event: AuditEvent) => {
    recorded.push(event);
    return { id: String(recorded.length) };
  };
  return { tokens: createClientTokens(gateway, { append }), clients, recorded, state };
}

test('a token is named after its client, opens what was exported alone, and stands in no record', async () => {
  const { tokens, clients, recorded, state } = rig();
  const first = await tokens.make('Cursor', ['files', 'profile:work']);
  const second = await tokens.make('Cursor', ['files']);
  expect(clients.list().map(({ name, targets }) => [name, targets])).toEqual([
    ['Cursor', ['files', 'profile:work']],
    ['Cursor 2', ['files']],
  ]);
  expect(['files', 'profile:work', 'other'].map((target) => tokens.opens(first.token, target))).toEqual([
    true,
    true,
    false,
  ]);
  expect(tokens.idOf(second.token)).toBe(second.id);
  // Asking whose it is is no use of it.
  expect(clients.list().every(({ lastUsedAt }) => lastUsedAt === undefined)).toBe(true);
  await tokens.end(first.id);
  await tokens.end(first.id);
  expect(tokens.opens(first.token, 'files')).toBe(false);
  expect(recorded.map(({ kind, what }) => [kind, what])).toEqual([
    ['gateway.client.added', 'Cursor'],
    ['gateway.client.added', 'Cursor 2'],
    ['gateway.client.revoked', 'Cursor'],
  ]);
  for (const { token } of [first, second]) {
    expect(JSON.stringify(recorded)).not.toContain(token);
    expect(JSON.stringify(state.db.prepare('SELECT * FROM gateway_clients').all())).not.toContain(token);
  }
  state.close();
});

test.each([
  [{ enabled: false }, 'Turn it on: portolan gateway enable'],
  [{ port: 0, url: 'http://127.0.0.1:40000' }, 'Give it one: portolan gateway enable --port 7425'],
  [{ problem: { code: 'ADDRESS_IN_USE', message: 'port 7425 is taken', hint: 'Choose another.' } }, 'Choose another.'],
])('without a gateway that stays where it is, the next step is told: %j', (status, hint) => {
  const { tokens, state } = rig(status);
  expect(tokens.gateway()).toMatchObject({ hint });
  state.close();
});
