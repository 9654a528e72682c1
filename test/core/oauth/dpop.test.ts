// Proofs of possession: what they say, how long a nonce is remembered, and that the key survives its storing.
import { createHash } from 'node:crypto';
import { calculateJwkThumbprint, decodeProtectedHeader, EmbeddedJWK, jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import { DpopKey } from '../../../core/oauth/dpop.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { rejected } from '../../support/thrown.ts';

const RS = new URL('https://mcp.example/mcp?session=1#x');

async function read(proof: string, clock: ManualClock) {
  const options = { typ: 'dpop+jwt', algorithms: ['ES256'], currentDate: new Date(clock.now()) };
  const { payload } = await jwtVerify(proof, EmbeddedJWK, options);
  return payload;
}

test('a proof is for one method and address, dated with the clock, and never the same', async () => {
  const clock = new ManualClock();
  const key = await DpopKey.generate(clock);
  const [one, other] = await Promise.all([key.header('POST', RS, 'token'), key.header('POST', RS, 'token')]);
  const claims = await read(one, clock);
  expect(claims).toEqual({
    jti: expect.stringMatching(/^[\w-]{20,}$/) as unknown,
    htm: 'POST',
    htu: 'https://mcp.example/mcp',
    iat: clock.now() / 1000,
    ath: createHash('sha256').update('token').digest('base64url'),
  });
  expect((await read(other, clock)).jti).not.toBe(claims.jti);
  expect(await read(await key.header('GET', RS), clock)).not.toHaveProperty('ath');
});

test('the header holds the public key alone, and its thumbprint is the key’s', async () => {
  const clock = new ManualClock();
  const key = await DpopKey.generate(clock);
  const { jwk } = decodeProtectedHeader(await key.header('GET', RS));
  expect(Object.keys(jwk ?? {}).sort()).toEqual(['crv', 'kty', 'x', 'y']);
  expect(await calculateJwkThumbprint(jwk ?? {})).toBe(key.thumbprint);
  expect((await DpopKey.generate(clock)).thumbprint).not.toBe(key.thumbprint);
});

test('a stored key makes proofs of the same key', async () => {
  const clock = new ManualClock();
  const key = await DpopKey.generate(clock);
  const again = await DpopKey.import(key.json, clock);
  expect(again.thumbprint).toBe(key.thumbprint);
  expect(await read(await again.header('GET', RS), clock)).toMatchObject({ htm: 'GET' });
});

test.each(['', '{}', 'null', '{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}', '{"kty":"oct","k":"AAAA"}'])(
  'what is no private key is refused without being repeated: %s',
  async (json) => {
    const error = await rejected(DpopKey.import(json, new ManualClock()));
    expect(error.code).toBe('TOKEN_INVALID');
    expect(error.cause).toBeUndefined();
  },
);

test('a nonce goes into proofs for its own origin, until that origin gives another', async () => {
  const clock = new ManualClock();
  const key = await DpopKey.generate(clock);
  expect(key.noteNonce(RS.origin, 'one')).toBe(true);
  expect(key.noteNonce(RS.origin, 'one')).toBe(false);
  expect(await read(await key.header('GET', RS), clock)).toHaveProperty('nonce', 'one');
  expect(await read(await key.header('GET', new URL('https://as.example/token')), clock)).not.toHaveProperty('nonce');
  expect(key.noteNonce(RS.origin, 'two')).toBe(true);
  expect(await read(await key.header('GET', RS), clock)).toHaveProperty('nonce', 'two');
  expect(await read(await key.header('GET', RS, undefined, 'three'), clock)).toHaveProperty('nonce', 'three');
  for (const bad of [null, undefined, '', 'a b', 'a"b', 'é', 'x'.repeat(1_025)])
    expect(key.noteNonce(RS.origin, bad)).toBe(false);
});

test('nonces of more than 100 origins are not kept', async () => {
  const clock = new ManualClock();
  const key = await DpopKey.generate(clock);
  for (let i = 0; i <= 100; i++) key.noteNonce(`https://h${i}.example`, 'n');
  expect(await read(await key.header('GET', new URL('https://h0.example/')), clock)).not.toHaveProperty('nonce');
  expect(await read(await key.header('GET', new URL('https://h1.example/')), clock)).toHaveProperty('nonce', 'n');
});
