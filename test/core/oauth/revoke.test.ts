// Signing out at the authorization server: what was given up is of no use to anyone.
import { expect, test } from 'vitest';
import { systemClock } from '../../../core/base/clock.ts';
import { startCodeSignIn } from '../../../core/oauth/authorization-code.ts';
import { refreshTokens } from '../../../core/oauth/refresh.ts';
import { revokeTokens } from '../../../core/oauth/revoke.ts';
import type { TokenSet } from '../../../core/oauth/token-set.ts';
import { guarded, HERE } from '../../support/oauth/guarded.ts';
import { PUBLIC_CLIENT, startOidcProvider } from '../../support/oauth/oidc-provider-rig.ts';
import { clientAt, RESOURCE, type ScriptedAnswer, tokenEndpoint } from '../../support/oauth/token-endpoint.ts';
import { rejected } from '../../support/thrown.ts';

async function scripted(...answers: ScriptedAnswer[]) {
  const { place, fetch, asked } = await tokenEndpoint(...answers);
  const set: TokenSet = {
    accessToken: 'at-1',
    tokenType: 'bearer',
    refreshToken: 'rt-1',
    scope: [],
    issuer: place.issuer,
    clientId: 'portolan',
    resource: RESOURCE,
    obtainedAt: 0,
    grant: 'code',
  };
  return { set, asked, options: { discovery: place, client: clientAt(place), fetch, clock: systemClock } };
}

test('at a real server, a revoked refresh token gives nothing any more', async () => {
  const rig = await startOidcProvider();
  const place = { issuer: rig.issuer, as: rig.as, resource: RESOURCE, dpopBound: false };
  const client = clientAt(place, PUBLIC_CLIENT);
  const options = { discovery: place, client, fetch: guarded({ home: HERE }), clock: systemClock };
  const signIn = await startCodeSignIn({ ...options, client: () => client, scope: ['read'] });
  await fetch(signIn.url);
  const set = await signIn.done;
  expect(await revokeTokens(set, options)).toBe('yes');
  expect((await rejected(refreshTokens(set, options))).data).toMatchObject({ error: 'invalid_grant', final: true });
});

test('the refresh token first, then the access token', async () => {
  const { set, options, asked } = await scripted({});
  expect(await revokeTokens(set, options)).toBe('yes');
  expect(asked.map(({ path, form }) => [path, form['token'], form['token_type_hint']])).toEqual([
    ['/revoke', 'rt-1', 'refresh_token'],
    ['/revoke', 'at-1', 'access_token'],
  ]);
});

test('an access token that cannot be revoked does not matter once the refresh token is', async () => {
  const { set, options } = await scripted({}, { status: 400, json: { error: 'unsupported_token_type' } });
  expect(await revokeTokens(set, options)).toBe('yes');
});

test.each<[string, ScriptedAnswer]>([
  ['cannot do it now', { status: 503 }],
  ['has too much to do', { status: 429 }],
  ['cannot be reached', { drop: true }],
])('a server that %s is to be asked later', async (_title, answer) => {
  const { set, options, asked } = await scripted(answer);
  expect(await revokeTokens(set, options)).toBe('later');
  expect(asked).toHaveLength(1);
});

test('a server that does not offer it is not asked, and one that refuses is not asked again', async () => {
  const { set, options, asked } = await scripted({ status: 400, json: { error: 'invalid_request' } });
  const { revocation_endpoint: _none, ...as } = options.discovery.as;
  expect(await revokeTokens(set, { ...options, discovery: { ...options.discovery, as } })).toBe('not-offered');
  expect(asked).toEqual([]);
  expect(await revokeTokens(set, options)).toBe('not-offered');
});

test('tokens of another server are not sent, not even to be revoked', async () => {
  const { set, options, asked } = await scripted({});
  expect(await revokeTokens({ ...set, issuer: 'https://other.example' }, options)).toBe('not-offered');
  expect(await revokeTokens({ ...set, clientId: 'other' }, options)).toBe('not-offered');
  expect(asked).toEqual([]);
});
