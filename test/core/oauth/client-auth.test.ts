import { generateKeyPairSync } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import type { AuthorizationServer } from 'oauth4webapi';
import { describe, expect, test } from 'vitest';
import { type AuthMethod, chooseAuthMethod, type ClientCredentials } from '../../../core/oauth/auth-method.ts';
import { clientAuthOf } from '../../../core/oauth/client-auth.ts';
import { rejected, thrown } from '../../support/thrown.ts';

const ISSUER = 'https://login.example';

describe('AUT-27 the way to show who we are is chosen from the metadata of the server', () => {
  const [nothing, secret, key] = [
    { secret: false, key: false },
    { secret: true, key: false },
    { secret: false, key: true },
  ];
  test.each<[string[] | undefined, { secret: boolean; key: boolean }, AuthMethod]>([
    [undefined, nothing, 'none'],
    [['client_secret_basic'], nothing, 'none'],
    [undefined, secret, 'client_secret_basic'],
    [['client_secret_post', 'client_secret_basic'], secret, 'client_secret_basic'],
    [['client_secret_post', 'none'], secret, 'client_secret_post'],
    [['none'], secret, 'none'],
    [undefined, key, 'private_key_jwt'],
    [['client_secret_basic', 'private_key_jwt'], { secret: true, key: true }, 'private_key_jwt'],
    [['client_secret_post'], { secret: true, key: true }, 'client_secret_post'],
  ])('%j with %j: %s', (taken, has, method) => {
    expect(chooseAuthMethod(server(taken), has)).toBe(method);
  });

  test('and when it takes nothing that we have, a person is told', () => {
    expect(thrown(() => chooseAuthMethod(server(['tls_client_auth']), secret)).code).toBe('REGISTRATION_NEEDED');
    expect(thrown(() => chooseAuthMethod(server(['client_secret_basic']), key)).code).toBe('REGISTRATION_NEEDED');
  });
});

test('a secret goes into the header or the body, escaped as RFC 6749 wants it', async () => {
  const basic = await applied({ method: 'client_secret_basic', clientSecret: 'a:b c%' });
  expect(Buffer.from(basic.authorization.slice('Basic '.length), 'base64').toString()).toBe('portolan%3A1:a%3Ab+c%25');
  expect(basic.body.has('client_secret')).toBe(false);
  const post = await applied({ method: 'client_secret_post', clientSecret: 'a:b c%' });
  expect([post.authorization, post.body.get('client_secret'), post.body.get('client_id')]).toEqual([
    '',
    'a:b c%',
    'portolan:1',
  ]);
  const none = await applied({ method: 'none' });
  expect([none.authorization, none.body.toString()]).toEqual(['', 'client_id=portolan%3A1']);
});

test.each([
  ['RS256', undefined, generateKeyPairSync('rsa', { modulusLength: 2048 })],
  ['PS256', ['PS256'], generateKeyPairSync('rsa', { modulusLength: 2048 })],
  ['ES256', ['RS256'], generateKeyPairSync('ec', { namedCurve: 'P-256' })],
  ['ES384', undefined, generateKeyPairSync('ec', { namedCurve: 'P-384' })],
  ['EdDSA', undefined, generateKeyPairSync('ed25519')],
] as const)(
  'a key signs an assertion with %s when the server lists %j',
  async (alg, listed, { privateKey, publicKey }) => {
    const texts = [
      privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      JSON.stringify(privateKey.export({ format: 'jwk' })),
    ];
    for (const text of texts) {
      const { body, authorization } = await applied(
        { method: 'private_key_jwt', privateKey: text, keyId: 'k1' },
        listed === undefined ? {} : { token_endpoint_auth_signing_alg_values_supported: [...listed] },
      );
      const assertion = body.get('client_assertion') ?? '';
      expect(decodeProtectedHeader(assertion)).toMatchObject({ alg, kid: 'k1' });
      expect(decodeJwt(assertion)).toMatchObject({ aud: ISSUER, iss: 'portolan:1', sub: 'portolan:1' });
      await jwtVerify(assertion, publicKey);
      expect(authorization).toBe('');
    }
  },
);

test('a key that cannot be used is told without the key', async () => {
  for (const privateKey of ['hunter22', '{"kty":"oct","k":"aHVudGVyMjI"}', '{']) {
    const error = await rejected(applied({ method: 'private_key_jwt', privateKey }));
    expect(error.code).toBe('INPUT_INVALID');
    expect(error.message + String(error.hint)).not.toContain('hunter22');
  }
});

async function applied(
  auth: ClientCredentials,
  metadata: Partial<AuthorizationServer> = {},
): Promise<{ body: URLSearchParams; authorization: string }> {
  const as = { ...server(undefined), ...metadata };
  const [body, headers] = [new URLSearchParams(), new Headers()];
  const clientId = 'portolan:1';
  await clientAuthOf({ issuer: ISSUER, clientId, kind: 'pre-registered', auth }, as)(
    as,
    { client_id: clientId },
    body,
    headers,
  );
  return { body, authorization: headers.get('authorization') ?? '' };
}

function server(taken: string[] | undefined): AuthorizationServer {
  return { issuer: ISSUER, ...(taken === undefined ? {} : { token_endpoint_auth_methods_supported: taken }) };
}
