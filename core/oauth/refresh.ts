// Renews tokens without a person. The caller sees to it that one refresh token is used once. (RFC 6749, 6; RFC 9700, 4.14)
import * as oauth from 'oauth4webapi';
import { PortolanError } from '../../shared/errors.ts';
import { DpopKey } from './dpop.ts';
import { hostOf } from './oauth-errors.ts';
import { type FlowOptions, requestTokens } from './token-request.ts';
import type { TokenSet } from './token-set.ts';

export interface RefreshOptions extends FlowOptions {
  /** The key that the set is bound to, when it is in use already and knows the nonces of servers. */
  readonly dpop?: DpopKey;
}

/**
 * The set that replaces `set`. A refresh token stays when the server gives no new one.
 * @throws PortolanError NEEDS_SIGN_IN when there is no refresh token; ISSUER_MISMATCH or RESOURCE_MISMATCH when the set is for
 * another place than `discovery`; else as a token request, where `data.final` tells that the refresh token is spent
 */
export async function refreshTokens(set: TokenSet, options: RefreshOptions): Promise<TokenSet> {
  const { client, clock, discovery } = options;
  checkSamePlace(set, options);
  const { refreshToken } = set;
  if (refreshToken === undefined) {
    throw new PortolanError('NEEDS_SIGN_IN', `${hostOf(set.issuer)} gave nothing to renew the sign-in with.`, {
      hint: 'Sign in again.',
    });
  }
  const dpop = options.dpop ?? (set.dpopKey === undefined ? undefined : await DpopKey.import(set.dpopKey, clock));
  return requestTokens({
    ...options,
    grant: set.grant,
    scope: set.scope,
    previous: set,
    client,
    dpop,
    secrets: [refreshToken, set.accessToken],
    send: (client, auth, parts) =>
      oauth.refreshTokenGrantRequest(discovery.as, client, auth, refreshToken, {
        ...parts,
        additionalParameters: { resource: set.resource },
      }),
  });
}

/** A refresh token goes to nobody but the server that gave it, as the client that it was given to. (SEP-2352) */
function checkSamePlace(set: TokenSet, { client, discovery }: FlowOptions): void {
  if (set.issuer !== discovery.issuer || client.issuer !== discovery.issuer || set.clientId !== client.clientId) {
    throw new PortolanError(
      'ISSUER_MISMATCH',
      `The sign-in at ${hostOf(set.issuer)} is not for ${hostOf(discovery.issuer)}.`,
      {
        hint: 'The server changed where it has people sign in: sign in again.',
        data: { expected: set.issuer, found: discovery.issuer },
      },
    );
  }
  if (set.resource !== discovery.resource) {
    throw new PortolanError('RESOURCE_MISMATCH', 'The tokens are for another server.', {
      hint: 'Sign in again.',
      data: { expected: set.resource, found: discovery.resource },
    });
  }
}
