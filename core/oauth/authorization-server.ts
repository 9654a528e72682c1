// The metadata of one authorization server, from the places where it may lie, and fit to be relied on.
// (RFC 8414; OpenID Connect Discovery 1.0; MCP Authorization Server Metadata Discovery)
import type { AuthorizationServer } from 'oauth4webapi';
import { PortolanError } from '../../shared/errors.ts';
import { type JsonObject, textOf } from '../base/json-object.ts';
import type { GuardedFetch } from '../identity/guarded-fetch.ts';
import { checkSignInUrl, isLoopbackHost } from '../identity/safe-url.ts';
import { cleanForeign } from '../base/foreign-text.ts';
import { fetchDocument, invalidMetadata, textsIn } from './metadata-document.ts';

/** Endpoints that Portolan may send something to or open. */
const ENDPOINTS = [
  'authorization_endpoint',
  'token_endpoint',
  'registration_endpoint',
  'revocation_endpoint',
  'device_authorization_endpoint',
  'pushed_authorization_request_endpoint',
  'introspection_endpoint',
  'userinfo_endpoint',
  'end_session_endpoint',
  'jwks_uri',
] as const;
const LISTS = [
  'code_challenge_methods_supported',
  'grant_types_supported',
  'response_types_supported',
  'scopes_supported',
  'token_endpoint_auth_methods_supported',
  'token_endpoint_auth_signing_alg_values_supported',
  'revocation_endpoint_auth_methods_supported',
  'dpop_signing_alg_values_supported',
] as const;
const FLAGS = ['authorization_response_iss_parameter_supported', 'client_id_metadata_document_supported'] as const;

/** `none`: no document anywhere; `trouble`: one of the places could not answer now. */
export type ServerSearch =
  | { readonly kind: 'found'; readonly as: AuthorizationServer }
  | { readonly kind: 'none'; readonly trouble: PortolanError | undefined };

/**
 * The metadata of `issuer`; its `issuer` equals one of `accepted` (without them, `issuer` itself) character for character.
 * @throws PortolanError ISSUER_MISMATCH when there are documents, but all of others; METADATA_INVALID, URL_REFUSED, and what the
 * fetch throws
 */
export async function findAuthorizationServer(
  issuer: string,
  options: { readonly accepted?: readonly string[]; readonly fetch: GuardedFetch; readonly signal?: AbortSignal },
): Promise<ServerSearch> {
  const accepted = options.accepted ?? [issuer];
  const base = checkIssuerUrl(issuer);
  let trouble: PortolanError | undefined;
  let foreign: string | undefined;
  for (const place of metadataPlaces(base)) {
    const fetched = await fetchDocument(options.fetch, place, options.signal);
    if (fetched.kind === 'trouble') trouble ??= fetched.error;
    const found = fetched.kind === 'document' ? textOf(fetched.document['issuer']) : undefined;
    if (fetched.kind !== 'document' || found === undefined) continue;
    if (accepted.includes(found)) return { kind: 'found', as: checkedMetadata(fetched.document, base) };
    foreign ??= found;
  }
  if (foreign !== undefined) throw issuerMismatch(issuer, foreign);
  return { kind: 'none', trouble };
}

/** An issuer identifier: https without query and fragment. (RFC 8414 section 2) @throws PortolanError URL_REFUSED */
function checkIssuerUrl(issuer: string): URL {
  const url = checkSignInUrl(issuer, 'The issuer of the authorization server');
  if (!issuer.includes('?')) return url;
  throw new PortolanError('URL_REFUSED', 'The issuer of the authorization server has a query.', {
    hint: 'Tell the operator of the server.',
  });
}

function metadataPlaces(issuer: URL): URL[] {
  const path = issuer.pathname.replace(/\/+$/, '');
  const places =
    path === ''
      ? ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration']
      : [
          `/.well-known/oauth-authorization-server${path}`,
          `/.well-known/openid-configuration${path}`,
          `${path}/.well-known/openid-configuration`,
        ];
  return places.map((place) => new URL(place, issuer.origin));
}

function checkedMetadata(document: JsonObject, issuer: URL): AuthorizationServer {
  const whose = `the metadata of ${issuer.host}`;
  for (const field of ENDPOINTS) checkEndpoint(document, field, issuer);
  for (const field of LISTS) textsIn(document, field, whose);
  for (const field of FLAGS) {
    if (!['boolean', 'undefined'].includes(typeof document[field]))
      throw invalidMetadata(`${field} in ${whose} is neither true nor false.`);
  }
  if (document['token_endpoint'] === undefined) throw invalidMetadata(`There is no token_endpoint in ${whose}.`);
  // What was not checked is not there: nobody can come to rely on it.
  const kept = Object.entries(document).filter(
    ([field]) => !field.endsWith('_endpoint') || (ENDPOINTS as readonly string[]).includes(field),
  );
  const { mtls_endpoint_aliases: _aliases, signed_metadata: _signed, ...metadata } = Object.fromEntries(kept);
  return metadata as unknown as AuthorizationServer;
}

/** Endpoints may lie at another host; only a server of this machine may have them on this machine. */
function checkEndpoint(document: JsonObject, field: string, issuer: URL): void {
  const value = document[field];
  if (value === undefined) return;
  const what = `${field} in the metadata of ${issuer.host}`;
  if (typeof value !== 'string') throw invalidMetadata(`${what} is not a text.`);
  const url = checkSignInUrl(value, what);
  if (!isLoopbackHost(url.hostname) || isLoopbackHost(issuer.hostname)) return;
  throw new PortolanError('URL_REFUSED', `${what} leads to this computer.`, {
    hint: 'Tell the operator of the server.',
    data: { what },
  });
}

function issuerMismatch(expected: string, found: string): PortolanError {
  const [wanted, given] = [cleanForeign(expected), cleanForeign(found)];
  const isSameHost = URL.canParse(found) && new URL(found).host === new URL(expected).host;
  const host = new URL(expected).host;
  return new PortolanError(
    'ISSUER_MISMATCH',
    `The authorization server was named as "${wanted}", but calls itself "${given}".`,
    {
      hint: isSameHost
        ? `The operator of the MCP server has to name it exactly as it calls itself, or the operator of ${host} has to correct its metadata.`
        : `Do not sign in: the operator of ${host} has to publish metadata of its own.`,
      data: { expected: wanted, found: given, responsible: host },
    },
  );
}
