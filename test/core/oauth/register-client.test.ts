import { describe, expect, test } from 'vitest';
import { VERSION } from '../../../shared/version.ts';
import { REDIRECT, RegistrationRig } from '../../support/oauth/registration-rig.ts';
import { type Answer, ScriptedAuthorizationServer } from '../../support/oauth/scripted-authorization-server.ts';
import { rejected } from '../../support/thrown.ts';

test('AUT-13 a registration says what kind of program asks, and for what', async () => {
  const server = await start({ status: 201, body: { client_id: 'dyn-1' } });
  server.publishResource({ scopes_supported: ['read', 'write'] });
  await new RegistrationRig().client(server);
  expect(requests(server)).toEqual([
    {
      client_name: 'Portolan',
      application_type: 'native',
      redirect_uris: [REDIRECT],
      response_types: ['code'],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'none',
      scope: 'read write',
      software_id: 'portolan',
      software_version: VERSION,
    },
  ]);
});

test.each([
  [['none', 'client_secret_basic'], 'none'],
  [['client_secret_post', 'client_secret_basic'], 'client_secret_basic'],
  [['client_secret_post'], 'client_secret_post'],
  [['private_key_jwt'], 'none'],
  [undefined, 'none'],
])('of a server that takes %j, a registration asks for %s', async (taken, method) => {
  const server = await start({ status: 400, body: {} }, { token_endpoint_auth_methods_supported: taken });
  await rejected(new RegistrationRig().client(server));
  expect(requests(server)[0]).toMatchObject({ token_endpoint_auth_method: method });
});

describe('AUT-14 a refusal', () => {
  test('of what a server does not know is met with less, once', async () => {
    const server = await start({ status: 400, body: { error: 'invalid_client_metadata' } });
    const rig = new RegistrationRig();
    expect((await rejected(rig.client(server))).code).toBe('REGISTRATION_REFUSED');
    const [, second, ...others] = requests(server);
    expect(others).toEqual([]);
    expect(second).toEqual({
      client_name: 'Portolan',
      application_type: 'native',
      redirect_uris: [REDIRECT],
      response_types: ['code'],
      grant_types: ['authorization_code'],
      token_endpoint_auth_method: 'client_secret_basic',
    });
    server.on('POST /register', ({ body }) =>
      body.includes('software_id')
        ? { status: 400, body: { error: 'invalid_client_metadata' } }
        : { status: 201, body: { client_id: 'small', client_secret: 'hunter22' } },
    );
    expect(await rig.client(server)).toMatchObject({
      clientId: 'small',
      auth: { method: 'client_secret_basic', clientSecret: 'hunter22' },
    });
  });

  test.each<[Answer, number, string]>([
    [
      { status: 400, body: { error: 'invalid_redirect_uri', error_description: 'Only https' } },
      1,
      '"invalid_redirect_uri: Only https"',
    ],
    [{ status: 403, body: { error: 'access_denied' } }, 1, '"access_denied"'],
    [{ status: 401, body: '<h1>hunter2</h1>' }, 1, 'HTTP status 401'],
    [{ status: 404, body: 'nothing' }, 1, 'HTTP status 404'],
    [{ status: 302, headers: { location: '/elsewhere' } }, 1, 'HTTP status 302'],
    [{ status: 400, body: { error: 'no\u001b[31m', error_description: 'x'.repeat(9_999) } }, 2, '"no: xxx'],
  ])('%j is told with its reason, and nothing else of the answer', async (answer, tries, reason) => {
    const server = await start(answer);
    const error = await rejected(new RegistrationRig().client(server));
    expect(error.code).toBe('REGISTRATION_REFUSED');
    expect(error.message).toContain(`${new URL(server.origin).host} did not register Portolan: ${reason}`);
    expect(error.message).not.toMatch(/hunter2|[\p{C}<]/u);
    expect(error.message.length).toBeLessThan(700);
    expect(error.hint).toContain('client id');
    expect([requests(server).length, server.paths.includes('GET /elsewhere')]).toEqual([tries, false]);
  });

  test.each([429, 500, 503])('with %i is for now, and nothing is tried again', async (status) => {
    const server = await start({ status, body: 'hunter2' });
    const error = await rejected(new RegistrationRig().client(server));
    expect([error.code, error.data['status'], requests(server).length]).toEqual(['HTTP_STATUS', status, 1]);
  });
});

