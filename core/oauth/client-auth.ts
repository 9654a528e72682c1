// Client authentication for oauth4webapi, from what was registered. (RFC 6749 section 2.3; RFC 7523 section 2.2)
import { type AuthorizationServer, type ClientAuth, ClientSecretPost, None } from 'oauth4webapi';
import { basicSecret } from '../identity/basic-secret.ts';
import { keyAssertion } from '../identity/signing-key.ts';
import type { ClientRegistration } from './client-registration.ts';

/**
 * The authentication of `registration` at the token endpoint of `as`. A private key is read when the first request needs it:
 * that request then throws INPUT_INVALID when the key cannot be used.
 */
export function clientAuthOf({ auth }: ClientRegistration, as: AuthorizationServer): ClientAuth {
  if (auth.method === 'client_secret_basic') return basicSecret(auth.clientSecret ?? '');
  if (auth.method === 'client_secret_post') return ClientSecretPost(auth.clientSecret ?? '');
  if (auth.method === 'none') return None();
  let assertion: Promise<ClientAuth> | undefined;
  return async (...request) => {
    assertion ??= keyAssertion({
      text: auth.privateKey ?? '',
      keyId: auth.keyId,
      alg: auth.alg,
      taken: as.token_endpoint_auth_signing_alg_values_supported,
    });
    await (await assertion)(...request);
  };
}
