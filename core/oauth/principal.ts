// Whose credentials reach a server, as a digest: what was told to one is not told to another.
// (MCP 2026-07-28, Caching: private entries)
import { createHash } from 'node:crypto';
import type { TokenGrant } from './token-grant.ts';

/** Of a server that needs no sign-in: whoever owns this host. */
export const NOBODY = 'local';

export function principalOf(grant: TokenGrant | undefined): string {
  if (grant === undefined) return NOBODY;
  const { issuer, clientId, subject } = grant.set;
  const who = [issuer, clientId, subject ?? '', grant.identity ?? ''];
  return createHash('sha256').update(JSON.stringify(who)).digest('hex');
}
