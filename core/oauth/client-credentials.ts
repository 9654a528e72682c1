// Tokens for a server that knows Portolan itself, with a secret or a key, and no person. (RFC 6749, 4.4; SEP-1046)
import * as oauth from 'oauth4webapi';
import { PortolanError } from '../../shared/errors.ts';
import { hostOf } from './oauth-errors.ts';
import { type FlowOptions, newDpopKey, requestTokens } from './token-request.ts';
import type { TokenSet } from './token-set.ts';

export interface ClientCredentialsOptions extends FlowOptions {
  readonly scope: readonly string[];
  readonly dpop?: boolean;
}

/**
 * Asks for tokens as the client itself. There is no refresh token: ask again.
 * @throws PortolanError REGISTRATION_NEEDED unless the client was registered by hand and can prove itself; else as a token request
 */
export async function clientCredentialsTokens(options: ClientCredentialsOptions): Promise<TokenSet> {
  const { client, clock, discovery, scope } = options;
  if (client.kind !== 'pre-registered' || client.auth.method === 'none') {
    throw new PortolanError(
      'REGISTRATION_NEEDED',
      `${hostOf(discovery.issuer)} has to know Portolan by a secret or a key.`,
      {
        hint: 'Have a client registered there; enter its id, and its secret or private key, as references.',
        data: { host: hostOf(discovery.issuer) },
      },
    );
  }
  const parameters = { resource: discovery.resource, ...(scope.length > 0 ? { scope: scope.join(' ') } : {}) };
  const { refreshToken: _unused, ...tokens } = await requestTokens({
    ...options,
    grant: 'client-credentials',
    dpop: await newDpopKey(discovery, clock, options.dpop),
    secrets: [],
    send: (client, auth, parts) => oauth.clientCredentialsGrantRequest(discovery.as, client, auth, parameters, parts),
  });
  return tokens;
}
