// A sign-in in the browser against a real authorization server, and against hostile ones.
import * as oauth from 'oauth4webapi';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../core/base/clock.ts';
import { type CodeSignIn, type CodeSignInOptions, startCodeSignIn } from '../../../core/oauth/authorization-code.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { guarded, HERE } from '../../support/oauth/guarded.ts';
import { type OidcProviderRig, PUBLIC_CLIENT, startOidcProvider } from '../../support/oauth/oidc-provider-rig.ts';
import { clientAt, RESOURCE, tokenEndpoint } from '../../support/oauth/token-endpoint.ts';
import { rejected } from '../../support/thrown.ts';

const placeOf = ({ issuer, as }: OidcProviderRig) => ({ issuer, as, resource: RESOURCE, dpopBound: false });
const TOKENS = { json: { access_token: 'at', token_type: 'Bearer' } };

async function start(
  place: CodeSignInOptions['discovery'],
  more: Partial<CodeSignInOptions> = {},
): Promise<CodeSignIn> {
  const signIn = await startCodeSignIn({
    discovery: place,
    client: () => clientAt(place, PUBLIC_CLIENT),
    scope: ['read', 'write'],
    fetch: guarded({ home: HERE }),
    clock: systemClock,
    ...more,
  });
  onTestFinished(() => signIn.cancel());
  return signIn;
}

/** Comes back from the authorization server with an answer of the test’s making. */
function comeBack(signIn: CodeSignIn, answer: Record<string, string>): Promise<Response> {
  const url = new URL(signIn.url.searchParams.get('redirect_uri') ?? '');
  url.search = new URLSearchParams(answer).toString();
  return fetch(url);
}

const stateOf = ({ url }: CodeSignIn): string => url.searchParams.get('state') ?? '';

test('AUT-06: resource, PKCE and the issuer, all the way at a real server', async () => {
  const rig = await startOidcProvider();
  const signIn = await start(placeOf(rig), { scope: ['openid', 'read', 'offline_access'] });
  const asked = Object.fromEntries(signIn.url.searchParams);
  expect(`${signIn.url.origin}${signIn.url.pathname}`).toBe(rig.as.authorization_endpoint);
  expect(asked).toEqual({
    response_type: 'code',
    client_id: PUBLIC_CLIENT,
    redirect_uri: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/callback$/) as unknown,
    scope: 'openid read offline_access',
    state: expect.stringMatching(/^[\w-]{43}$/) as unknown,
    code_challenge: expect.stringMatching(/^[\w-]{43}$/) as unknown,
    code_challenge_method: 'S256',
    resource: RESOURCE,
    prompt: 'consent',
  });
  const page = await fetch(signIn.url);
  expect(await page.text()).toContain('Signed in');
  expect(await signIn.done).toMatchObject({
    tokenType: 'bearer',
    grant: 'code',
    issuer: rig.issuer,
    clientId: PUBLIC_CLIENT,
    resource: RESOURCE,
    subject: 'ada',
    scope: ['read'],
    refreshToken: expect.any(String) as unknown,
  });
  const [form] = rig.forms;
  expect(form?.form).toMatchObject({
    grant_type: 'authorization_code',
    resource: RESOURCE,
    redirect_uri: asked['redirect_uri'],
  });
  expect(form?.form['code_verifier']).toMatch(/^[\w.~-]{43,128}$/);
});

test('bound to a key, from the authorization request on, with nonces', async () => {
  const rig = await startOidcProvider({ dpopNonces: true });
  const signIn = await start({ ...placeOf(rig), dpopBound: true });
  expect(signIn.url.searchParams.get('dpop_jkt')).toMatch(/^[\w-]{43}$/);
  await fetch(signIn.url);
  expect(await signIn.done).toMatchObject({ tokenType: 'dpop', dpopKey: expect.stringContaining('"d":') as unknown });
  expect(rig.forms.map(({ status }) => status)).toEqual([400, 200]);
});

test('AUT-10 OA-05: a state that is missing, wrong, of another sign-in, or used is refused', async () => {
  const server = await tokenEndpoint(TOKENS);
  const [one, other] = [await start(server.place), await start(server.place)];
  expect(stateOf(one)).not.toBe(stateOf(other));
  for (const state of [{}, { state: '' }, { state: 'wrong' }, { state: stateOf(other) }])
    expect((await comeBack(one, { code: 'c', ...state })).status).toBe(400);
  expect(server.asked).toEqual([]);
  await comeBack(one, { code: 'c', state: stateOf(one) });
  await one.done;
  await expect(comeBack(one, { code: 'replayed', state: stateOf(one) })).rejects.toThrow('fetch failed');
  expect(server.asked.map(({ form }) => form['code'])).toEqual(['c']);
});

