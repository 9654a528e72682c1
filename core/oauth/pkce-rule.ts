// No sign-in in a browser without PKCE: a code that someone else catches must be worth nothing. (RFC 7636; MCP Security)
import type { AuthorizationServer } from 'oauth4webapi';
import { PortolanError } from '../../shared/errors.ts';

/** @throws PortolanError PKCE_UNSUPPORTED unless the server says that it takes S256; silence counts as no */
export function checkPkce(as: AuthorizationServer): void {
  if (as.code_challenge_methods_supported?.includes('S256') === true) return;
  const { host } = new URL(as.issuer);
  const why = as.code_challenge_methods_supported === undefined ? 'does not say that it supports' : 'does not support';
  throw new PortolanError('PKCE_UNSUPPORTED', `${host} ${why} PKCE with S256.`, {
    hint: 'Tell the operator of the authorization server; Portolan does not sign in without it.',
    data: { host },
  });
}
