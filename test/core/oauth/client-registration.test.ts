import { describe, expect, test } from 'vitest';
import { clientMetadata, clientMetadataUrl } from '../../../core/oauth/client-metadata-document.ts';
import { REDIRECT, RegistrationRig } from '../../support/oauth/registration-rig.ts';
import { ScriptedAuthorizationServer } from '../../support/oauth/scripted-authorization-server.ts';
import { rejected, thrown } from '../../support/thrown.ts';

const DOCUMENT = 'https://portolan.example/client.json';
const REGISTERED = { status: 201, body: { client_id: 'dyn-1' } };

describe('AUT-11 the client is', () => {
  test('AUT-17 first of all the one that a person has entered', async () => {
    const server = await start({ client_id_metadata_document_supported: true });
    const rig = new RegistrationRig(DOCUMENT);
    expect(await rig.client(server, { clientId: 'mine', clientSecret: 'hunter22' })).toEqual({
      issuer: server.origin,
      clientId: 'mine',
      kind: 'pre-registered',
      auth: { method: 'client_secret_basic', clientSecret: 'hunter22' },
    });
    expect(server.paths).not.toContain('POST /register');
  });

  test('OA-28 then the published document, where the server takes it', async () => {
    const server = await start({ client_id_metadata_document_supported: true });
    expect(await new RegistrationRig(DOCUMENT).client(server)).toEqual({
      issuer: server.origin,
      clientId: DOCUMENT,
      kind: 'metadata-document',
      auth: { method: 'none' },
    });
    expect(server.paths).not.toContain('POST /register');
    const without = new RegistrationRig();
    expect((await without.client(server)).kind).toBe('dynamic');
  });

  test('then one that the server registers', async () => {
    const server = await start();
    const rig = new RegistrationRig(DOCUMENT);
    expect(await rig.client(server)).toEqual({
      issuer: server.origin,
      clientId: 'dyn-1',
      kind: 'dynamic',
      auth: { method: 'none' },
      redirectUri: REDIRECT,
    });
    expect(rig.audit).toEqual([
      {
        kind: 'oauth.client.registered',
        outcome: 'allowed',
        detail: { issuer: server.origin, client: 'dyn-1', method: 'none' },
      },
    ]);
  });

  test('and else a person is told what to register', async () => {
    const server = await start({ registration_endpoint: undefined });
    const error = await rejected(new RegistrationRig().client(server));
    expect(error.code).toBe('REGISTRATION_NEEDED');
    expect(error.message).toContain(new URL(server.origin).host);
    expect(error.hint).toContain(REDIRECT);
  });

  test('never a registered one where no person is', async () => {
    const server = await start();
    const use = { grant: 'client_credentials' } as const;
    expect((await rejected(new RegistrationRig(DOCUMENT).client(server, {}, use))).code).toBe('REGISTRATION_NEEDED');
    expect(server.paths).not.toContain('POST /register');
  });
});

describe('AUT-12 the published document', () => {
  test('has its own URL as the id, a name and redirects to this computer', () => {
    expect(clientMetadata(DOCUMENT)).toMatchObject({
      client_id: DOCUMENT,
      client_name: 'Portolan',
      application_type: 'native',
      redirect_uris: ['http://127.0.0.1/callback', 'http://localhost/callback'],
      token_endpoint_auth_method: 'none',
    });
  });

  test.each([
    'https://portolan.example',
    'https://portolan.example/',
    'http://portolan.example/client.json',
    'http://127.0.0.1/client.json',
    'https://portolan.example/a/../client.json',
    'https://portolan.example/./client.json',
    'https://user@portolan.example/client.json',
    'https://portolan.example/client.json#x',
    'https://portolan.example/client.json?x=1',
    'https://PORTOLAN.example/client.json',
    'client.json',
  ])('cannot be at %s', (url) => {
    expect(thrown(() => clientMetadataUrl({ PORTOLAN_CLIENT_METADATA_URL: url })).code).toBe('URL_REFUSED');
  });

  test('is where the setting says', () => {
    expect(clientMetadataUrl({ PORTOLAN_CLIENT_METADATA_URL: DOCUMENT })).toBe(DOCUMENT);
    expect(clientMetadataUrl({})).toBeUndefined();
  });
});

describe('AUT-15 AUT-16 OA-27 a client belongs to one issuer', () => {
  test('another issuer gets one of its own, and sees nothing of the first', async () => {
    const [first, second] = [
      await start({}, { client_secret: 's3cret-of-first' }),
      await start({}, { client_id: 'dyn-2' }),
    ];
    const rig = new RegistrationRig();
    const one = await rig.client(first);
    // The server moves its sign-in.
    first.publishResource({ authorization_servers: [second.origin] });
    const two = await rig.client(first);
    expect([one.issuer, one.clientId]).toEqual([first.origin, 'dyn-1']);
    expect([two.issuer, two.clientId]).toEqual([second.origin, 'dyn-2']);
    expect(JSON.stringify(second.seen)).not.toMatch(/dyn-1|s3cret-of-first/);
    expect((await rig.registrations.registered(first.origin, 'dyn-1'))?.clientId).toBe('dyn-1');
    expect(await rig.registrations.registered(second.origin, 'dyn-1')).toBeUndefined();
  });

  test('also when two servers gave the same id', async () => {
    const [first, second] = [
      await start({}, { client_secret: 'of-first' }),
      await start({}, { client_secret: 'of-second' }),
    ];
    const rig = new RegistrationRig();
    for (const server of [first, second]) await rig.client(server);
    const kept = await Promise.all([first, second].map(({ origin }) => rig.registrations.registered(origin, 'dyn-1')));
    expect(kept.map((client) => client?.auth.clientSecret)).toEqual(['of-first', 'of-second']);
  });

  test('one that a person has entered does not follow the server to another issuer', async () => {
    const [first, second] = [await start(), await start()];
    const rig = new RegistrationRig();
    const auth = { clientId: 'mine', clientSecret: 'hunter22' };
    await rig.client(first, auth);
    first.publishResource({ authorization_servers: [second.origin] });
    rig.reopen();
    const error = await rejected(rig.client(first, auth));
    expect(error.code).toBe('ISSUER_MISMATCH');
    expect(error.message).toContain(first.origin);
    expect(error.message).toContain(second.origin);
    expect((await rig.client(first, { ...auth, issuer: second.origin })).issuer).toBe(second.origin);
    expect((await rig.client(first, auth)).issuer).toBe(second.origin);
  });
});