test('OA-05: after 5 minutes a state is worth nothing', async () => {
  const clock = new ManualClock();
  const server = await tokenEndpoint(TOKENS);
  const signIn = await start(server.place, { clock });
  expect(signIn.expiresAt).toBe(clock.now() + 300_000);
  clock.advance(300_000);
  expect((await rejected(signIn.done)).code).toBe('SIGN_IN_EXPIRED');
  await expect(comeBack(signIn, { code: 'c', state: stateOf(signIn) })).rejects.toThrow('fetch failed');
  expect(server.asked).toEqual([]);
});

test.each([[undefined], [[]], [['plain']], [['s256']]])(
  'OA-06: a server whose code_challenge_methods_supported is %j is not signed in at',
  async (code_challenge_methods_supported) => {
    const { place } = await tokenEndpoint(TOKENS);
    const { code_challenge_methods_supported: _s256, ...as } = place.as;
    const methods = code_challenge_methods_supported === undefined ? {} : { code_challenge_methods_supported };
    expect((await rejected(start({ ...place, as: { ...as, ...methods } }))).code).toBe('PKCE_UNSUPPORTED');
  },
);

test('OA-06: verifiers have 43 to 128 characters and never repeat', async () => {
  const server = await tokenEndpoint(TOKENS);
  const signIns = await Promise.all(Array.from({ length: 20 }, () => start(server.place)));
  for (const signIn of signIns) await comeBack(signIn, { code: 'c', state: stateOf(signIn) });
  await Promise.all(signIns.map(({ done }) => done));
  for (const { form } of server.asked) {
    const challenge = await oauth.calculatePKCECodeChallenge(form['code_verifier'] ?? '');
    expect(signIns.map(({ url }) => url.searchParams.get('code_challenge'))).toContain(challenge);
  }
  expect(new Set(server.asked.map(({ form }) => form['code_verifier'])).size).toBe(20);
  const many = Array.from({ length: 100_000 }, () => oauth.generateRandomCodeVerifier());
  expect(new Set(many).size).toBe(100_000);
  expect(many.filter((verifier) => !/^[\w.~-]{43,128}$/.test(verifier))).toEqual([]);
});

test.each([
  ['OA-07: an attacker who names itself nowhere', false],
  ['OA-07: an attacker who claims that it names itself', true],
])('%s, and sends people to an honest server, never sees the code', async (_title, advertised) => {
  const honest = await startOidcProvider();
  const attacker = await tokenEndpoint(TOKENS);
  const as = {
    ...attacker.place.as,
    authorization_endpoint: honest.as.authorization_endpoint ?? '',
    authorization_response_iss_parameter_supported: advertised,
  };
  const signIn = await start({ ...attacker.place, as });
  const page = await fetch(signIn.url);
  expect(await page.text()).toContain('The sign-in failed');
  const error = await rejected(signIn.done);
  expect(error.code).toBe('ISSUER_MISMATCH');
  expect(error.data).toEqual({ expected: attacker.place.issuer, found: `"${honest.issuer}"` });
  expect(attacker.asked).toEqual([]);
  expect(honest.forms).toEqual([]);
});

test.each([
  ['code', { code: 'c' }],
  ['error', { error: 'access_denied', error_description: 'call 0900 1234' }],
])('AUT-08 AUT-09: the %s of another issuer is neither used nor shown', async (_title, answer) => {
  const server = await tokenEndpoint(TOKENS);
  const signIn = await start(server.place);
  const page = await comeBack(signIn, { ...answer, state: stateOf(signIn), iss: `${server.place.issuer}/` });
  const error = await rejected(signIn.done);
  expect(error.code).toBe('ISSUER_MISMATCH');
  expect(`${error.message}${error.hint}${await page.text()}`).not.toMatch(/0900|denied/);
  expect(server.asked).toEqual([]);
});

