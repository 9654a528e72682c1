// Signing in to a real OpenID provider, staying signed in, and signing out.
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { browse, identityOf, openIdentities, signIn } from '../../support/oauth/identities-rig.ts';
import { listen } from '../../support/oauth/listen.ts';
import { startIdentityProvider } from '../../support/oauth/identity-provider-rig.ts';
import { PUBLIC_CLIENT } from '../../support/oauth/oidc-provider-rig.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { rejected } from '../../support/thrown.ts';
import { until } from '../../support/until.ts';

test('a sign-in in the browser shows who signed in, and keeps every token in the keychain', async () => {
  const provider = await startIdentityProvider();
  const { identities, audit, changes, store, catalogText } = await openIdentities();
  expect(await identities.add({ identity: identityOf(provider.issuer) })).toMatchObject({ state: 'signed-out' });
  const { url, done } = await identities.startSignIn('work');
  expect(identities.status('work').state).toBe('signing-in');
  const asked = Object.fromEntries(url?.searchParams ?? []);
  expect(asked).toMatchObject({
    client_id: 'portolan',
    response_type: 'code',
    code_challenge_method: 'S256',
    scope: 'openid profile email offline_access',
    redirect_uri: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/callback$/),
  });
  expect([asked['state']?.length, asked['nonce']?.length, asked['code_challenge']?.length]).toEqual([43, 43, 43]);
  const page = await browse(url);
  await done;
  expect(page.status).toBe(200);
  expect(identities.status('work')).toMatchObject({
    state: 'signed-in',
    renews: true,
    person: { subject: 'ada', name: 'ada of the test', email: 'ada@example.org' },
    source: 'catalog',
  });
  expect(changes.map(({ state }) => state)).toEqual(expect.arrayContaining(['signed-out', 'signing-in', 'signed-in']));
  expect(audit.map(({ kind }) => kind)).toEqual(['identity.changed', 'signin.started', 'signin.finished']);
  const { token, type, subject } = await identities.subjectToken('work');
  expect([type, subject, token.split('.').length]).toEqual(['id_token', 'ada', 3]);
  for (const shown of [catalogText(), JSON.stringify(audit), JSON.stringify(identities.list())]) {
    expect(shown).not.toContain(token);
  }
  expect([...store.items.values()].some((item) => item.includes(token))).toBe(true);
});

test('a restart finds the sign-in again', async () => {
  const provider = await startIdentityProvider();
  const { identities, reopen } = await openIdentities();
  await identities.add({ identity: identityOf(provider.issuer) });
  await signIn(identities);
  const { token } = await identities.subjectToken('work');
  identities.close();
  const again = reopen();
  await again.start();
  expect(again.status('work')).toMatchObject({ state: 'signed-in', person: { subject: 'ada' } });
  expect((await again.subjectToken('work')).token).toBe(token);
});

test('it is renewed silently ahead of its end, once for all who ask', async () => {
  const provider = await startIdentityProvider();
  const clock = new ManualClock(Date.now());
  const { identities, audit } = await openIdentities({ clock });
  await identities.add({ identity: identityOf(provider.issuer) });
  await signIn(identities);
  const first = await identities.subjectToken('work');
  await Promise.all([1, 2, 3].map(() => identities.renew('work')));
  expect(provider.renewals()).toBe(1);
  clock.advance(56 * 60_000);
  await until(() => audit.filter(({ kind }) => kind === 'token.refreshed').length === 2, 'it is renewed');
  expect(provider.renewals()).toBe(2);
  const second = await identities.subjectToken('work');
  expect(second.token).not.toBe(first.token);
  expect(identities.status('work')).toMatchObject({ state: 'signed-in', renews: true });
});

test('two hosts on one keychain do not use a refresh token twice: the second takes what the first has renewed', async () => {
  const provider = await startIdentityProvider();
  const { identities, reopen } = await openIdentities();
  await identities.add({ identity: identityOf(provider.issuer) });
  await signIn(identities);
  const second = reopen();
  await second.start();
  await identities.renew('work');
  await second.renew('work');
  expect(provider.renewals()).toBe(1);
  expect((await second.subjectToken('work')).token).toBe((await identities.subjectToken('work')).token);
  await second.renew('work');
  expect([provider.renewals(), second.status('work').state]).toEqual([2, 'signed-in']);
});

