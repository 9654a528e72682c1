// Where a server has people sign in: from its address to the checked metadata of one authorization server.
// (MCP Authorization; RFC 9728, RFC 8414)
import type { AuthorizationServer } from 'oauth4webapi';
import { PortolanError } from '../../shared/errors.ts';
import type { GuardedFetch } from '../identity/guarded-fetch.ts';
import { checkSignInUrl } from '../identity/safe-url.ts';
import { findAuthorizationServer } from './authorization-server.ts';
import type { Challenge } from './challenge.ts';
import { cleanForeign } from '../base/foreign-text.ts';
import { checkPkce } from './pkce-rule.ts';
import { canonicalResource, findProtectedResource, type ProtectedResource } from './protected-resource.ts';

/** Of a longer list, the first ones are tried. */
const MAX_SERVERS = 5;

export interface Discovery {
  /** What goes as `resource` into every request: the value of the server's metadata, else its canonical URI. (RFC 8707) */
  readonly resource: string;
  readonly issuer: string;
  readonly as: AuthorizationServer;
  /** Of the protected resource. */
  readonly scopesSupported: readonly string[] | undefined;
  readonly kind: 'rfc9728' | '2025-03-26';
  readonly resourceMetadataUrl: string | undefined;
  /** The server takes only tokens that are bound to a key, by its metadata or by its challenge. (RFC 9449, RFC 9728 section 2) */
  readonly dpopBound: boolean;
}

export interface DiscoverOptions {
  readonly challenge?: Challenge;
  /** The authorization server that the entry wants. */
  readonly issuer?: string;
  /** The one that was used last: tried before others, while the server still names it. */
  readonly lastIssuer?: string;
  readonly revision: 'modern' | 'legacy';
  /** False for grants without a code. Then a server that does not support PKCE will do. */
  readonly needsPkce?: boolean;
  readonly fetch: GuardedFetch;
  readonly signal?: AbortSignal;
}

/**
 * Finds and checks the authorization server of the MCP server at `server`.
 * @throws PortolanError METADATA_NOT_FOUND, METADATA_INVALID, RESOURCE_MISMATCH, ISSUER_MISMATCH, PKCE_UNSUPPORTED, URL_REFUSED,
 * HTTP_STATUS (a place that cannot answer now), and what the fetch throws
 */
export async function discover(server: URL, options: DiscoverOptions): Promise<Discovery> {
  checkSignInUrl(server.href, 'The URL of the server');
  const search = await findProtectedResource(server, options);
  if (search.kind === 'found') return byResource(server, search.found, options);
  return withoutResource(server, options, search.trouble);
}

async function byResource(server: URL, found: ProtectedResource, options: DiscoverOptions): Promise<Discovery> {
  const as = await firstThatWorks(candidates(server, found, options), options);
  return {
    resource: found.resource,
    issuer: as.issuer,
    as,
    scopesSupported: found.scopesSupported,
    kind: 'rfc9728',
    resourceMetadataUrl: found.url,
    // RFC 9449 section 7.1: who asks by this scheme takes no bearer tokens.
    dpopBound: found.dpopBound || options.challenge?.scheme === 'dpop',
  };
}

/** The issuers to try, best first. */
function candidates(server: URL, { authorizationServers }: ProtectedResource, options: DiscoverOptions): string[] {
  const { issuer, lastIssuer } = options;
  if (issuer !== undefined) {
    if (authorizationServers.length === 0 || authorizationServers.includes(issuer)) return [issuer];
    throw notNamed(issuer, authorizationServers, server);
  }
  if (authorizationServers.length === 0) throw notFound(server);
  const named = authorizationServers.slice(0, MAX_SERVERS);
  return lastIssuer !== undefined && authorizationServers.includes(lastIssuer)
    ? [lastIssuer, ...named.filter((other) => other !== lastIssuer)]
    : named;
}