test('a refusal of the server is told in its words, cleaned, and nothing is asked for', async () => {
  const server = await tokenEndpoint(TOKENS);
  const signIn = await start(server.place);
  const answer = { error: 'access_denied', error_description: '<i>Not</i> you\u001b[2J', state: stateOf(signIn) };
  await comeBack(signIn, { ...answer, iss: server.place.issuer });
  const error = await rejected(signIn.done);
  expect(error).toMatchObject({ code: 'SIGN_IN_REFUSED', data: { error: 'access_denied' } });
  expect(error.message).toMatch(/refused the sign-in: Not you \(access_denied\)\.$/);
  expect(server.asked).toEqual([]);
});

test('OA-14: a code of the attacker with the state of the victim buys nothing, nor the reverse', async () => {
  const rig = await startOidcProvider();
  const [victim, attacker] = [await start(placeOf(rig)), await start(placeOf(rig))];
  const caught = await fetch(attacker.url, { redirect: 'manual' });
  const stolen = new URL(caught.headers.get('location') ?? '').searchParams;
  const answer = Object.fromEntries(stolen);
  expect((await comeBack(victim, answer)).status).toBe(400);
  const page = await comeBack(victim, { ...answer, state: stateOf(victim) });
  expect(await page.text()).toContain('The sign-in failed');
  expect(await rejected(victim.done)).toMatchObject({ code: 'TOKEN_REFUSED', data: { error: 'invalid_grant' } });
});

test.each([
  ['no code', ''],
  ['an empty code', 'code='],
  ['two codes', 'code=s3cret&code=c'],
  ['a token in place of a code', 'access_token=s3cret&token=s3cret'],
  ['an ID token beside the code', 'code=s3cret&id_token=a.b.c'],
  ['all of it signed in one', 'code=s3cret&response=a.b.c'],
])('an answer with %s is refused, and not repeated', async (_title, answer) => {
  const server = await tokenEndpoint(TOKENS);
  const signIn = await start(server.place);
  await fetch(`${signIn.url.searchParams.get('redirect_uri')}?${answer}&state=${stateOf(signIn)}`);
  const error = await rejected(signIn.done);
  expect([error.code, error.cause]).toEqual(['SIGN_IN_REFUSED', undefined]);
  expect(error.message).not.toContain('s3cret');
  expect(server.asked).toEqual([]);
});

test('what the server’s address already asks for does not replace what Portolan asks for', async () => {
  const server = await tokenEndpoint(TOKENS);
  const authorization_endpoint =
    'https://as.example/authorize?tenant=7&state=x&redirect_uri=https://evil.example&scope=all';
  const signIn = await start({ ...server.place, as: { ...server.place.as, authorization_endpoint } }, { scope: [] });
  const { searchParams } = signIn.url;
  expect([searchParams.get('tenant'), searchParams.getAll('state').length, searchParams.has('scope')]).toEqual([
    '7',
    1,
    false,
  ]);
  expect(searchParams.getAll('redirect_uri')).toEqual([expect.stringContaining('http://127.0.0.1:')]);
});

test.each([
  'http://as.example/a',
  'javascript:alert(1)',
  'file:///etc/passwd',
  'data:text/html,x',
  'ms-settings:x',
  '--help',
  '',
])('OA-08 AUT-26: no address to open is made of %j', async (authorization_endpoint) => {
  const server = await tokenEndpoint(TOKENS);
  const starting = start({ ...server.place, as: { ...server.place.as, authorization_endpoint } });
  expect((await rejected(starting)).code).toBe('URL_REFUSED');
});

test('cancelling ends the wait, also when the code is there already', async () => {
  const server = await tokenEndpoint(TOKENS);
  const waiting = await start(server.place);
  waiting.cancel();
  expect((await rejected(waiting.done)).code).toBe('SIGN_IN_CANCELLED');
  const redeeming = await start(server.place, {
    fetch: (url, init) => {
      redeeming.cancel();
      return guarded({ home: HERE })(url, init);
    },
  });
  await comeBack(redeeming, { code: 'c', state: stateOf(redeeming) });
  expect((await rejected(redeeming.done)).code).toBe('SIGN_IN_CANCELLED');
});

test('the client is asked for with the redirect address; when there is none, nobody listens any more', async () => {
  const server = await tokenEndpoint(TOKENS);
  let told = '';
  const starting = start(server.place, {
    client: (redirectUri) => {
      told = redirectUri;
      throw new Error('no client');
    },
  });
  await expect(starting).rejects.toThrow('no client');
  await expect(fetch(told)).rejects.toThrow('fetch failed');
});
