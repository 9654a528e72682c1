// Tells an authorization server that tokens are not used any more. (RFC 7009)
import * as oauth from 'oauth4webapi';
import { readAnswer } from './oauth-answer.ts';
import { endpointOf, type FlowOptions, partiesOf } from './token-request.ts';
import type { TokenSet } from './token-set.ts';

/** `yes`: revoked. `later`: the server cannot be reached or cannot do it now. `not-offered`: it never will. */
export type Revoked = 'yes' | 'later' | 'not-offered';

/**
 * Revokes the refresh token, on which everything hangs, then the access token. Sends nothing to another server than the one that
 * gave them, and never throws.
 */
export async function revokeTokens(set: TokenSet, options: FlowOptions): Promise<Revoked> {
  const { client, discovery } = options;
  const isSame = set.issuer === discovery.issuer && client.issuer === set.issuer && client.clientId === set.clientId;
  if (!isSame || !offers(options)) return 'not-offered';
  const { refreshToken } = set;
  const main = refreshToken === undefined ? undefined : await revoke(refreshToken, 'refresh_token', options);
  if (main === 'later') return 'later';
  const access = await revoke(set.accessToken, 'access_token', options);
  return main ?? access;
}

function offers({ discovery }: FlowOptions): boolean {
  try {
    return endpointOf(discovery, 'revocation_endpoint') !== undefined;
  } catch {
    return false;
  }
}

async function revoke(token: string, token_type_hint: string, options: FlowOptions): Promise<Revoked> {
  try {
    const [client, auth, parts] = partiesOf(options);
    const additionalParameters = { token_type_hint };
    const response = await oauth.revocationRequest(options.discovery.as, client, auth, token, {
      ...parts,
      additionalParameters,
    });
    const { status } = await readAnswer(response);
    if (status === 200) return 'yes';
    return status >= 500 || status === 429 ? 'later' : 'not-offered';
  } catch {
    return 'later';
  }
}