async function firstThatWorks(issuers: readonly string[], options: DiscoverOptions): Promise<AuthorizationServer> {
  let first: unknown;
  for (const issuer of issuers) {
    try {
      return await metadataOf(issuer, options);
    } catch (error) {
      if (options.signal?.aborted === true) throw error;
      // A sign-in does not move to another server because the one that holds it cannot be reached for a while.
      if (issuer === options.lastIssuer && isForNow(error)) throw error;
      first ??= error;
    }
  }
  throw first;
}

async function metadataOf(issuer: string, options: DiscoverOptions): Promise<AuthorizationServer> {
  const search = await findAuthorizationServer(issuer, options);
  if (search.kind === 'found') return usable(search.as, options);
  throw search.trouble ?? withoutMetadata(issuer);
}

/** Revision 2025-03-26 knew no metadata of the resource: the server's own origin is the authorization server. */
async function withoutResource(
  server: URL,
  options: DiscoverOptions,
  trouble: PortolanError | undefined,
): Promise<Discovery> {
  const { origin } = server;
  const issuer = options.issuer ?? origin;
  // Nobody has written the issuer down: with and without a slash, it stands for the same origin.
  const accepted = options.issuer === undefined ? [origin, `${origin}/`] : [options.issuer];
  const search = await findAuthorizationServer(issuer, { ...options, accepted });
  const as = search.kind === 'found' ? usable(search.as, options) : undefined;
  if (as === undefined) {
    const error = trouble ?? (search.kind === 'none' ? search.trouble : undefined);
    if (error !== undefined) throw error;
    if (options.issuer !== undefined) throw withoutMetadata(options.issuer);
    if (options.revision === 'modern') throw notFound(server);
  }
  return {
    resource: canonicalResource(server),
    issuer: as?.issuer ?? origin,
    as: as ?? defaultEndpoints(origin),
    scopesSupported: undefined,
    kind: '2025-03-26',
    resourceMetadataUrl: undefined,
    dpopBound: false,
  };
}

/** Where the endpoints lie when nothing says so; PKCE was required. (MCP 2025-03-26, Authorization, 2.3.3 and 2.1) */
function defaultEndpoints(origin: string): AuthorizationServer {
  return {
    issuer: origin,
    authorization_endpoint: `${origin}/authorize`,
    token_endpoint: `${origin}/token`,
    registration_endpoint: `${origin}/register`,
    code_challenge_methods_supported: ['S256'],
  };
}

function usable(as: AuthorizationServer, { needsPkce = true }: DiscoverOptions): AuthorizationServer {
  if (needsPkce && as.authorization_endpoint !== undefined) checkPkce(as);
  return as;
}

function isForNow(error: unknown): boolean {
  return error instanceof PortolanError && /^CONNECT|^REQUEST_TIMEOUT$|^HTTP_STATUS$/.test(error.code);
}

function notFound(server: URL): PortolanError {
  return new PortolanError('METADATA_NOT_FOUND', `${server.host} does not say where to sign in.`, {
    hint: 'Add its credential as a header, or its authorization server to the entry.',
    data: { host: server.host },
  });
}

function withoutMetadata(issuer: string): PortolanError {
  const { host } = new URL(issuer);
  return new PortolanError('METADATA_NOT_FOUND', `The authorization server ${host} publishes no metadata.`, {
    hint: `Tell the operator of ${host}.`,
    data: { host },
  });
}

function notNamed(issuer: string, named: readonly string[], server: URL): PortolanError {
  const found = named.slice(0, MAX_SERVERS).map((one) => `"${cleanForeign(one)}"`);
  return new PortolanError(
    'ISSUER_MISMATCH',
    `The entry wants to sign in at "${cleanForeign(issuer)}", but the server names ${found.join(', ')}.`,
    {
      hint: `Correct the issuer in the entry, or ask the operator of ${server.host}.`,
      data: { expected: cleanForeign(issuer), found: found.join(', '), responsible: server.host },
    },
  );
}
