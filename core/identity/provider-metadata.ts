// What an OpenID provider publishes about itself, checked before anything of it is used.
// (OpenID Connect Discovery 1.0, 4; RFC 8414, 3)
import type * as oauth from 'oauth4webapi';
import { PortolanError } from '../../shared/errors.ts';
import type { Identity } from '../../shared/model/identity.ts';
import { cleanForeign } from '../base/foreign-text.ts';
import { objectOf } from '../base/json-object.ts';
import type { GuardedFetch } from './guarded-fetch.ts';
import { checkSignInUrl } from './safe-url.ts';
import { hostOf } from './sign-in-error.ts';

export interface ProviderMetadata {
  readonly as: oauth.AuthorizationServer;
  /** False: the provider publishes nothing, and `as` is what the identity says. */
  readonly published: boolean;
}

const ENDPOINTS = [
  'authorization_endpoint',
  'token_endpoint',
  'jwks_uri',
  'revocation_endpoint',
  'userinfo_endpoint',
  'end_session_endpoint',
  'device_authorization_endpoint',
] as const;

/** Whether the addresses of a definition may be used. @throws PortolanError URL_REFUSED */
export function checkAddresses({ issuer, tokenEndpoint }: Identity): void {
  checkSignInUrl(issuer, 'The issuer of the identity');
  if (tokenEndpoint !== undefined) checkSignInUrl(tokenEndpoint, 'The token endpoint of the identity');
}

/**
 * @throws PortolanError METADATA_NOT_FOUND, METADATA_INVALID, ISSUER_MISMATCH (with both strings), PKCE_UNSUPPORTED, URL_REFUSED,
 *   and what the fetch throws
 */
export async function readProviderMetadata(
  identity: Identity,
  fetch: GuardedFetch,
  signal?: AbortSignal,
): Promise<ProviderMetadata> {
  checkAddresses(identity);
  for (const url of metadataUrls(identity.issuer)) {
    const response = await fetch(url, { headers: { accept: 'application/json' }, redirect: 'follow', signal });
    if (response.status === 200) return { as: checked(await jsonOf(response, identity), identity), published: true };
    if (response.status >= 500) throw failed(identity, response.status);
  }
  if (identity.tokenEndpoint !== undefined) {
    return { as: { issuer: identity.issuer, token_endpoint: identity.tokenEndpoint }, published: false };
  }
  throw new PortolanError('METADATA_NOT_FOUND', `${hostOf(identity.issuer)} does not say where to sign in.`, {
    hint: 'Check the issuer of the identity, or set its "tokenEndpoint".',
    data: { issuer: identity.issuer },
  });
}

function metadataUrls(issuer: string): string[] {
  const url = new URL(issuer);
  const path = url.pathname.replace(/\/$/, '');
  return [
    `${url.origin}${path}/.well-known/openid-configuration`,
    `${url.origin}/.well-known/oauth-authorization-server${path}`,
  ];
}

async function jsonOf(response: Response, { issuer }: Identity): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    throw invalid(issuer, 'it is not JSON');
  }
}

function checked(value: unknown, { issuer, tokenEndpoint }: Identity): oauth.AuthorizationServer {
  const found = objectOf(value);
  if (found === undefined) throw invalid(issuer, 'it is not an object');
  if (found['issuer'] !== issuer) throw otherIssuer(issuer, found['issuer']);
  const endpoints: Record<string, string> = {};
  for (const name of ENDPOINTS) {
    const url = found[name];
    if (url === undefined) continue;
    if (typeof url !== 'string') throw invalid(issuer, `${name} is not a text`);
    endpoints[name] = checkSignInUrl(url, `${name} of ${hostOf(issuer)}`).href;
  }
  if (tokenEndpoint !== undefined) endpoints['token_endpoint'] = tokenEndpoint;
  if (endpoints['token_endpoint'] === undefined) throw invalid(issuer, 'it names no token endpoint');
  const methods = found['code_challenge_methods_supported'];
  if (Array.isArray(methods) && !methods.includes('S256')) {
    throw new PortolanError('PKCE_UNSUPPORTED', `${hostOf(issuer)} does not support PKCE with S256.`, {
      hint: 'The operator of the identity provider has to switch it on.',
      data: { issuer },
    });
  }
  return { ...found, ...endpoints, issuer };
}

function otherIssuer(expected: string, given: unknown): PortolanError {
  const found = typeof given === 'string' ? cleanForeign(given) : 'nothing';
  return new PortolanError(
    'ISSUER_MISMATCH',
    `The identity names the issuer "${cleanForeign(expected)}", but the provider names itself "${found}".`,
    {
      hint: 'Both must be the same, letter by letter: correct the identity if the provider is the right one.',
      data: { expected, found },
    },
  );
}

function invalid(issuer: string, what: string): PortolanError {
  return new PortolanError('METADATA_INVALID', `What ${hostOf(issuer)} publishes is not valid: ${what}.`, {
    hint: 'Tell the operator of the identity provider.',
    data: { issuer },
  });
}

function failed({ issuer }: Identity, status: number): PortolanError {
  return new PortolanError('HTTP_STATUS', `${hostOf(issuer)} answered with status ${status}.`, {
    hint: 'Try again later.',
    data: { issuer, status },
  });
}
