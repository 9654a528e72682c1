// How Portolan shows a provider that it is the registered client: by nothing, a secret, or a signed assertion.
// (OpenID Connect Core 1.0, 9; RFC 7523, 2.2)
import * as oauth from 'oauth4webapi';
import { basicSecret } from './basic-secret.ts';
import { keyAssertion } from './signing-key.ts';

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
    return keyAssertion({ text: privateKey, keyId, taken: as.token_endpoint_auth_signing_alg_values_supported });
  if (clientSecret === undefined) return oauth.None();
  const offered = as.token_endpoint_auth_methods_supported;
  const onlyBody = offered?.includes('client_secret_post') === true && !offered.includes('client_secret_basic');
  return method === 'client_secret_post' || (method === undefined && onlyBody)
    ? oauth.ClientSecretPost(clientSecret)
    : basicSecret(clientSecret);
}