describe('a registered client is kept', () => {
  test('over a restart, its secret where tokens are', async () => {
    const server = await start({}, { client_secret: 'hunter22', client_secret_expires_at: 0 });
    const rig = new RegistrationRig();
    const first = await rig.client(server);
    expect(first.auth).toEqual({ method: 'client_secret_basic', clientSecret: 'hunter22' });
    rig.reopen();
    expect(await rig.client(server)).toEqual(first);
    expect(registrationsOf(server)).toHaveLength(1);
    expect(rig.rows()).not.toContain('hunter22');
    expect([...rig.tokens.texts.values()]).toEqual(['hunter22']);
  });

  test('and made once when two sign-ins need it', async () => {
    const server = await start();
    const rig = new RegistrationRig();
    await Promise.all([rig.client(server), rig.client(server), rig.client(server)]);
    expect(registrationsOf(server)).toHaveLength(1);
  });

  test('until its secret ends', async () => {
    const rig = new RegistrationRig();
    const expires = rig.clock.now() / 1_000 + 3_600;
    const server = await start({}, { client_secret: 'hunter22', client_secret_expires_at: expires });
    expect((await rig.client(server)).expiresAt).toBe(expires * 1_000);
    rig.clock.advance(3_600_000 - 60_000);
    server.on('POST /register', { status: 201, body: { client_id: 'dyn-2' } });
    expect((await rig.client(server)).clientId).toBe('dyn-2');
    expect(await rig.registrations.registered(server.origin, 'dyn-1')).toBeUndefined();
    expect([...rig.tokens.texts.keys()]).toEqual([]);
  });

  test('until it is forgotten, or its secret is gone from the keychain', async () => {
    const server = await start({}, { client_secret: 'hunter22' });
    const rig = new RegistrationRig();
    await rig.client(server);
    await rig.registrations.forget(server.origin, 'dyn-1');
    await rig.client(server);
    rig.tokens.texts.clear();
    await rig.client(server);
    expect(registrationsOf(server)).toHaveLength(3);
  });

  test('for its port, which is asked for again; another port gets another client', async () => {
    let count = 0;
    const server = (await start()).on('POST /register', () => {
      count += 1;
      return { status: 201, body: { client_id: `dyn-${String(count)}` } };
    });
    const rig = new RegistrationRig();
    expect(rig.registrations.preferredPort(server.origin)).toBeUndefined();
    await rig.client(server);
    expect(rig.registrations.preferredPort(server.origin)).toBe(51_004);
    rig.clock.advance(1);
    const other = await rig.client(server, {}, { redirectUri: 'http://127.0.0.1:51005/callback' });
    expect([other.clientId, rig.registrations.preferredPort(server.origin)]).toEqual(['dyn-2', 51_005]);
    // Tokens of the first client can still be renewed.
    expect((await rig.registrations.registered(server.origin, 'dyn-1'))?.redirectUri).toBe(REDIRECT);
    expect((await rig.client(server)).clientId).toBe('dyn-1');
    for (let port = 52_000; port < 52_010; port += 1) {
      rig.clock.advance(1);
      await rig.client(server, {}, { redirectUri: `http://127.0.0.1:${String(port)}/callback` });
    }
    expect(await rig.registrations.registered(server.origin, 'dyn-1')).toBeUndefined();
  });

  test('apart from one for a grant without a redirect', async () => {
    const server = await start();
    const rig = new RegistrationRig();
    await rig.client(server);
    server.on('POST /register', { status: 201, body: { client_id: 'device-1' } });
    rig.clock.advance(1);
    const client = await rig.client(server, {}, { grant: 'device' });
    expect([client.clientId, client.redirectUri]).toEqual(['device-1', undefined]);
    expect(rig.registrations.preferredPort(server.origin)).toBe(51_004);
  });
});

/** A server with all its metadata, which answers registrations. */
async function start(metadata: object = {}, registered: object = {}): Promise<ScriptedAuthorizationServer> {
  const server = (await ScriptedAuthorizationServer.start()).publishResource().publishServer(metadata);
  const secretNeeds = 'client_secret' in registered ? { token_endpoint_auth_method: 'client_secret_basic' } : {};
  return server.on('POST /register', { status: 201, body: { ...REGISTERED.body, ...secretNeeds, ...registered } });
}

function registrationsOf(server: ScriptedAuthorizationServer): string[] {
  return server.paths.filter((path) => path === 'POST /register');
}
