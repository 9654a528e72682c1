// What refusals and accidents at a token endpoint become: which end the sign-in for good, and what may be said of them.
import * as oauth from 'oauth4webapi';
import { expect, test } from 'vitest';
import { systemClock } from '../../../core/base/clock.ts';
import { DpopKey } from '../../../core/oauth/dpop.ts';
import { isFinal } from '../../../core/oauth/oauth-errors.ts';
import { requestTokens, type TokenRequest } from '../../../core/oauth/token-request.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { guarded, HERE } from '../../support/oauth/guarded.ts';
import {
  clientAt,
  type ScriptedAnswer,
  type TokenEndpoint,
  tokenEndpoint,
} from '../../support/oauth/token-endpoint.ts';
import { rejected } from '../../support/thrown.ts';

const TOKENS = { access_token: 'at', token_type: 'Bearer' };

function asking(server: TokenEndpoint, more: Partial<TokenRequest> = {}): TokenRequest {
  return {
    discovery: server.place,
    client: clientAt(server.place),
    fetch: server.fetch,
    clock: systemClock,
    grant: 'code',
    scope: [],
    secrets: ['s3cret-of-the-request'],
    send: (client, auth, parts) => oauth.genericTokenEndpointRequest(server.place.as, client, auth, 'g', {}, parts),
    ...more,
  };
}

const refusal = (error: string, status = 400): ScriptedAnswer => ({ status, json: { error } });

test('OA-21: invalid_grant is final', async () => {
  const server = await tokenEndpoint(refusal('invalid_grant'));
  const error = await rejected(requestTokens(asking(server)));
  expect(error).toMatchObject({ code: 'TOKEN_REFUSED', data: { final: true, error: 'invalid_grant', status: 400 } });
  expect(isFinal(error)).toBe(true);
});

test.each<[string, ScriptedAnswer, string]>([
  [
    'invalid_grant with a status of success, as GitHub sends errors',
    refusal('bad_refresh_token', 200),
    'TOKEN_REFUSED',
  ],
  ['invalid_client', refusal('invalid_client', 401), 'TOKEN_REFUSED'],
  [
    'a challenge in place of words',
    { ...refusal('invalid_client', 401), headers: { 'WWW-Authenticate': 'Basic realm="x"' } },
    'TOKEN_REFUSED',
  ],
  ['invalid_scope', refusal('invalid_scope'), 'TOKEN_REFUSED'],
  ['an error of its own', refusal('odd'), 'TOKEN_REFUSED'],
  ['503', { status: 503, json: {} }, 'TOKEN_REFUSED'],
  ['500 that says invalid_grant', refusal('invalid_grant', 500), 'TOKEN_REFUSED'],
  ['429', { status: 429, text: 'slow' }, 'TOKEN_REFUSED'],
  ['a page that tells of invalid_grant', { status: 400, text: '<html>invalid_grant</html>' }, 'TOKEN_INVALID'],
  ['a page with a status of success', { text: '<html>Sign in to the hotel</html>' }, 'TOKEN_INVALID'],
  ['an empty object', { json: {} }, 'TOKEN_INVALID'],
  ['a list', { json: ['invalid_grant'] }, 'TOKEN_INVALID'],
  ['an error that is an object', { status: 400, json: { error: { code: 'invalid_grant' } } }, 'TOKEN_INVALID'],
  ['a redirect', { status: 307, headers: { Location: 'https://evil.example/token' }, json: {} }, 'TOKEN_REFUSED'],
  ['a broken connection', { drop: true }, 'CONNECTION_LOST'],
])('OA-21: %s is not final', async (_title, answer, code) => {
  const server = await tokenEndpoint(answer);
  const error = await rejected(requestTokens(asking(server)));
  expect(error.code).toBe(code);
  expect(isFinal(error)).toBe(false);
  expect(server.asked).toHaveLength(1);
});

