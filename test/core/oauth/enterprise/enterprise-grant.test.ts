// One sign-in at the organisation's provider opens a server without a consent of its own, and what the provider refuses stays shut.
import { decodeJwt } from 'jose';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../../core/base/clock.ts';
import {
  type EnterpriseOptions,
  enterpriseTokens,
  takesEnterprise,
} from '../../../../core/oauth/enterprise/enterprise-grant.ts';
import type { IdentitiesOptions } from '../../../../core/identity/identities.ts';
import type { NewIdentity } from '../../../../core/identity/identity-secrets.ts';
import {
  type EnterpriseRig,
  type Exchange,
  IDP_KEY_CLIENT,
  IDP_POST_CLIENT,
  IDP_PUBLIC_CLIENT,
  IDP_SECRET,
  IDP_SECRET_CLIENT,
  RESOURCE,
  RESOURCE_CLIENT,
  RESOURCE_SECRET,
  startEnterprise,
} from '../../../support/oauth/enterprise-rig.ts';
import { guarded, HERE } from '../../../support/oauth/guarded.ts';
import { identityOf, openIdentities, signIn } from '../../../support/oauth/identities-rig.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { rejected } from '../../../support/thrown.ts';

type Credentials = Omit<NewIdentity, 'identity'> & { readonly clientId?: string };

async function signedIn(rig: EnterpriseRig, credentials: Credentials = {}, more: Partial<IdentitiesOptions> = {}) {
  const { clientId = IDP_PUBLIC_CLIENT, ...values } = credentials;
  const opened = await openIdentities(more);
  const { identities } = opened;
  const identity = identityOf(rig.idp.issuer, { clientId });
  await identities.add({ identity, ...values });
  await signIn(identities);
  const ask = (change: Partial<EnterpriseOptions> = {}) =>
    enterpriseTokens({
      identity,
      identities,
      server: 'tracker',
      discovery: { as: rig.as, issuer: rig.resourceServer.issuer, resource: RESOURCE },
      client: { clientId: RESOURCE_CLIENT, auth: { method: 'client_secret_basic', clientSecret: RESOURCE_SECRET } },
      scope: ['read'],
      fetch: guarded({ home: HERE }),
      clock: more.clock ?? systemClock,
      ...change,
    });
  const exchanges = () => rig.idp.forms.filter(({ form }) => form['requested_token_type'] !== undefined);
  return { ...opened, ask, exchanges };
}

