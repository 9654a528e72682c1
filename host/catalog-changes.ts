// What follows when the catalog changes, whoever changed it: sessions of changed servers end, windows are told, and a
// change that no procedure made is recorded.
import type { CatalogChange } from '../core/catalog/catalog.ts';
import type { Logger } from '../core/base/logger.ts';
import type { Profile } from '../shared/model/profile.ts';
import { currentCaller } from './caller-context.ts';
import type { Feed } from './feed.ts';
import type { AuditPort, GatewayPort } from './ports.ts';
import type { ToolCache } from './tool-cache.ts';

/** Never throws: the change has happened, whatever fails after it is logged. */
export async function followCatalogChange(
  change: CatalogChange,
  parts: {
    audit: Pick<AuditPort, 'append'>;
    connections: { catalogChanged(change: CatalogChange): Promise<void> };
    feed: Pick<Feed, 'catalog' | 'profiles'>;
    gateway: Pick<GatewayPort, 'closeServer' | 'profilesChanged'>;
    httpGateway: { forgetServer(server: string): void };
    logger: Logger;
    signIns: { catalogChanged(change: CatalogChange): Promise<void> };
    tools: Pick<ToolCache, 'forget'>;
    profiles(): readonly Profile[];
  },
): Promise<void> {
  const { audit, connections, feed, gateway, httpGateway, logger, tools } = parts;
  feed.catalog(change.state);
  if (change.profiles.length > 0) feed.profiles(parts.profiles());
  try {
    if (currentCaller() === undefined) recordForeignChange(change, audit);
    const affected = [...change.changed, ...change.removed];
    for (const name of change.removed) httpGateway.forgetServer(name);
    for (const name of affected) tools.forget(name);
    await Promise.all(affected.map((name) => gateway.closeServer(name)));
    await parts.signIns.catalogChanged(change);
    await connections.catalogChanged(change);
    // Clients of a profile hear of a change of its servers too: there may be other tools now.
    const servers = new Set([...affected, ...change.added]);
    const touched = parts.profiles().filter((profile) => profile.servers.some((name) => servers.has(name)));
    await gateway.profilesChanged([...new Set([...change.profiles, ...touched.map(({ name }) => name)])]);
  } catch (error) {
    logger.error('a change of the catalog could not be followed', { error });
  }
}

function recordForeignChange(change: CatalogChange, audit: Pick<AuditPort, 'append'>): void {
  for (const [verb, names] of [
    ['added', change.added],
    ['changed', change.changed],
    ['removed', change.removed],
  ] as const) {
    for (const name of names) {
      const what = `${verb} ${name} in the file`;
      audit.append({ kind: 'catalog.changed', outcome: 'allowed', server: name, what });
    }
  }
  for (const name of change.profiles) {
    audit.append({ kind: 'catalog.changed', outcome: 'allowed', what: `changed profile ${name} in the file` });
  }
  for (const name of change.identities) {
    audit.append({ kind: 'identity.changed', outcome: 'allowed', what: `changed identity ${name} in the file` });
  }
}
