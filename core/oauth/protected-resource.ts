// What an MCP server publishes about itself as a protected resource: who signs people in, and for which address. (RFC 9728)
import { PortolanError } from '../../shared/errors.ts';
import { type JsonObject, textOf } from '../base/json-object.ts';
import type { GuardedFetch } from '../identity/guarded-fetch.ts';
import { checkSignInUrl } from '../identity/safe-url.ts';
import type { Challenge } from './challenge.ts';
import { cleanForeign } from '../base/foreign-text.ts';
import { fetchDocument, invalidMetadata, textsIn } from './metadata-document.ts';

const WELL_KNOWN = '/.well-known/oauth-protected-resource';
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

export interface ProtectedResource {
  /** As the document writes it. */
  readonly resource: string;
  readonly authorizationServers: readonly string[];
  readonly scopesSupported: readonly string[] | undefined;
  readonly dpopBound: boolean;
  readonly url: string;
}

/** `trouble`: nothing was found, and one of the places could not answer now. */
export type ResourceSearch =
  | { readonly kind: 'found'; readonly found: ProtectedResource }
  | { readonly kind: 'none'; readonly trouble: PortolanError | undefined };

/**
 * Looks where the challenge says, then at the well-known place of the path, then at that of the root. (RFC 9728 sections 3.1, 5.1)
 * @throws PortolanError RESOURCE_MISMATCH, METADATA_INVALID, URL_REFUSED, and what the fetch throws
 */
export async function findProtectedResource(
  server: URL,
  options: { readonly challenge?: Challenge; readonly fetch: GuardedFetch; readonly signal?: AbortSignal },
): Promise<ResourceSearch> {
  const named = options.challenge?.params['resource_metadata'];
  const places = [
    ...(named === undefined ? [] : [checkSignInUrl(named, 'The address of the metadata that the server names')]),
    ...wellKnownPlaces(server),
  ];
  let trouble: PortolanError | undefined;
  for (const place of places) {
    const fetched = await fetchDocument(options.fetch, place, options.signal);
    if (fetched.kind === 'document' && typeof fetched.document['resource'] === 'string') {
      return { kind: 'found', found: readDocument(fetched.document, place, server) };
    }
    if (fetched.kind === 'trouble') trouble ??= fetched.error;
  }
  return { kind: 'none', trouble };
}

/**
 * The canonical URI of a server: no fragment, no slash for an empty path. (RFC 8707 section 2; MCP Canonical Server URI)
 */
export function canonicalResource(server: URL): string {
  return `${server.origin}${server.pathname === '/' ? '' : server.pathname}${server.search}`;
}

function wellKnownPlaces(server: URL): URL[] {
  const path = server.pathname.replace(/\/+$/, '');
  const paths = path === '' ? [WELL_KNOWN] : [WELL_KNOWN + path, WELL_KNOWN];
  return paths.map((place) => new URL(place, server.origin));
}

function readDocument(document: JsonObject, place: URL, server: URL): ProtectedResource {
  const resource = textOf(document['resource']) ?? '';
  if (!coversServer(resource, server)) throw mismatch(resource, server);
  const scopes = textsIn(document, 'scopes_supported', 'the metadata of the server');
  return {
    resource,
    authorizationServers: textsIn(document, 'authorization_servers', 'the metadata of the server') ?? [],
    scopesSupported: scopes?.filter((scope) => SCOPE.test(scope)),
    dpopBound: flagIn(document, 'dpop_bound_access_tokens_required'),
    url: place.href,
  };
}

/** True for the server's own address, and for an address of the same origin that its path is below. */
function coversServer(resource: string, server: URL): boolean {
  const url = URL.canParse(resource) ? new URL(resource) : undefined;
  if (url === undefined || url.origin !== server.origin || url.origin === 'null' || resource.includes('#'))
    return false;
  if (url.username !== '' || url.password !== '') return false;
  const isSamePlace = url.pathname.replace(/\/+$/, '') === server.pathname.replace(/\/+$/, '');
  if (url.search !== '') return isSamePlace && url.search === server.search;
  return isSamePlace || server.pathname.startsWith(url.pathname.replace(/\/*$/, '/'));
}

function flagIn(document: JsonObject, field: string): boolean {
  const value = document[field];
  if (value === undefined || typeof value === 'boolean') return value === true;
  throw invalidMetadata(`${field} in the metadata of the server is neither true nor false.`);
}

function mismatch(resource: string, server: URL): PortolanError {
  const wanted = canonicalResource(server);
  const found = cleanForeign(resource);
  return new PortolanError('RESOURCE_MISMATCH', `The server at ${wanted} says that it is "${found}".`, {
    hint: `Correct the address of the server in its entry, or tell the operator of ${server.host}.`,
    data: { wanted, found },
  });
}