test('a sign-in that the provider has revoked ends at the next renewal, with the reason, also after a restart', async () => {
  const provider = await startIdentityProvider();
  const { identities, audit, store, tokens, reopen } = await openIdentities();
  await identities.add({ identity: identityOf(provider.issuer) });
  await signIn(identities);
  const { token } = await identities.subjectToken('work');
  await provider.revokeFor(tokens);
  const error = await rejected(identities.renew('work'));
  expect(error).toMatchObject({ code: 'NEEDS_SIGN_IN', data: { identity: 'work' } });
  expect(error.message).toContain('invalid_grant');
  expect(identities.status('work')).toMatchObject({
    state: 'ended',
    renews: false,
    reason: { code: 'NEEDS_SIGN_IN', message: expect.stringContaining('The provider has ended the sign-in') },
    person: { subject: 'ada' },
  });
  expect([...store.items.values()].some((item) => item.includes(token))).toBe(false);
  expect(audit.map(({ kind }) => kind).slice(-2)).toEqual(['token.refused', 'signin.ended']);
  const again = reopen();
  await again.start();
  expect(again.status('work').state).toBe('ended');
  expect((await rejected(again.subjectToken('work'))).code).toBe('NEEDS_SIGN_IN');
});

test('only invalid_grant ends a sign-in: trouble that may pass leaves it', async () => {
  const provider = await startIdentityProvider();
  const { identities } = await openIdentities();
  await identities.add({ identity: identityOf(provider.issuer) });
  await signIn(identities);
  provider.isAway = true;
  expect((await rejected(identities.renew('work'))).code).toBe('CONNECTION_LOST');
  expect(identities.status('work')).toMatchObject({ state: 'signed-in', reason: { code: 'CONNECTION_LOST' } });
  expect((await identities.subjectToken('work')).type).toBe('id_token');
});

test('a sign-in that nothing renews is told before it ends, and ends', async () => {
  const provider = await startIdentityProvider();
  const { identities: helper } = await openIdentities();
  await helper.add({ identity: identityOf(provider.issuer) });
  await signIn(helper);
  const { token } = await helper.subjectToken('work');
  const clock = new ManualClock(Date.now());
  const { identities, changes } = await openIdentities({ clock });
  await identities.add({ identity: identityOf(provider.issuer) });
  const taken = await identities.takeIdToken('work', token);
  expect(taken).toMatchObject({ state: 'signed-in', renews: false, person: { subject: 'ada' } });
  expect(Date.parse(taken.endsAt ?? '') - clock.now()).toBeGreaterThan(50 * 60_000);
  clock.advance(51 * 60_000);
  expect(changes.at(-1)?.state).toBe('ends-soon');
  clock.advance(10 * 60_000);
  await until(() => changes.at(-1)?.state === 'ended', 'it has ended');
  expect(await rejected(identities.subjectToken('work'))).toMatchObject({ code: 'NEEDS_SIGN_IN' });
});

test('OA-25: signing out revokes the refresh token, empties the keychain and names the provider’s page', async () => {
  const provider = await startIdentityProvider();
  const { identities, tokens, store, audit } = await openIdentities();
  await identities.add({ identity: identityOf(provider.issuer) });
  await signIn(identities);
  const { token } = await identities.subjectToken('work');
  const { revoked, url, identity } = await identities.signOut('work');
  expect([revoked, identity.state]).toEqual(['yes', 'signed-out']);
  expect(provider.forms.at(-1)).toMatchObject({ status: 200, form: { token_type_hint: 'refresh_token' } });
  const page = new URL(url ?? '');
  expect([page.origin, [...page.searchParams]]).toEqual([provider.issuer, [['client_id', PUBLIC_CLIENT]]]);
  expect([tokens.keys(''), [...store.items.values()].filter((item) => item.includes(token))]).toEqual([[], []]);
  expect(audit.map(({ kind }) => kind).slice(-2)).toEqual(['token.revoked', 'signin.ended']);
});

