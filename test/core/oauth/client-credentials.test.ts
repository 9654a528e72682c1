// Tokens for Portolan itself, at a real server: with a secret, with a key, and not without either.
import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { systemClock } from '../../../core/base/clock.ts';
import { clientCredentialsTokens } from '../../../core/oauth/client-credentials.ts';
import type { ClientRegistration } from '../../../core/oauth/client-registration.ts';
import { guarded, HERE } from '../../support/oauth/guarded.ts';
import { CLIENT_SECRET, KEY_CLIENT, SECRET_CLIENT, startOidcProvider } from '../../support/oauth/oidc-provider-rig.ts';
import { clientAt, RESOURCE, tokenEndpoint } from '../../support/oauth/token-endpoint.ts';
import { rejected } from '../../support/thrown.ts';

async function real() {
  const rig = await startOidcProvider();
  const place = { issuer: rig.issuer, as: rig.as, resource: RESOURCE, dpopBound: false };
  const ask = (clientId: string, auth: ClientRegistration['auth'], dpop = false) =>
    clientCredentialsTokens({
      discovery: place,
      client: clientAt(place, clientId, auth),
      fetch: guarded({ home: HERE }),
      clock: systemClock,
      scope: ['read'],
      dpop,
    });
  return { rig, ask };
}

test('AUT-33: with a secret, which goes into the header', async () => {
  const { rig, ask } = await real();
  const tokens = await ask(SECRET_CLIENT, { method: 'client_secret_basic', clientSecret: CLIENT_SECRET });
  expect(tokens).toMatchObject({
    grant: 'client-credentials',
    scope: ['read'],
    clientId: SECRET_CLIENT,
    resource: RESOURCE,
  });
  expect(tokens).not.toHaveProperty('refreshToken');
  expect(rig.forms[0]?.form).toEqual({ grant_type: 'client_credentials', resource: RESOURCE, scope: 'read' });
  expect(decodeJwt(tokens.accessToken)).toMatchObject({ aud: RESOURCE, client_id: SECRET_CLIENT });
});

test('AUT-33: with a key, as an assertion for this server alone', async () => {
  const { rig, ask } = await real();
  const tokens = await ask(KEY_CLIENT, { method: 'private_key_jwt', privateKey: rig.clientKey, alg: 'ES256' }, true);
  expect(tokens).toMatchObject({ tokenType: 'dpop', clientId: KEY_CLIENT });
  const { client_assertion = '', client_assertion_type } = rig.forms[0]?.form ?? {};
  expect(client_assertion_type).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
  const { iss, sub, aud, exp = 0, iat = 0, jti } = decodeJwt(client_assertion);
  expect([iss, sub, aud, typeof jti]).toEqual([KEY_CLIENT, KEY_CLIENT, rig.issuer, 'string']);
  expect(exp - iat).toBeLessThanOrEqual(300);
});

test('a wrong secret is refused, not for good, and is not repeated', async () => {
  const { ask } = await real();
  const error = await rejected(ask(SECRET_CLIENT, { method: 'client_secret_basic', clientSecret: 'wr0ng-secret' }));
  expect(error).toMatchObject({ code: 'TOKEN_REFUSED', data: { error: 'invalid_client', final: false } });
  expect(JSON.stringify([error.message, error.data])).not.toContain('wr0ng');
});

test.each<[string, Partial<ClientRegistration>]>([
  ['one that registered itself', { kind: 'dynamic', auth: { method: 'client_secret_basic', clientSecret: 'x' } }],
  ['one that is only described', { kind: 'metadata-document', auth: { method: 'private_key_jwt', privateKey: 'x' } }],
  ['one that can prove nothing', { auth: { method: 'none' } }],
])('AUT-33: a client that is %s is not used', async (_title, more) => {
  const { place, fetch, asked } = await tokenEndpoint({ json: { access_token: 'at', token_type: 'Bearer' } });
  const client = { ...clientAt(place), ...more };
  const asking = clientCredentialsTokens({ discovery: place, client, fetch, clock: systemClock, scope: [] });
  expect((await rejected(asking)).code).toBe('REGISTRATION_NEEDED');
  expect(asked).toEqual([]);
});
