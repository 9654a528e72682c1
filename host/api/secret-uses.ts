// Who uses a secret, and the end of what was opened with its old value.
import { referencesOf } from '../../core/catalog/resolve.ts';
import type { HostParts } from '../parts.ts';

/** Names of the servers whose entries name `secret`. */
export function usersOf(secret: string, catalog: HostParts['catalog']): string[] {
  return catalog
    .list()
    .filter((entry) => referencesOf(entry).some((ref) => ref.kind === 'secret' && ref.name === secret))
    .map((entry) => entry.name);
}

/** Ends the sessions and processes of all users of `secret`: they would go on with the value they were opened with. */
export async function endUsesOf(
  secret: string,
  { catalog, connections, gateway, tools }: Pick<HostParts, 'catalog' | 'connections' | 'gateway' | 'tools'>,
): Promise<void> {
  await Promise.all(
    usersOf(secret, catalog).map(async (server) => {
      tools.forget(server);
      await gateway.closeServer(server);
      await connections.stopServer(server);
    }),
  );
}
