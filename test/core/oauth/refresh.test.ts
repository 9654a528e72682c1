// Renewal: with the right parameters to the right server alone, against one that rotates refresh tokens.
import { expect, test } from 'vitest';
import { systemClock } from '../../../core/base/clock.ts';
import { startCodeSignIn } from '../../../core/oauth/authorization-code.ts';
import { DpopKey } from '../../../core/oauth/dpop.ts';
import { isFinal } from '../../../core/oauth/oauth-errors.ts';
import { refreshTokens } from '../../../core/oauth/refresh.ts';
import type { TokenSet } from '../../../core/oauth/token-set.ts';
import { guarded, HERE } from '../../support/oauth/guarded.ts';
import { PUBLIC_CLIENT, startOidcProvider } from '../../support/oauth/oidc-provider-rig.ts';
import { clientAt, RESOURCE, tokenEndpoint } from '../../support/oauth/token-endpoint.ts';
import { rejected } from '../../support/thrown.ts';

const ANSWER = { json: { access_token: 'at-2', token_type: 'Bearer', expires_in: 60 } };

/** A set as the scripted server might have given it, and all that is needed to renew it there. */
async function scripted(more: Partial<TokenSet> = {}, answer: object = ANSWER) {
  const { place, fetch, asked } = await tokenEndpoint(answer);
  const set: TokenSet = {
    accessToken: 'at-1',
    tokenType: 'bearer',
    refreshToken: 'rt-1',
    scope: ['read'],
    issuer: place.issuer,
    clientId: 'portolan',
    resource: RESOURCE,
    obtainedAt: 0,
    grant: 'code',
    subject: 'ada',
    ...more,
  };
  return { set, asked, options: { discovery: place, client: clientAt(place), fetch, clock: systemClock } };
}

test('AUT-06: the resource goes along; what the server does not say again stays as it was', async () => {
  const { set, options, asked } = await scripted();
  const renewed = await refreshTokens(set, options);
  expect(asked.map(({ path, form }) => [path, form])).toEqual([
    ['/token', { grant_type: 'refresh_token', refresh_token: 'rt-1', resource: RESOURCE, client_id: 'portolan' }],
  ]);
  expect(renewed).toMatchObject({ accessToken: 'at-2', refreshToken: 'rt-1', scope: ['read'], subject: 'ada' });
  expect(renewed.expiresAt).toBe(renewed.obtainedAt + 60_000);
});

test('OA-21: each renewal gives a new refresh token at a real server, and an old one is refused for good', async () => {
  const rig = await startOidcProvider();
  const place = { issuer: rig.issuer, as: rig.as, resource: RESOURCE, dpopBound: true };
  const client = clientAt(place, PUBLIC_CLIENT);
  const options = { discovery: place, client, fetch: guarded({ home: HERE }), clock: systemClock };
  const signIn = await startCodeSignIn({ ...options, client: () => client, scope: ['read'] });
  await fetch(signIn.url);
  const first = await signIn.done;
  const second = await refreshTokens(first, options);
  expect(second).toMatchObject({ tokenType: 'dpop', dpopKey: first.dpopKey, grant: 'code' });
  const third = await refreshTokens(second, {
    ...options,
    dpop: await DpopKey.import(second.dpopKey ?? '', systemClock),
  });
  const tokens = [first, second, third].map(({ refreshToken }) => refreshToken);
  expect(new Set(tokens).size).toBe(3);
  const error = await rejected(refreshTokens(first, options));
  expect([error.data['error'], isFinal(error)]).toEqual(['invalid_grant', true]);
  for (const token of tokens) expect(JSON.stringify([error.message, error.hint, error.data])).not.toContain(token);
});

test('a bound refresh token without its key is refused by a real server', async () => {
  const rig = await startOidcProvider();
  const place = { issuer: rig.issuer, as: rig.as, resource: RESOURCE, dpopBound: true };
  const client = clientAt(place, PUBLIC_CLIENT);
  const options = { discovery: place, client, fetch: guarded({ home: HERE }), clock: systemClock };
  const signIn = await startCodeSignIn({ ...options, client: () => client, scope: ['read'] });
  await fetch(signIn.url);
  const { dpopKey: _stays, ...stolen } = await signIn.done;
  expect((await rejected(refreshTokens(stolen, options))).code).toBe('TOKEN_REFUSED');
});

test('AUT-24: without a refresh token a person is needed, and the server is not bothered', async () => {
  const { set, options, asked } = await scripted();
  const { refreshToken: _none, ...bare } = set;
  expect((await rejected(refreshTokens(bare, options))).code).toBe('NEEDS_SIGN_IN');
  expect(asked).toEqual([]);
});

test.each([
  ['of another issuer', { issuer: 'https://other.example' }, 'ISSUER_MISMATCH'],
  ['given to another client', { clientId: 'other' }, 'ISSUER_MISMATCH'],
  ['for another resource', { resource: 'https://other.example/mcp' }, 'RESOURCE_MISMATCH'],
])('a refresh token %s is not sent', async (_title, other, code) => {
  const { set, options, asked } = await scripted(other);
  expect((await rejected(refreshTokens(set, options))).code).toBe(code);
  expect(asked).toEqual([]);
});

test('tokens stand in the body and in no address', async () => {
  const { set, options, asked } = await scripted({ accessToken: 'at-s3cret', refreshToken: 'rt-s3cret' });
  await refreshTokens(set, options);
  expect(asked.map(({ path, headers }) => `${path} ${JSON.stringify(headers)}`).join()).not.toContain('s3cret');
});
