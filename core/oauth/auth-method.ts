// How Portolan shows an authorization server which client it is, chosen from what it has and what the server takes.
import type { AuthorizationServer } from 'oauth4webapi';
import { PortolanError } from '../../shared/errors.ts';

export type AuthMethod = 'none' | 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt';

/** Everything by which a client shows who it is. It may hold secrets: never log it. */
export interface ClientCredentials {
  readonly method: AuthMethod;
  readonly clientSecret?: string;
  /** PKCS #8 in PEM, or a JWK. */
  readonly privateKey?: string;
  readonly keyId?: string;
  readonly alg?: string;
}

/**
 * The method of `token_endpoint_auth_methods_supported` for a client that has a secret, a key or neither; a key before a secret.
 * A server without that list takes `client_secret_basic`. (RFC 8414 section 2)
 * @throws PortolanError REGISTRATION_NEEDED when the server takes none of the methods for which there are credentials
 */
export function chooseAuthMethod(
  as: AuthorizationServer,
  has: { readonly secret: boolean; readonly key: boolean },
): AuthMethod {
  const taken = as.token_endpoint_auth_methods_supported;
  if (!has.secret && !has.key) return 'none';
  if (taken === undefined) return has.key ? 'private_key_jwt' : 'client_secret_basic';
  const own: AuthMethod[] = [
    ...(has.key ? (['private_key_jwt'] as const) : []),
    ...(has.secret ? (['client_secret_basic', 'client_secret_post'] as const) : []),
    'none',
  ];
  const method = own.find((one) => taken.includes(one));
  if (method !== undefined) return method;
  const { host } = new URL(as.issuer);
  throw new PortolanError('REGISTRATION_NEEDED', `${host} takes none of the credentials of the entry.`, {
    hint: has.key
      ? 'Add a client secret to the entry.'
      : 'Add the private key of the client to the entry, or ask the operator for a client of another kind.',
    data: { host },
  });
}
