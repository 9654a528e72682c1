// How a session begins and how it is renewed at its provider. It stores nothing.
import * as oauth from 'oauth4webapi';
import { PortolanError } from '../../shared/errors.ts';
import type { Clock } from '../base/clock.ts';
import { cleanForeign } from '../base/foreign-text.ts';
import type { IdentitySession } from './identity-session.ts';
import type { Provider, ProviderTokens } from './provider.ts';

/** The session that these tokens begin. Throws METADATA_INVALID without an ID token. */
export function newSession(
  { identity }: Provider,
  { idToken, claims, refreshToken, signed = false }: ProviderTokens,
  now: number,
): IdentitySession {
  if (idToken === undefined || claims === undefined) {
    throw new PortolanError('METADATA_INVALID', 'The provider gave no ID token.', {
      hint: 'The client has to be registered at the provider for OpenID Connect, with the scope "openid".',
    });
  }
  const [name, email] = [claims.name, claims.email].map((text) => text && cleanForeign(text));
  return {
    issuer: identity.issuer,
    clientId: identity.clientId,
    subject: cleanForeign(claims.subject),
    ...(name && { name }),
    ...(email && { email }),
    idToken,
    idTokenExpiresAt: claims.expiresAt,
    ...(refreshToken !== undefined && { refreshToken }),
    signedInAt: now,
    renewedAt: now,
    signed,
  };
}

/** The session after one use of its refresh token. Throws TOKEN_REFUSED, TOKEN_INVALID, and what the provider’s fetch throws. */
export async function renewedSession(
  provider: Provider,
  before: IdentitySession & { readonly refreshToken: string },
  clock: Clock,
): Promise<IdentitySession> {
  const { as } = await provider.metadata();
  const auth = await provider.clientAuth(as);
  const client = provider.client();
  const response = await oauth.refreshTokenGrantRequest(as, client, auth, before.refreshToken, provider.http());
  const { idToken, claims, refreshToken, signed = false } = await provider.readTokens(response, { fresh: false });
  if (claims !== undefined && cleanForeign(claims.subject) !== before.subject) {
    throw new PortolanError('TOKEN_INVALID', 'The ID token is refused: the renewal is for another person.', {
      hint: 'Sign out and sign in again.',
      data: { check: 'sub' },
    });
  }
  return {
    ...before,
    renewedAt: clock.now(),
    ...(idToken !== undefined && claims !== undefined && { idToken, idTokenExpiresAt: claims.expiresAt, signed }),
    ...(refreshToken !== undefined && { refreshToken }),
  };
}
