import { expect, test } from 'vitest';
import { StateDb } from '../../../../core/base/state-db.ts';
import { GatewayClients, mayUse } from '../../../../core/gateway/http/gateway-clients.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { thrown } from '../../../support/thrown.ts';

function store() {
  const state = StateDb.open(`${tempDir()}/state.db`);
  const clock = new ManualClock();
  return { state, clock, clients: new GatewayClients(state, clock) };
}

test('a token is 32 random bytes, is nowhere kept, and is still good after a restart', () => {
  const { state, clock, clients } = store();
  const { client, token } = clients.add({ name: 'laptop', targets: ['github', 'profile:work'] });
  expect(token).toMatch(/^[\w-]{43}$/);
  expect(JSON.stringify(state.db.prepare('SELECT * FROM gateway_clients').all())).not.toContain(token);
  const again = new GatewayClients(state, clock);
  expect(again.list()).toEqual([client]);
  expect(again.admit(token, 'header')).toMatchObject({ kind: 'client', client: { id: client.id } });
  expect(again.admit(token, 'path').kind).toBe('refused');
  expect([mayUse(client, 'github'), mayUse(client, 'profile:work'), mayUse(client, 'work')]).toEqual([
    true,
    true,
    false,
  ]);
});

test('a revoked client is gone for good, and a name is free again', () => {
  const { state, clock, clients } = store();
  const { client, token } = clients.add({ name: 'laptop' });
  expect(thrown(() => clients.add({ name: 'laptop' })).code).toBe('DUPLICATE_NAME');
  clients.revoke(client.id);
  expect(clients.admit(token, 'header').kind).toBe('refused');
  expect(new GatewayClients(state, clock).admit(token, 'header').kind).toBe('refused');
  expect(thrown(() => clients.revoke(client.id)).code).toBe('NOT_FOUND');
  clients.add({ name: 'laptop' });
});

test('GW-04: ten wrong tokens in a second are refused, the eleventh is told to wait, a right one always passes', () => {
  const { clock, clients } = store();
  const { token } = clients.add({ name: 'laptop' });
  const kinds = Array.from({ length: 12 }, (_, n) => clients.admit(`guess ${n}`, 'header').kind);
  expect(kinds.slice(9)).toEqual(['refused', 'too-many', 'too-many']);
  expect(clients.admit(token, 'header').kind).toBe('client');
  clock.advance(1_000);
  expect(clients.admit(undefined, 'header').kind).toBe('refused');
});

test('the last use is written once a minute at most', () => {
  const { state, clock, clients } = store();
  const { token } = clients.add({ name: 'laptop' });
  const written = () => state.db.prepare('SELECT last_used_at FROM gateway_clients').get()?.['last_used_at'];
  expect(written()).toBeNull();
  clients.admit(token, 'header');
  const first = written();
  clock.advance(59_000);
  clients.admit(token, 'header');
  expect(written()).toBe(first);
  clock.advance(1_000);
  clients.admit(token, 'header');
  expect(written()).not.toBe(first);
});
