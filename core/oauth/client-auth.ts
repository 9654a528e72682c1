// Client authentication for oauth4webapi, from what was registered. (RFC 6749 section 2.3; RFC 7523 section 2.2)
import { createPrivateKey } from 'node:crypto';
import { type CryptoKey, importJWK, importPKCS8, type JWK } from 'jose';
import {
  type AuthorizationServer,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  modifyAssertion,
  None,
  PrivateKeyJwt,
} from 'oauth4webapi';
import { PortolanError } from '../../shared/errors.ts';
import { objectOf } from '../base/json-object.ts';
import type { ClientCredentials } from './auth-method.ts';
import type { ClientRegistration } from './client-registration.ts';

/**
 * The authentication of `registration` at the token endpoint of `as`. A private key is read when the first request needs it:
 * that request then throws INPUT_INVALID when the key cannot be used.
 */
export function clientAuthOf({ auth, clientId }: ClientRegistration, as: AuthorizationServer): ClientAuth {
  if (auth.method === 'client_secret_basic') return ClientSecretBasic(auth.clientSecret ?? '');
  if (auth.method === 'client_secret_post') return ClientSecretPost(auth.clientSecret ?? '');
  if (auth.method === 'none') return None();
  let assertion: Promise<ClientAuth> | undefined;
  return async (...request) => {
    assertion ??= keyAssertion(auth, as, clientId);
    await (await assertion)(...request);
  };
}

async function keyAssertion(auth: ClientCredentials, as: AuthorizationServer, clientId: string): Promise<ClientAuth> {
  const { alg, key } = await importKey(auth, as).catch((cause: unknown) => {
    throw new PortolanError('INPUT_INVALID', `The private key of the client ${clientId} cannot be used.`, {
      hint: 'Store it as PKCS #8 in PEM or as a JWK, and check signingAlgorithm.',
      cause,
    });
  });
  return PrivateKeyJwt(auth.keyId === undefined ? { key } : { key, kid: auth.keyId }, {
    // The name that the server lists: EdDSA has two.
    [modifyAssertion]: (header) => {
      header['alg'] = alg;
    },
  });
}

async function importKey(
  { privateKey = '', alg }: ClientCredentials,
  as: AuthorizationServer,
): Promise<{ alg: string; key: CryptoKey }> {
  const jwk = privateKey.trimStart().startsWith('{')
    ? (objectOf(JSON.parse(privateKey)) as JWK | undefined)
    : undefined;
  const object =
    jwk === undefined ? createPrivateKey(privateKey) : createPrivateKey({ key: { ...jwk }, format: 'jwk' });
  const chosen = alg ?? jwk?.alg ?? algorithmFor(object, as.token_endpoint_auth_signing_alg_values_supported);
  const key = jwk === undefined ? await importPKCS8(privateKey, chosen) : await importJWK(jwk, chosen);
  if (key instanceof Uint8Array) throw new TypeError('a shared key');
  return { alg: chosen, key };
}

/** The signature of a key of this kind, one that the server takes if it says which. */
function algorithmFor(key: ReturnType<typeof createPrivateKey>, taken: readonly string[] = []): string {
  const curve = key.asymmetricKeyDetails?.namedCurve;
  const possible =
    key.asymmetricKeyType === 'rsa'
      ? ['RS256', 'PS256']
      : key.asymmetricKeyType === 'ed25519'
        ? ['EdDSA', 'Ed25519']
        : curve === 'secp384r1'
          ? ['ES384']
          : ['ES256'];
  return possible.find((alg) => taken.includes(alg)) ?? possible[0] ?? 'ES256';
}
