// Which ID tokens a sign-in is refused for, each with its own reason, at a provider that says anything.
import { generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { browse, identityOf, openIdentities, signIn } from '../../support/oauth/identities-rig.ts';
import {
  atHash,
  nowS,
  type ScriptedIdentityProvider,
  startScriptedIdentityProvider,
} from '../../support/oauth/scripted-identity-provider.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { rejected } from '../../support/thrown.ts';

const YEAR_MS = 365 * 86_400_000;

type Forge = (claims: JWTPayload, provider: ScriptedIdentityProvider) => string | Promise<string>;

const withClaims =
  (change: Readonly<Record<string, unknown>>): Forge =>
  (claims, provider) =>
    provider.goodToken({ ...claims, ...change });

const withHeader =
  (header: Readonly<Record<string, unknown>>): Forge =>
  (claims, provider) =>
    provider.goodToken(claims, header);

/** What is wrong, how it is made, `data.check` (or the code) that it is refused with. */
const BAD: readonly (readonly [title: string, forge: Forge, check: string])[] = [
  ['another issuer', withClaims({ iss: 'https://evil.example' }), 'ISSUER_MISMATCH'],
  ['the issuer with a slash', (claims, p) => p.goodToken({ ...claims, iss: `${p.issuer}/` }), 'ISSUER_MISMATCH'],
  ['no issuer', withClaims({ iss: undefined }), 'ISSUER_MISMATCH'],
  ['no subject', withClaims({ sub: undefined }), 'sub'],
  ['another audience', withClaims({ aud: 'another' }), 'aud'],
  ['no audience', withClaims({ aud: undefined }), 'aud'],
  ['several audiences without ours', withClaims({ aud: ['a', 'b'], azp: 'portolan' }), 'aud'],
  ['several audiences and no azp', withClaims({ aud: ['portolan', 'other'] }), 'aud'],
  ['several audiences and a foreign azp', withClaims({ aud: ['portolan', 'other'], azp: 'other' }), 'azp'],
  ['one audience and a foreign azp', withClaims({ azp: 'other' }), 'azp'],
  ['an end in the past', withClaims({ exp: nowS() - 120 }), 'exp'],
  ['no end', withClaims({ exp: undefined }), 'exp'],
  ['an end that is a text', withClaims({ exp: String(nowS() + 600) }), 'exp'],
  ['no time of making', withClaims({ iat: undefined }), 'iat'],
  ['a time of making that is a text', withClaims({ iat: 'now' }), 'iat'],
  ['a time of making long ago', withClaims({ iat: nowS() - 3_600 }), 'CLOCK_WRONG'],
  ['a time of making in the future', withClaims({ iat: nowS() + 3_600 }), 'CLOCK_WRONG'],
  ['a beginning in the future', withClaims({ nbf: nowS() + 3_600 }), 'nbf'],
  ['no nonce', withClaims({ nonce: undefined }), 'nonce'],
  ['another nonce', withClaims({ nonce: 'another' }), 'nonce'],
  ['the hash of another access token', withClaims({ at_hash: atHash('another') }), 'at_hash'],
  ['a hash that is no text', withClaims({ at_hash: 7 }), 'at_hash'],
  ['no signature', (claims) => new UnsecuredJWT(claims).encode(), 'alg'],
  [
    'no signature, spelled otherwise',
    async (claims, provider) => {
      const [, payload] = (await provider.goodToken(claims)).split('.');
      return `${Buffer.from('{"alg":"NoNe"}').toString('base64url')}.${payload}.`;
    },
    'alg',
  ],
  [
    'a signature with the public key as a shared secret',
    (claims, { jwk }) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(JSON.stringify(jwk).padEnd(32))),
    'alg',
  ],
  [
    'a way of signing that the provider does not announce',
    async (claims) => {
      const { privateKey } = await generateKeyPair('ES384');
      return new SignJWT(claims).setProtectedHeader({ alg: 'ES384', kid: 'one' }).sign(privateKey);
    },
    'alg',
  ],
  [
    'a key of someone else under the same kid',
    async (claims) => {
      const { privateKey } = await generateKeyPair('ES256');
      return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'one' }).sign(privateKey);
    },
    'signature',
  ],
  ['a changed signature', async (claims, p) => (await p.goodToken(claims)).replace(/.{8}$/, 'AAAAAAAA'), 'signature'],
  ['a key set of its own (jku)', withHeader({ jku: 'https://evil.example/jwks' }), 'jku'],
  ['a certificate of its own (x5u)', withHeader({ x5u: 'https://evil.example/cert' }), 'x5u'],
  ['certificates of its own (x5c)', withHeader({ x5c: ['AAAA'] }), 'x5c'],
  ['a key of its own (jwk)', (claims, p) => p.goodToken(claims, { jwk: p.jwk }), 'jwk'],
  [
    'an extension that must be understood (crit)',
    (claims, p) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'ES256', kid: 'one', crit: ['x'], x: 1 })
        .sign(p.keys.privateKey, { crit: { x: true } }),
    'crit',
  ],
  ['the type of an access token', withHeader({ typ: 'at+jwt' }), 'typ'],
  ['the type of an assertion', withHeader({ typ: 'oauth-id-jag+jwt' }), 'typ'],
  ['five parts', () => 'a.b.c.d.e', 'form'],
  ['two parts', () => 'a.b', 'form'],
  ['no JSON inside', async (_claims, p) => (await p.goodToken()).replace(/\.[^.]*\./, '.AAAA.'), 'form'],
];