describe('OA-28 an answer', () => {
  const past = 1;
  test.each<[string, object]>([
    ['no client id', { client_id: undefined }],
    ['an empty client id', { client_id: '' }],
    ['a client id that is a number', { client_id: 7 }],
    ['a client id with a line break', { client_id: 'a\nb' }],
    ['a huge client id', { client_id: 'a'.repeat(2_001) }],
    ['a huge secret', { client_secret: 'a'.repeat(4_097) }],
    ['a secret that is a number', { client_secret: 7 }],
    ['an expired secret', { client_secret: 'hunter22', client_secret_expires_at: past }],
    ['an expiry that is a text', { client_secret: 'hunter22', client_secret_expires_at: '0' }],
    ['another redirect address', { redirect_uris: ['https://evil.example/callback'] }],
    ['the redirect address with another port', { redirect_uris: ['http://127.0.0.1:1/callback'] }],
    ['no redirect address', { redirect_uris: [] }],
    ['redirect addresses that are a text', { redirect_uris: REDIRECT }],
    ['another grant', { grant_types: ['implicit'] }],
    ['a method that we do not have', { token_endpoint_auth_method: 'tls_client_auth' }],
    ['a method that needs a secret, and none', { token_endpoint_auth_method: 'client_secret_post' }],
  ])('with %s is not taken, and nothing is kept', async (_what, changes) => {
    const server = await start({ status: 201, body: { client_id: 'dyn-1', ...changes } });
    const rig = new RegistrationRig();
    const error = await rejected(rig.client(server));
    expect(error.code).toBe('METADATA_INVALID');
    expect(error.message).not.toMatch(/evil|hunter|aaaa/);
    expect([rig.rows(), rig.tokens.texts.size, rig.audit.length]).toEqual(['[]', 0, 0]);
  });

  test('of more than 1 MiB is not read to its end', async () => {
    const server = await start({ status: 201, body: { client_id: 'dyn-1', more: 'x'.repeat(2 * 1024 * 1024) } });
    expect((await rejected(new RegistrationRig().client(server))).code).toBe('METADATA_INVALID');
  });

  test('that is no JSON is not taken', async () => {
    const server = await start({ status: 201, body: '<html>' });
    expect((await rejected(new RegistrationRig().client(server))).code).toBe('METADATA_INVALID');
  });

  test.each<[string, object, object, object]>([
    ['status 200 and what was asked for', {}, {}, { method: 'none' }],
    ['a secret that is not needed', {}, { client_secret: 'hunter22' }, { method: 'none' }],
    [
      'a secret, where no way was asked for',
      { token_endpoint_auth_methods_supported: ['client_secret_post'] },
      { client_secret: 'hunter22' },
      { method: 'client_secret_post', clientSecret: 'hunter22' },
    ],
    [
      'another way, and what it needs',
      {},
      { client_secret: 'hunter22', token_endpoint_auth_method: 'client_secret_post' },
      { method: 'client_secret_post', clientSecret: 'hunter22' },
    ],
    ['the redirect address among others', {}, { redirect_uris: ['https://x.example/', REDIRECT] }, { method: 'none' }],
  ])('with %s is taken', async (_what, metadata, changes, auth) => {
    const server = await start({ status: 200, body: { client_id: 'dyn-1', ...changes } }, metadata);
    expect(await new RegistrationRig().client(server)).toMatchObject({ clientId: 'dyn-1', auth });
  });
});

async function start(answer: Answer, metadata: object = {}): Promise<ScriptedAuthorizationServer> {
  const server = (await ScriptedAuthorizationServer.start()).publishResource().publishServer(metadata);
  return server.on('POST /register', answer);
}

function requests(server: ScriptedAuthorizationServer): unknown[] {
  return server.seen.filter(({ url }) => url === '/register').map(({ body }) => JSON.parse(body) as unknown);
}
