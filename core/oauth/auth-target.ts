// Which servers of the catalog can be signed in to, and what is known of them for that.
import type { ServerSignIn } from '../../shared/model/identity.ts';
import type { Endpoint, ServerOptions } from '../../shared/model/server-entry.ts';
import type { ResolvedServer } from '../catalog/resolve.ts';
import type { AuthTarget } from './sign-in-flows.ts';

/** Undefined for a command, a server that nobody signs in to, and one whose entry has a credential in a header. */
export function targetOf(server: ResolvedServer): AuthTarget | undefined {
  const { endpoint, name, options } = server;
  const way = wayOf(server);
  if (endpoint.type === 'stdio' || way === 'none' || way === 'header' || !URL.canParse(endpoint.url)) return undefined;
  const url = new URL(endpoint.url);
  url.hash = '';
  const revision = options.protocolEra === 'modern' ? 'modern' : 'legacy';
  return { name, url, auth: server.auth, revision };
}

/** How a server is signed in as far as its entry says; `unknown`: the server will say. */
export function wayOf(entry: { readonly endpoint: Endpoint; readonly options: ServerOptions }): ServerSignIn['way'] {
  const { endpoint, options } = entry;
  if (endpoint.type === 'stdio') return 'none';
  if (Object.keys(endpoint.headers).some((name) => name.toLowerCase() === 'authorization')) return 'header';
  const way = options.auth?.way ?? 'auto';
  return way === 'auto' ? 'unknown' : way;
}