describe('OA-23: an ID token is refused for', () => {
  test.each(BAD)('%s', async (_title, forge, check) => {
    const provider = await startScriptedIdentityProvider();
    const { identities, tokens } = await openIdentities();
    await identities.add({ identity: identityOf(provider.issuer) });
    provider.idToken = (claims) => Promise.resolve(forge(claims, provider));
    const { url, done } = await identities.startSignIn('work');
    const failing = rejected(done);
    await browse(url);
    const error = await failing;
    expect(error.data['check'] ?? error.code).toBe(check);
    expect(['TOKEN_INVALID', 'ISSUER_MISMATCH', 'CLOCK_WRONG']).toContain(error.code);
    expect(identities.status('work')).toMatchObject({ state: 'failed', reason: { code: error.code } });
    expect(tokens.keys('')).toEqual([]);
  });

  test('no two rules with the same sentence', async () => {
    const provider = await startScriptedIdentityProvider();
    const { identities } = await openIdentities();
    await identities.add({ identity: identityOf(provider.issuer) });
    const sentences = new Map<string, Set<string>>();
    for (const [, forge, check] of BAD) {
      provider.idToken = (claims) => Promise.resolve(forge(claims, provider));
      const { url, done } = await identities.startSignIn('work');
      const failing = rejected(done);
      await browse(url);
      const { message } = await failing;
      sentences.set(message, (sentences.get(message) ?? new Set()).add(check));
    }
    expect([...sentences.values()].filter((checks) => checks.size > 1)).toEqual([]);
  });
});

describe('an ID token is taken', () => {
  test.each<readonly [string, Forge]>([
    ['as it should be', withClaims({})],
    ['for several clients when ours asked for it', withClaims({ aud: ['portolan', 'other'], azp: 'portolan' })],
    ['with the hash of its access token', (claims, p) => p.goodToken({ ...claims, at_hash: atHash(p.accessToken) })],
    ['with a clock that differs a little', withClaims({ iat: nowS() + 30, nbf: nowS() + 30 })],
    ['without kid, when there is one key', withHeader({ kid: undefined, typ: 'JWT' })],
  ])('%s', async (_title, forge) => {
    const provider = await startScriptedIdentityProvider();
    const { identities } = await openIdentities();
    await identities.add({ identity: identityOf(provider.issuer) });
    provider.idToken = (claims) => Promise.resolve(forge(claims, provider));
    await signIn(identities);
    expect(identities.status('work')).toMatchObject({ state: 'signed-in', person: { subject: 'ada' } });
  });
});

test.each([
  ['ahead', YEAR_MS, '365 days ago'],
  ['behind', -YEAR_MS, '365 days in the future'],
])('OA-32: a clock that is a year %s is told as what it is', async (_title, off, words) => {
  const provider = await startScriptedIdentityProvider();
  const { identities } = await openIdentities({ clock: new ManualClock(Date.now() + off) });
  await identities.add({ identity: identityOf(provider.issuer) });
  const { url, done } = await identities.startSignIn('work');
  const failing = rejected(done);
  await browse(url);
  expect(await failing).toMatchObject({ code: 'CLOCK_WRONG', message: expect.stringContaining(words) });
  expect(identities.status('work').reason).toMatchObject({
    code: 'CLOCK_WRONG',
    hint: expect.stringContaining('Set the clock'),
  });
});

test('names of a person are foreign text: cleaned before they are kept', async () => {
  const provider = await startScriptedIdentityProvider();
  const { identities } = await openIdentities();
  await identities.add({ identity: identityOf(provider.issuer) });
  const token = await provider.goodToken({ name: 'A\u202ed<b>a\u001b[31m', email: 'a\n@b' });
  const { person } = await identities.takeIdToken('work', token);
  expect(person).toEqual({ subject: 'ada', name: 'Ad a', email: 'a @b' });
});
