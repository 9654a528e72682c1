// Signing in through the contract: what waits is told as it changes, a sign-in is followed to its end, identities are
// changed on the record, and nothing secret comes back.
import { type AnyContractProcedure, getEventIteratorSchemaDetails } from '@orpc/contract';
import * as z from 'zod';
import { expect, test } from 'vitest';
import { contract } from '../../shared/contract/index.ts';
import { littleControl } from '../support/little-control.ts';

const CANARY = 'canary-4f81c2';

test('the snapshot holds sign-ins, identities and servers, and the events keep them true', async () => {
  const { client, parts } = await littleControl();
  const snapshot = await client.system.snapshot();
  expect(snapshot.signIns.map(({ id, kind, target }) => [id, kind, target])).toEqual([
    ['s1', 'server', 'tickets'],
    ['s2', 'step-up', 'warehouse'],
  ]);
  expect(snapshot.identities.map(({ name, state, source }) => [name, state, source])).toContainEqual([
    'headquarters',
    'ended',
    'managed',
  ]);
  expect(snapshot.serverSignIns.find(({ server }) => server === 'sentry')).toMatchObject({ state: 'refused' });
  const events = await client.system.events(undefined, { lastEventId: snapshot.lastEventId });
  parts.signIns.cancel('s1');
  await client.identities.signOut({ name: 'acme' });
  for (let turn = 0; turn < 3; turn += 1) await client.signIns.signOut({ name: 'warehouse' });
  const seen: unknown[] = [];
  for await (const event of events) {
    seen.push(event);
    if (event.type === 'server-sign-in') break;
  }
  // Three changes of one server within a moment are one event.
  expect(seen).toMatchObject([
    { type: 'sign-ins', signIns: [{ id: 's2' }] },
    { type: 'identities', identities: expect.arrayContaining([expect.objectContaining({ state: 'signed-out' })]) },
    { type: 'server-sign-in', serverSignIn: { server: 'warehouse', state: 'signed-out' } },
  ]);
});