test('OA-21: silence is not final', async () => {
  const clock = new ManualClock();
  const patient = guarded({ home: HERE, clock });
  const server = await tokenEndpoint({});
  const fetch: typeof patient = (url, init) => {
    const answer = patient(url, init);
    clock.advance(15_000);
    return answer;
  };
  const error = await rejected(requestTokens(asking(server, { fetch })));
  expect(error.code).toBe('REQUEST_TIMEOUT');
  expect(isFinal(error)).toBe(false);
});

test('OA-33: words of a server are cleaned, and what was sent to it does not come back in them', async () => {
  const error_description = `<b>No</b>\u001b[31m s3cret-of-the-request ${'x'.repeat(1_000_000 / 2)}`;
  const server = await tokenEndpoint({ status: 400, json: { error: 'invalid_grant', error_description } });
  const error = await rejected(requestTokens(asking(server)));
  expect(error.message).toMatch(/^127\.0\.0\.1:\d+ gave no token: No \[redacted\] x+… \(invalid_grant\)\.$/);
  expect(error.message.length).toBeLessThan(600);
  expect(JSON.stringify([error.hint, error.data, String(error.cause)])).not.toContain('s3cret');
});

test('the client’s secret does not come back either', async () => {
  const server = await tokenEndpoint({
    status: 401,
    json: { error: 'invalid_client', error_description: 'not cl13nt-s3cret' },
  });
  const client = clientAt(server.place, 'portolan', { method: 'client_secret_post', clientSecret: 'cl13nt-s3cret' });
  const error = await rejected(requestTokens(asking(server, { client })));
  expect(error.message).toContain('not [redacted] (invalid_client)');
});

test('a refusal of something dated is the clock’s fault when the clocks differ', async () => {
  const date = new Date(Date.now() + 10 * 60_000).toUTCString();
  const server = await tokenEndpoint({ ...refusal('invalid_dpop_proof'), headers: { Date: date } });
  const dpop = await DpopKey.generate(systemClock);
  const error = await rejected(requestTokens(asking(server, { dpop })));
  expect(error.code).toBe('CLOCK_WRONG');
  expect(error.message).toMatch(/^The clock of this computer is 10 min behind that of 127\.0\.0\.1:\d+\.$/);
  expect((await rejected(requestTokens(asking(server)))).code).toBe('TOKEN_REFUSED');
});

test('a proof is made anew with the nonce that the server wants, once', async () => {
  const wants = { ...refusal('use_dpop_nonce'), headers: { 'DPoP-Nonce': 'n-1' } };
  const dpop = await DpopKey.generate(systemClock);
  const server = await tokenEndpoint(wants, { json: { ...TOKENS, token_type: 'DPoP' } });
  expect(await requestTokens(asking(server, { dpop }))).toMatchObject({ tokenType: 'dpop', dpopKey: dpop.json });
  expect(server.asked.map(({ headers }) => typeof headers['dpop'])).toEqual(['string', 'string']);
  const stubborn = await tokenEndpoint(wants, { ...wants, headers: { 'DPoP-Nonce': 'n-2' } });
  expect((await rejected(requestTokens(asking(stubborn, { dpop })))).data).toMatchObject({ error: 'use_dpop_nonce' });
  expect(stubborn.asked).toHaveLength(2);
});

test.each([
  ['http to another computer', 'http://as.example/token', 'URL_REFUSED'],
  ['no https at all', 'javascript:alert(1)', 'URL_REFUSED'],
  ['a password in it', 'https://u:p@as.example/token', 'URL_REFUSED'],
  ['nothing', undefined, 'METADATA_INVALID'],
])('AUT-26: a token endpoint with %s is not asked', async (_title, token_endpoint, code) => {
  const server = await tokenEndpoint({ json: TOKENS });
  const { token_endpoint: _old, ...as } = server.place.as;
  const place = { ...server.place, as: token_endpoint === undefined ? as : { ...as, token_endpoint } };
  expect((await rejected(requestTokens(asking(server, { discovery: place })))).code).toBe(code);
  expect(server.asked).toEqual([]);
});
