// Who uses a secret, and the end of what was opened with its old value.
import { referencesOf } from '../../core/catalog/resolve.ts';
import type { ServerEntry } from '../../shared/model/server-entry.ts';
import type { HostParts } from '../parts.ts';

/** Names of the secrets that an entry refers to. */
export function secretsOf(entry: ServerEntry): string[] {
  const inFields = referencesOf(entry).flatMap(({ kind, name }) => (kind === 'secret' ? [name] : []));
  // What is kept for a client's own file is used nowhere, and stays as long as the entry does.
  const kept = JSON.stringify(entry.options.clients ?? {}).matchAll(/\$\{secret:([^{}"\\]+)\}/g);
  return [...inFields, ...[...kept].map(([, name = '']) => name)];
}

/** Who uses `secret`, in words: servers by their names, identities as such. */
export function usersOf(secret: string, catalog: Pick<HostParts['catalog'], 'list' | 'identities'>): string[] {
  const reference = `\${secret:${secret}}`;
  const identities = catalog
    .identities()
    .filter(({ clientSecret, privateKey }) => clientSecret === reference || privateKey === reference);
  return [...serversUsing(secret, catalog), ...identities.map(({ name }) => `identity ${name}`)];
}

/** Names of the servers whose entries name `secret`. */
function serversUsing(secret: string, catalog: Pick<HostParts['catalog'], 'list'>): string[] {
  return catalog
    .list()
    .filter((entry) => secretsOf(entry).includes(secret))
    .map((entry) => entry.name);
}

/** Ends the sessions and processes of all users of `secret`: they would go on with the value they were opened with. */
export async function endUsesOf(
  secret: string,
  parts: Pick<HostParts, 'catalog' | 'connections' | 'gateway' | 'tools'>,
): Promise<void> {
  await endServers(serversUsing(secret, parts.catalog), parts);
}

/** Ends the sessions and processes of `servers`. */
export async function endServers(
  servers: readonly string[],
  { connections, gateway, tools }: Pick<HostParts, 'connections' | 'gateway' | 'tools'>,
): Promise<void> {
  await Promise.all(
    servers.map(async (server) => {
      tools.forget(server);
      await gateway.closeServer(server);
      await connections.stopServer(server);
    }),
  );
}