test('a sign-in is begun, followed through every change, and its stream ends with the last', async () => {
  const { client, parts } = await littleControl();
  const begun = await client.signIns.start({ id: 's1' });
  expect(begun).toMatchObject({ state: 'under-way', url: expect.stringContaining('https://auth.tickets.example/') });
  const states: string[] = [];
  for await (const { state } of await client.signIns.follow({ id: 's1' })) {
    states.push(state);
    if (state === 'under-way') parts.signIns.end('s1', { state: 'done' });
  }
  expect(states).toEqual(['under-way', 'done']);
  expect((await client.signIns.list()).map(({ id }) => id)).toEqual(['s2']);
  const lost = await client.signIns.follow({ id: 's1' });
  await expect(lost.next()).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a sign-in is of exactly one thing', async () => {
  const { client, parts } = await littleControl();
  for (const input of [{}, { server: 'tickets', identity: 'acme' }, { server: 'tickets', id: 's1' }])
    await expect(client.signIns.start(input)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  expect(parts.signIns.asked).toEqual([]);
});

test('refusals keep their code: unknown names, managed identities, a provider that says no', async () => {
  const { client } = await littleControl();
  await expect(client.signIns.server({ name: 'nobody' })).rejects.toMatchObject({ code: 'SERVER_NOT_FOUND' });
  await expect(client.identities.remove({ name: 'nobody' })).rejects.toMatchObject({ code: 'IDENTITY_NOT_FOUND' });
  await expect(client.identities.remove({ name: 'headquarters' })).rejects.toMatchObject({ code: 'POLICY_DENIED' });
  await expect(client.signIns.start({ server: 'sentry' })).rejects.toMatchObject({ code: 'IDP_REFUSED' });
});

test('changes of identities are recorded with who made them, refused ones too, and never with a secret', async () => {
  const { client, parts } = await littleControl();
  const identity = { name: 'new', issuer: 'https://login.new.example', clientId: 'c' };
  await client.identities.add({ identity, clientSecretValue: CANARY, privateKeyValue: CANARY });
  await client.identities.update({ name: 'new', identity, clientSecretValue: CANARY });
  await client.identities.remove({ name: 'new' });
  await expect(client.identities.remove({ name: 'headquarters' })).rejects.toThrow();
  const records = parts.recorded.map(({ kind, what, outcome, client: by }) => [kind, what, outcome, by?.name]);
  expect(records).toEqual([
    ['identity.changed', 'added new', 'allowed', 'Portolan command line'],
    ['identity.changed', 'changed new', 'allowed', 'Portolan command line'],
    ['identity.changed', 'removed new', 'allowed', 'Portolan command line'],
    ['identity.changed', 'removed headquarters', 'error', 'Portolan command line'],
  ]);
  expect(JSON.stringify(parts.recorded)).not.toContain(CANARY);
});

test('without a writable log no identity is changed', async () => {
  const { client, parts } = await littleControl();
  Object.assign(parts.audit, { state: () => ({ records: 0, writable: false }) });
  await expect(client.identities.remove({ name: 'acme' })).rejects.toMatchObject({ code: 'AUDIT_NOT_WRITABLE' });
  expect(parts.signIns.asked).toEqual([]);
});

type Member = readonly [path: string, schema: { readonly pattern?: string; readonly type?: string }];

/** Every member that an output of the contract may have. */
function membersOf(schema: unknown, path: string): Member[] {
  if (Array.isArray(schema)) return schema.flatMap((one) => membersOf(one, path));
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) =>
    key === 'properties'
      ? Object.entries<object>(value as Record<string, object>).flatMap(([name, inner]) => [
          [`${path}.${name}`, inner] as const,
          ...membersOf(inner, `${path}.${name}`),
        ])
      : membersOf(value, path),
  );
}

/** The schema of an output; of a stream, that of its items. */
function outputOf(procedure: AnyContractProcedure): z.ZodType | undefined {
  const { outputSchema } = procedure['~orpc'];
  return (getEventIteratorSchemaDetails(outputSchema)?.yields ?? outputSchema) as z.ZodType | undefined;
}

/** Names of what must stay in the host, wherever it stands in a name. */
const SECRET =
  /secret|token$|tokens|password|passphrase|credential|privateKey|verifier|assertion$|cookie|deviceCode|authorizationCode/i;

test('SEC-18 no procedure answers with a secret: names and references only, and the gateway’s own token once', () => {
  const members = Object.entries(contract).flatMap(([domain, procedures]) =>
    Object.entries(procedures).flatMap(([name, procedure]) => {
      const output = outputOf(procedure);
      const path = `${domain}.${name}`;
      return output === undefined
        ? []
        : membersOf(z.toJSONSchema(output, { unrepresentable: 'any', io: 'output' }), path);
    }),
  );
  expect(members.length).toBeGreaterThan(1_000);
  const suspects = members.filter(([path]) => SECRET.test(path.split('.').at(-1) ?? ''));
  const isReference = ({ pattern = '' }: Member[1]) => pattern.startsWith(String.raw`^\$\{(?:secret|env):`);
  const values = suspects
    .filter(([, schema]) => schema.type !== 'boolean' && !isReference(schema))
    .map(([path]) => path);
  expect([...new Set(values)].sort()).toEqual([
    // Names of secrets that were stored.
    'clients.applyImport.secrets',
    // Places in another client's file at which a secret stands, and names for them.
    'clients.planImport.results.servers.secretCandidates',
    'clients.planImport.rows.secrets',
    // Made by Portolan for a client of its own gateway; it is kept as a digest and shown this once.
    'gateway.addClient.token',
    'registry.review.secretNames',
    'registry.updateRequest.secrets',
    'secrets.list.secrets',
  ]);
});