test('OA-25: while the provider is away the refresh token is revoked at a later start', async () => {
  const provider = await startIdentityProvider();
  const { identities, tokens, reopen } = await openIdentities();
  await identities.add({ identity: identityOf(provider.issuer) });
  await signIn(identities);
  provider.isAway = true;
  expect(await identities.signOut('work')).toMatchObject({ revoked: 'later', identity: { state: 'signed-out' } });
  expect(tokens.keys('')).toEqual([expect.stringMatching(/^revocation\/identity\//)]);
  await reopen().start();
  expect(tokens.keys('')).toHaveLength(1);
  provider.isAway = false;
  await reopen().start();
  expect(tokens.keys('')).toEqual([]);
  expect(provider.forms.at(-1)).toMatchObject({ route: 'revocation', status: 200 });
});

test('a code on another device signs in, and a no is told', async () => {
  const provider = await startIdentityProvider();
  const clock = new ManualClock(Date.now());
  const { identities } = await openIdentities({ clock });
  await identities.add({ identity: identityOf(provider.issuer, { way: 'device' }) });
  const first = await identities.startSignIn('work');
  expect(first.url).toBeUndefined();
  await provider.decideDevice(first.device?.verificationUrl ?? '', first.device?.userCode ?? '', 'confirm');
  clock.advance(5_000);
  await first.done;
  expect(identities.status('work')).toMatchObject({ state: 'signed-in', person: { subject: 'ada' } });
  const second = await identities.startSignIn('work');
  await provider.decideDevice(second.device?.verificationUrl ?? '', second.device?.userCode ?? '', 'abort');
  clock.advance(5_000);
  expect((await rejected(second.done)).code).toBe('SIGN_IN_REFUSED');
});

test('several identities are signed in at once, each at its provider', async () => {
  const [one, two] = [await startIdentityProvider(), await startIdentityProvider()];
  const { identities } = await openIdentities();
  await identities.add({ identity: identityOf(one.issuer, { name: 'one' }) });
  expect(identities.get()?.name).toBe('one');
  await identities.add({ identity: identityOf(two.issuer, { name: 'two' }) });
  two.account = 'bob';
  await Promise.all([signIn(identities, 'one'), signIn(identities, 'two')]);
  expect(identities.list().map(({ name, person }) => [name, person?.subject])).toEqual([
    ['one', 'ada'],
    ['two', 'bob'],
  ]);
  expect([identities.get(), identities.get('two')?.issuer]).toEqual([undefined, two.issuer]);
});

test('an answer with another state, another issuer or an error signs nobody in', async () => {
  const provider = await startIdentityProvider();
  const { identities } = await openIdentities();
  await identities.add({ identity: identityOf(provider.issuer) });
  const failing = async (change: (params: URLSearchParams) => void) => {
    const { url, done } = await identities.startSignIn('work');
    const redirect = new URL(url?.searchParams.get('redirect_uri') ?? '');
    const params = new URLSearchParams({
      code: 'x',
      iss: provider.issuer,
      state: url?.searchParams.get('state') ?? '',
    });
    change(params);
    redirect.search = params.toString();
    await fetch(redirect);
    return rejected(done);
  };
  expect((await failing((params) => params.set('iss', 'https://evil.example'))).code).toBe('ISSUER_MISMATCH');
  const error = await failing((params) => {
    params.delete('code');
    params.set('error', 'access_denied');
    params.set('error_description', '<b>no\u0007</b>');
  });
  expect([error.code, error.message]).toEqual(['SIGN_IN_REFUSED', expect.stringContaining('access_denied: no')]);
  expect(identities.status('work')).toMatchObject({ state: 'failed', reason: { code: 'SIGN_IN_REFUSED' } });
  const { url, done, cancel } = await identities.startSignIn('work');
  const foreign = new URL(url?.searchParams.get('redirect_uri') ?? '');
  foreign.search = '?code=x&state=other';
  expect((await fetch(foreign)).status).toBe(400);
  expect(identities.status('work').state).toBe('signing-in');
  cancel();
  expect((await rejected(done)).code).toBe('SIGN_IN_CANCELLED');
});

test('a provider that names itself differently is refused with both strings', async () => {
  const { port } = await listen(
    createServer((_request, response) =>
      response.end('{"issuer":"https://evil.example","token_endpoint":"https://e/"}'),
    ),
  );
  const { identities } = await openIdentities();
  const issuer = `http://127.0.0.1:${port}`;
  await identities.add({ identity: identityOf(issuer) });
  const error = await rejected(identities.startSignIn('work'));
  expect(error).toMatchObject({ code: 'ISSUER_MISMATCH', data: { expected: issuer, found: 'https://evil.example' } });
});
