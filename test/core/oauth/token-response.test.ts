// What counts as an answer with tokens, and what is made of the things that servers leave out or get wrong.
import { UnsecuredJWT } from 'jose';
import { expect, test } from 'vitest';
import { type TokenContext, tokensFrom } from '../../../core/oauth/token-response.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { thrown } from '../../support/thrown.ts';

const clock = new ManualClock();
const CONTEXT: TokenContext = {
  issuer: 'https://as.example',
  resource: 'https://mcp.example/mcp',
  clientId: 'portolan',
  grant: 'code',
  scope: ['read', 'write'],
  clock,
  mustBind: false,
};
const BODY = { access_token: 'at-1', token_type: 'Bearer' };
const DAY_S = 24 * 3600;

test('the least that a server may answer with', () => {
  expect(tokensFrom(BODY, CONTEXT)).toEqual({
    accessToken: 'at-1',
    tokenType: 'bearer',
    scope: ['read', 'write'],
    issuer: 'https://as.example',
    clientId: 'portolan',
    resource: 'https://mcp.example/mcp',
    obtainedAt: clock.now(),
    grant: 'code',
  });
});

test.each([
  ['a number', 3600, 3600],
  ['a number as text', '3600', 3600],
  ['a part of a second', 0.5, 0.5],
  ['a million years', 1e12, 365 * DAY_S],
  ['more than numbers hold', 1e308, 365 * DAY_S],
  ['nothing', undefined, undefined],
  ['null', null, undefined],
  ['0, which some mean as endless', 0, undefined],
  ['-1, which some mean as endless', -1, undefined],
  ['words', 'an hour', undefined],
  ['an object', {}, undefined],
])('OA-22: expires_in is %s', (_title, expires_in, seconds) => {
  const { expiresAt } = tokensFrom({ ...BODY, expires_in }, CONTEXT);
  expect(expiresAt).toBe(seconds === undefined ? undefined : clock.now() + seconds * 1000);
});

test.each([
  ['no access token', { token_type: 'Bearer' }],
  ['an empty access token', { ...BODY, access_token: '' }],
  ['an access token that is a number', { ...BODY, access_token: 1 }],
  ['an access token that breaks a header', { ...BODY, access_token: 'a\r\nX-Evil: 1' }],
  ['an access token with a space', { ...BODY, access_token: 'a b' }],
  ['a huge access token', { ...BODY, access_token: 'a'.repeat(65_537) }],
  ['no token type', { access_token: 'at-1' }],
  ['an unknown token type', { ...BODY, token_type: 'mac' }],
  ['N_A, the type of what is no access token', { ...BODY, token_type: 'N_A' }],
  ['a bound token without our proof', { ...BODY, token_type: 'DPoP' }],
  ['a refresh token that is an object', { ...BODY, refresh_token: {} }],
])('%s is refused without repeating it', (_title, body) => {
  const error = thrown(() => tokensFrom(body, CONTEXT));
  expect(error).toMatchObject({ code: 'TOKEN_INVALID', data: { final: false, host: 'as.example' } });
  expect(error.message).not.toMatch(/at-1|Evil/);
});

test('a resource that takes bound tokens only is not served with another', () => {
  const bound = { ...CONTEXT, dpopKey: '{}', mustBind: true };
  expect(thrown(() => tokensFrom(BODY, bound)).code).toBe('TOKEN_INVALID');
  expect(tokensFrom({ ...BODY, token_type: 'DPOP' }, bound)).toMatchObject({ tokenType: 'dpop', dpopKey: '{}' });
  const previous = tokensFrom({ ...BODY, token_type: 'DPOP' }, bound);
  expect(thrown(() => tokensFrom(BODY, { ...bound, mustBind: false, previous })).code).toBe('TOKEN_INVALID');
});

test.each([
  ['as in the standard', 'read files:all', ['read', 'files:all']],
  ['separated by commas', 'read,files:all', ['read', 'files:all']],
  ['less than was asked for', 'read', ['read']],
  ['nothing, for rights that are not scopes', '', ['read', 'write']],
  ['no text', 7, ['read', 'write']],
])('granted scopes: %s', (_title, scope, granted) => {
  expect(tokensFrom({ ...BODY, scope }, CONTEXT).scope).toEqual(granted);
});

test('AUT-24: a new refresh token replaces the old one, none leaves it, and none at all is fine', () => {
  const first = tokensFrom({ ...BODY, refresh_token: 'rt-1' }, CONTEXT);
  expect(tokensFrom({ ...BODY, refresh_token: 'rt-2' }, { ...CONTEXT, previous: first }).refreshToken).toBe('rt-2');
  expect(tokensFrom(BODY, { ...CONTEXT, previous: first }).refreshToken).toBe('rt-1');
  expect(tokensFrom({ ...BODY, refresh_token: null }, CONTEXT)).not.toHaveProperty('refreshToken');
});

test.each([
  ['for us, from this server', { iss: 'https://as.example', aud: 'portolan', sub: 'ada' }, 'ada'],
  ['for several', { iss: 'https://as.example', aud: ['x', 'portolan'], sub: 'ada' }, 'ada'],
  ['from another server', { iss: 'https://evil.example', aud: 'portolan', sub: 'ada' }, undefined],
  ['for another client', { iss: 'https://as.example', aud: 'x', sub: 'ada' }, undefined],
])('who signed in, by an ID token %s', (_title, claims, subject) => {
  const id_token = new UnsecuredJWT(claims).encode();
  expect(tokensFrom({ ...BODY, id_token }, CONTEXT).subject).toBe(subject);
});

test('an ID token that cannot be read is no reason to refuse the access token', () => {
  expect(tokensFrom({ ...BODY, id_token: 'x.y' }, CONTEXT)).not.toHaveProperty('subject');
});
