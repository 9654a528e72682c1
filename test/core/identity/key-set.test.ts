// The keys of a provider: what is fetched, how often, and what is too much.
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { createGuardedFetch } from '../../../core/identity/guarded-fetch.ts';
import { KEY_SET_TIMEOUT_MS, KeySet, MAX_KEY_SET_BYTES } from '../../../core/identity/key-set.ts';
import { HERE, serve } from '../../support/oauth/guarded.ts';
import { identityOf, openIdentities } from '../../support/oauth/identities-rig.ts';
import { startScriptedIdentityProvider } from '../../support/oauth/scripted-identity-provider.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { rejected } from '../../support/thrown.ts';
import { until } from '../../support/until.ts';

async function open() {
  const provider = await startScriptedIdentityProvider();
  const clock = new ManualClock(Date.now());
  const { identities } = await openIdentities({ clock });
  await identities.add({ identity: identityOf(provider.issuer) });
  return { provider, clock, take: (token: string) => identities.takeIdToken('work', token) };
}

test('OA-24: for a key that is not there the set is fetched once a minute at most; a new one is found then', async () => {
  const { provider, clock, take } = await open();
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const second: JWK = { ...(await exportJWK(publicKey)), kid: 'two', alg: 'ES256' };
  const token = await new SignJWT({ sub: 'ada', iss: provider.issuer, aud: 'portolan' })
    .setProtectedHeader({ alg: 'ES256', kid: 'two' })
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(privateKey);
  await take(await provider.goodToken());
  for (let tries = 0; tries < 50; tries += 1) {
    expect((await rejected(take(token))).data['check']).toBe('key');
  }
  expect(provider.keyFetches()).toBe(1);
  clock.advance(60_000);
  await Promise.all([1, 2, 3].map(async () => rejected(take(token))));
  expect(provider.keyFetches()).toBe(2);
  provider.keySet = () => ({ status: 500, body: '{}' });
  clock.advance(60_000);
  expect((await rejected(take(token))).code).toBe('HTTP_STATUS');
  expect((await rejected(take(token))).data['check']).toBe('key');
  expect(provider.keyFetches()).toBe(3);
  provider.keySet = () => ({ body: JSON.stringify({ keys: [provider.jwk, second] }) });
  clock.advance(60_000);
  expect((await take(token)).state).toBe('signed-in');
  expect(provider.keyFetches()).toBe(4);
});

test('OA-23: without kid, one of several keys that fit is not guessed', async () => {
  const { provider, take } = await open();
  provider.keySet = () => ({ body: JSON.stringify({ keys: [provider.jwk, { ...provider.jwk, kid: 'two' }] }) });
  const error = await rejected(take(await provider.goodToken({}, { kid: undefined })));
  expect([error.code, error.message]).toEqual(['TOKEN_INVALID', expect.stringContaining('which of several keys')]);
  expect((await take(await provider.goodToken())).state).toBe('signed-in');
});

test('keys that are for something else are not used', async () => {
  const { provider, take } = await open();
  for (const other of [{ use: 'enc' }, { alg: 'ES384' }, { key_ops: ['sign'] }, { kty: 'oct', k: 'AAAA' }]) {
    const fresh = await open();
    fresh.provider.keySet = () => ({ body: JSON.stringify({ keys: [{ ...fresh.provider.jwk, ...other }] }) });
    expect((await rejected(fresh.take(await fresh.provider.goodToken()))).data['check']).toBe('key');
  }
  expect((await take(await provider.goodToken())).state).toBe('signed-in');
});

test.each([
  ['10 MB', () => ({ body: `{"keys":[],"x":"${'a'.repeat(10_000_000)}"}` }), 'METADATA_INVALID'],
  [
    '10,000 keys',
    () => ({ body: JSON.stringify({ keys: Array.from({ length: 10_000 }, () => ({ kty: 'EC' })) }) }),
    'METADATA_INVALID',
  ],
  ['no set', () => ({ body: '{"keys":{}}' }), 'METADATA_INVALID'],
  ['no JSON', () => ({ body: '<html>' }), 'METADATA_INVALID'],
  ['status 500', () => ({ status: 500, body: '{}' }), 'HTTP_STATUS'],
  ['status 404', () => ({ status: 404, body: '{}' }), 'METADATA_NOT_FOUND'],
])('OA-24: a key set of %s is refused', async (_title, keySet, code) => {
  const { provider, take } = await open();
  provider.keySet = keySet;
  expect((await rejected(take(await provider.goodToken()))).code).toBe(code);
});

test('OA-24: a key set that does not come is given up', async () => {
  const clock = new ManualClock();
  let asked = 0;
  const { port } = await serve((_request, response) => {
    asked += 1;
    response.writeHead(200).write('{"keys":[');
  });
  const fetch = createGuardedFetch({ clock, home: HERE, maxBytes: MAX_KEY_SET_BYTES, timeoutMs: KEY_SET_TIMEOUT_MS });
  const keys = new KeySet({ url: `http://127.0.0.1:${port}/jwks`, fetch, clock });
  const failing = rejected(keys.keyFor({ alg: 'ES256' }));
  await until(() => asked === 1, 'it is asked');
  clock.advance(KEY_SET_TIMEOUT_MS);
  expect((await failing).code).toBe('REQUEST_TIMEOUT');
});
