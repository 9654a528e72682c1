// How Portolan shows a provider that it is the registered client: by nothing, a secret, or a signed assertion.
// (OpenID Connect Core 1.0, 9; RFC 7523, 2.2)
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { importPKCS8 } from 'jose';
import * as oauth from 'oauth4webapi';
import { PortolanError } from '../../shared/errors.ts';
import { objectOf, textOf } from '../base/json-object.ts';

/** Credentials of a client, resolved: never log it. */
export interface ClientCredentials {
  readonly clientSecret?: string;
  /** PKCS #8 in PEM, or a JWK. */
  readonly privateKey?: string;
  readonly keyId?: string;
  /** Chosen by what `as` offers when absent. */
  readonly method?: 'none' | 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt';
}

/**
 * The way of authentication that fits the credentials and what `as` offers: a key before a secret, a header before the body.
 * @throws PortolanError INPUT_INVALID when the key cannot be read, never with the key in it
 */
export async function clientAuthentication(
  { clientSecret, privateKey, keyId, method }: ClientCredentials,
  as: oauth.AuthorizationServer,
): Promise<oauth.ClientAuth> {
  if (method === 'none') return oauth.None();
  if (privateKey !== undefined && (method === undefined || method === 'private_key_jwt'))
    return oauth.PrivateKeyJwt(await assertionKey(privateKey, keyId, as));
  if (clientSecret === undefined) return oauth.None();
  const offered = as.token_endpoint_auth_methods_supported;
  const onlyBody = offered?.includes('client_secret_post') === true && !offered.includes('client_secret_basic');
  return method === 'client_secret_post' || (method === undefined && onlyBody)
    ? oauth.ClientSecretPost(clientSecret)
    : oauth.ClientSecretBasic(clientSecret);
}

async function assertionKey(
  text: string,
  keyId: string | undefined,
  as: oauth.AuthorizationServer,
): Promise<oauth.PrivateKey> {
  try {
    const jwk = text.trimStart().startsWith('{') ? objectOf(JSON.parse(text)) : undefined;
    const key = jwk === undefined ? createPrivateKey(text) : createPrivateKey({ key: { ...jwk }, format: 'jwk' });
    const alg = textOf(jwk?.['alg']) ?? algorithmOf(key, as.token_endpoint_auth_signing_alg_values_supported);
    const kid = keyId ?? textOf(jwk?.['kid']);
    const pem = key.export({ type: 'pkcs8', format: 'pem' }).toString();
    return { key: await importPKCS8(pem, alg), ...(kid === undefined ? {} : { kid }) };
  } catch {
    throw new PortolanError('INPUT_INVALID', 'The private key of the client cannot be read.', {
      hint: 'Store a PKCS #8 key in PEM, or a JWK: RSA, P-256, P-384, P-521 or Ed25519.',
    });
  }
}

function algorithmOf(key: KeyObject, offered: readonly string[] | undefined): string {
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return offered?.includes('PS256') === true && !offered.includes('RS256') ? 'PS256' : 'RS256';
    case 'ed25519':
      return offered?.includes('Ed25519') === true ? 'Ed25519' : 'EdDSA';
    default:
      switch (key.asymmetricKeyDetails?.namedCurve) {
        case 'secp384r1':
          return 'ES384';
        case 'secp521r1':
          return 'ES512';
        default:
          return 'ES256';
      }
  }
}
