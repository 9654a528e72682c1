// Whether a token may go with a request: only where it was issued for, by whom the entry names, over an encrypted connection.
// (MCP 2026-07-28, Authorization, "Token Handling")
import { isLoopbackHost } from '../base/loopback-host.ts';
import type { TokenGrant } from './token-grant.ts';
import type { AuthTarget } from './sign-in-flows.ts';

/** True for https, and for http on this computer. */
export function isSafeForTokens(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname));
}

/** The token's issuer, resource and principal against the server and the request. */
export function fits({ set, url, identity }: TokenGrant, target: AuthTarget, request: URL): boolean {
  const { auth } = target;
  if (url !== target.url.href || !isSafeForTokens(request) || request.origin !== target.url.origin) return false;
  // Where within its origin the server takes messages is its own affair; what it is issued for is not.
  if (!URL.canParse(set.resource) || !isWithin(target.url, new URL(set.resource))) return false;
  if (auth?.issuer !== undefined && withoutSlash(auth.issuer) !== withoutSlash(set.issuer)) return false;
  if (auth?.clientId !== undefined && set.grant !== 'workload' && auth.clientId !== set.clientId) return false;
  return auth?.identity === undefined || identity === undefined || auth.identity === identity;
}

function isWithin(url: URL, resource: URL): boolean {
  if (url.origin !== resource.origin) return false;
  const root = resource.pathname.endsWith('/') ? resource.pathname : `${resource.pathname}/`;
  return url.pathname === resource.pathname || url.pathname.startsWith(root);
}

function withoutSlash(issuer: string): string {
  return issuer.endsWith('/') ? issuer.slice(0, -1) : issuer;
}