describe('AUT-28: the exchange asks for the resource’s own authorization server, as the client that is registered', () => {
  test.each<readonly [string, (rig: EnterpriseRig) => Credentials]>([
    ['a public client', () => ({})],
    ['a secret in the header', () => ({ clientId: IDP_SECRET_CLIENT, clientSecretValue: IDP_SECRET })],
    ['a key', (rig) => ({ clientId: IDP_KEY_CLIENT, privateKeyValue: rig.idpKey })],
  ])('%s', async (_title, credentials) => {
    const rig = await startEnterprise();
    const { ask, identities, exchanges, audit } = await signedIn(rig, credentials(rig));
    const { token: idToken } = await identities.subjectToken('work');
    const set = await ask();
    const { form } = exchanges()[0] ?? {};
    expect(form).toMatchObject({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      requested_token_type: 'urn:ietf:params:oauth:token-type:id-jag',
      audience: rig.resourceServer.issuer,
      resource: RESOURCE,
      scope: 'read',
      subject_token: idToken,
      subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
    });
    expect(rig.resourceServer.forms.at(-1)).toMatchObject({
      status: 200,
      form: { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', resource: RESOURCE },
      headers: { authorization: expect.stringMatching(/^Basic /) },
    });
    expect(set).toMatchObject({
      grant: 'enterprise',
      tokenType: 'bearer',
      scope: ['read'],
      resource: RESOURCE,
      issuer: rig.resourceServer.issuer,
      clientId: RESOURCE_CLIENT,
      subject: 'ada',
    });
    expect(decodeJwt(set.accessToken)).toMatchObject({ aud: RESOURCE, sub: 'ada' });
    expect((set.expiresAt ?? 0) - set.obtainedAt).toBe(300_000);
    expect(set.refreshToken).toBeUndefined();
    expect(audit.at(-1)).toMatchObject({
      kind: 'token.exchanged',
      outcome: 'allowed',
      server: 'tracker',
      detail: { audience: rig.resourceServer.issuer, resource: RESOURCE, jti: expect.any(String) },
    });
  });

  test('a secret in the body, where the provider takes nothing else', async () => {
    const rig = await startEnterprise();
    const { ask, identities, exchanges } = await signedIn(rig, {
      clientId: IDP_SECRET_CLIENT,
      clientSecretValue: IDP_SECRET,
    });
    await identities.add({
      identity: identityOf(rig.idp.issuer, { name: 'post', clientId: IDP_POST_CLIENT }),
      clientSecretValue: IDP_SECRET,
    });
    const { as } = await identities.provider('post').metadata();
    Object.assign(as, { token_endpoint_auth_methods_supported: ['client_secret_post'] });
    await signIn(identities, 'post');
    await ask({ identity: identityOf(rig.idp.issuer, { name: 'post', clientId: IDP_POST_CLIENT }) });
    expect(exchanges().at(-1)?.form).toMatchObject({ client_id: IDP_POST_CLIENT, client_secret: IDP_SECRET });
  });
});

test('AUT-29 AUT-31: the assertion and the ID token are in no address, no record and no store but the keychain', async () => {
  const rig = await startEnterprise();
  const urls: string[] = [];
  const { ask, identities, audit, store, catalogText } = await signedIn(rig);
  const fetch = guarded({ home: HERE });
  const { token: idToken } = await identities.subjectToken('work');
  const set = await ask({ fetch: (url, init) => (urls.push(String(url)), fetch(url, init)) });
  const [assertion = ''] = rig.assertions;
  expect(assertion.length).toBeGreaterThan(100);
  const shown = [...urls, JSON.stringify(audit), JSON.stringify(identities.list()), catalogText()].join('\n');
  for (const secret of [assertion, idToken, set.accessToken, assertion.split('.')[2], idToken.split('.')[2]]) {
    expect(shown).not.toContain(secret);
  }
  expect([...store.items.values()].join('\n')).not.toContain(assertion);
  expect([...store.items.values()].join('\n')).toContain(idToken);
  const plain = { ...rig.as, token_endpoint: 'http://auth.example/token' };
  const discovery = { as: plain, issuer: rig.resourceServer.issuer, resource: RESOURCE };
  expect((await rejected(ask({ discovery }))).code).toBe('URL_REFUSED');
});

test('AUT-32: no secret of a client is part of the program: a public client signs in, one with a secret brings it from the keychain', async () => {
  const rig = await startEnterprise();
  const { ask, catalogText, vault } = await signedIn(rig, {
    clientId: IDP_SECRET_CLIENT,
    clientSecretValue: IDP_SECRET,
  });
  await ask();
  expect(catalogText()).not.toContain(IDP_SECRET);
  expect(catalogText()).toContain('${secret:identity.work.client-secret}');
  expect(await vault.get('identity.work.client-secret')).toBe(IDP_SECRET);
});

const WRONG: readonly (readonly [title: string, check: string, change: (exchange: Exchange) => void])[] = [
  ['no type', 'typ', ({ header }) => void delete header['typ']],
  ['the type of an access token', 'typ', ({ header }) => void (header['typ'] = 'at+jwt')],
  ['another audience', 'aud', ({ claims }) => void (claims.aud = 'https://evil.example')],
  ['several audiences', 'aud', ({ claims }) => void (claims.aud = [String(claims.aud), 'https://evil.example'])],
  ['another client', 'client_id', ({ claims }) => void (claims['client_id'] = 'other')],
  ['another resource', 'resource', ({ claims }) => void (claims['resource'] = 'https://other.example/mcp')],
  [
    'a further resource',
    'resource',
    ({ claims }) => void (claims['resource'] = [RESOURCE, 'https://other.example/mcp']),
  ],
  ['another provider', 'iss', ({ claims }) => void (claims.iss = 'https://evil.example')],
  ['an end in the past', 'exp', ({ claims }) => void (claims.exp = 1)],
  ['no end', 'exp', ({ claims }) => void delete claims.exp],
  ['no id', 'jti', ({ claims }) => void delete claims.jti],
  [
    'another issued type',
    'issued_token_type',
    ({ answer }) => void (answer['issued_token_type'] = 'urn:ietf:params:oauth:token-type:jwt'),
  ],
  ['no issued type', 'issued_token_type', ({ answer }) => void delete answer['issued_token_type']],
  ['the token type Bearer', 'token_type', ({ answer }) => void (answer['token_type'] = 'Bearer')],
];

describe('OA-26 AUT-30: an assertion is refused and never used for', () => {
  test.each(WRONG)('%s', async (_title, check, change) => {
    const rig = await startEnterprise();
    const { ask, audit } = await signedIn(rig);
    rig.change = change;
    expect(await rejected(ask())).toMatchObject({ code: 'TOKEN_INVALID', data: { check } });
    expect(rig.resourceServer.forms).toEqual([]);
    expect(audit.at(-1)).toMatchObject({ kind: 'token.refused', outcome: 'error' });
    expect(JSON.stringify(audit)).not.toContain(rig.assertions[0]);
    // It was no refusal of the person: the next one is asked for again.
    rig.change = () => undefined;
    expect((await ask()).grant).toBe('enterprise');
  });

  test('what is no JWT', async () => {
    const rig = await startEnterprise();
    const { ask } = await signedIn(rig);
    rig.change = ({ answer }) => void (answer['access_token'] = 'opaque');
    expect((await rejected(ask())).data).toEqual({ check: 'form' });
  });
});

test('OA-26: every token has an assertion of its own: none is kept', async () => {
  const rig = await startEnterprise();
  const { ask } = await signedIn(rig);
  const [first, second] = [await ask(), await ask()];
  expect(new Set(rig.assertions).size).toBe(2);
  expect(first.accessToken).not.toBe(second.accessToken);
});

describe('a refusal of the provider', () => {
  test.each(['access_denied', 'invalid_target', 'invalid_scope', 'unauthorized_client'])(
    'OA-26: %s is final, told cleaned, and remembered until a person asks again',
    async (error) => {
      const rig = await startEnterprise();
      const { ask, identities, audit, exchanges, reopen } = await signedIn(rig);
      rig.refusal = { error, words: '<b>not</b> for\u0007 you', status: 403 };
      const refusal = await rejected(ask());
      expect([refusal.code, refusal.data['final']]).toEqual(['IDP_REFUSED', true]);
      expect(refusal.message).toContain(`${error}: not for you`);
      expect(audit.at(-1)).toMatchObject({ kind: 'token.refused', outcome: 'denied', server: 'tracker' });
      const asked = exchanges().length;
      rig.refusal = undefined;
      expect((await rejected(ask())).message).toBe(refusal.message);
      expect(exchanges()).toHaveLength(asked);
      expect(identities.status('work').refused).toEqual([
        { server: 'tracker', reason: expect.stringContaining('not for you') },
      ]);
      const again = reopen();
      await again.start();
      expect(again.status('work').refused).toHaveLength(1);
      expect(rig.resourceServer.forms).toEqual([]);
      await identities.forgetRefusals('tracker');
      expect((await ask()).grant).toBe('enterprise');
      expect(identities.status('work')).toMatchObject({ refused: [] });
    },
  );

  test('invalid_grant counts when a fresh ID token is refused as well', async () => {
    const rig = await startEnterprise();
    const { ask, exchanges } = await signedIn(rig);
    rig.refusal = { error: 'invalid_grant', words: 'by policy' };
    expect((await rejected(ask())).code).toBe('IDP_REFUSED');
    expect(new Set(exchanges().map(({ form }) => form['subject_token'])).size).toBe(2);
    expect(rig.idp.renewals()).toBe(1);
  });

  test('is not what an absent or troubled provider gives', async () => {
    const rig = await startEnterprise();
    const { ask, identities } = await signedIn(rig);
    rig.refusal = { error: 'server_error', status: 503 };
    expect((await rejected(ask())).code).toBe('HTTP_STATUS');
    rig.refusal = { error: 'temporarily_unavailable' };
    expect((await rejected(ask())).code).toBe('SERVER_BUSY');
    rig.refusal = { error: 'access_denied', words: 'too often', status: 429 };
    expect((await rejected(ask())).code).toBe('SERVER_BUSY');
    rig.idp.isAway = true;
    expect((await rejected(ask())).code).toBe('CONNECTION_LOST');
    rig.idp.isAway = false;
    rig.refusal = undefined;
    expect(identities.status('work').refused).toEqual([]);
    expect((await ask()).grant).toBe('enterprise');
  });
});

test('a refusal of the resource’s own server is told as that', async () => {
  const rig = await startEnterprise();
  const { ask, identities } = await signedIn(rig);
  rig.change = ({ claims }) => void delete claims['resource'];
  expect(await rejected(ask())).toMatchObject({ code: 'TOKEN_REFUSED', data: { oauthError: 'invalid_grant' } });
  expect(identities.status('work').refused).toEqual([]);
});

test('when the ID token has run out it is renewed first; without a renewal a person is needed', async () => {
  const rig = await startEnterprise();
  const clock = new ManualClock(Date.now());
  const { ask, identities, exchanges } = await signedIn(rig, {}, { clock });
  const { token } = await identities.subjectToken('work');
  clock.stall(59.5 * 60_000);
  await ask({ clock: systemClock });
  expect(rig.idp.renewals()).toBe(1);
  expect(exchanges().at(-1)?.form['subject_token']).not.toBe(token);
  const other = await openIdentities({ clock: new ManualClock(Date.now()) });
  const identity = identityOf(rig.idp.issuer, { clientId: IDP_PUBLIC_CLIENT });
  await other.identities.add({ identity });
  const error = await rejected(ask({ identities: other.identities }));
  expect(error).toMatchObject({ code: 'NEEDS_SIGN_IN', data: { identity: 'work' } });
});

test('a server takes it when its authorization server says so', () => {
  const issuer = 'https://auth.example';
  const profile = 'urn:ietf:params:oauth:grant-profile:id-jag';
  expect(takesEnterprise({ issuer, authorization_grant_profiles_supported: [profile] })).toBe(true);
  expect(takesEnterprise({ issuer })).toBe(false);
  expect(takesEnterprise({ issuer, authorization_grant_profiles_supported: ['other'] })).toBe(false);
  expect(takesEnterprise({ issuer, grant_types_supported: ['urn:ietf:params:oauth:grant-type:jwt-bearer'] })).toBe(
    false,
  );
});
