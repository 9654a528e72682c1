// Deletes from the vault what belonged to servers that are gone: tokens of servers that the catalog does not have, whoever
// took them out, and secrets that came along with an entry which was deleted here. What a person stored by name stays.
import { toPortolanError } from '../shared/errors.ts';
import type { Logger } from '../core/base/logger.ts';
import type { TokenStore } from '../core/vault/token-store.ts';
import type { Vault } from '../core/vault/vault.ts';
import { usersOf } from './api/secret-uses.ts';
import type { AuditPort, CatalogPort, SettingsPort } from './ports.ts';

/** Keys of a server's tokens: `token/NAME/…`. */
const TOKEN = /^token\/([^/]+)\//;

/**
 * At the start and the end of a host: between them a deletion can be undone. Does not touch the keychain when there is
 * nothing to delete, nor anything while the catalog cannot be read as a whole. Never throws.
 */
export async function removeOrphanedSecrets(parts: {
  catalog: Pick<CatalogPort, 'get' | 'identities' | 'list' | 'state'>;
  vault: Pick<Vault, 'removeOrphans'>;
  tokens: Pick<TokenStore, 'keys' | 'remove'>;
  settings: Pick<SettingsPort, 'get'>;
  audit: Pick<AuditPort, 'append'>;
  logger: Pick<Logger, 'info' | 'warn'>;
}): Promise<void> {
  const { audit, catalog, vault, tokens, logger } = parts;
  if (catalog.state().problem !== undefined) return;
  try {
    const orphans = tokens.keys('token/').filter((key) => catalog.get(TOKEN.exec(key)?.[1] ?? '') === undefined);
    for (const key of orphans) await tokens.remove(key);
    const elsewhere = JSON.stringify(parts.settings.get().telemetry);
    const isUsed = (name: string) => usersOf(name, catalog).length > 0 || elsewhere.includes(`\${secret:${name}}`);
    const secrets = await vault.removeOrphans(isUsed);
    for (const name of secrets)
      audit.append({ kind: 'secret.changed', outcome: 'allowed', what: `removed ${name}: its server was deleted` });
    if (orphans.length + secrets.length > 0)
      logger.info('removed what belonged to deleted servers', { tokens: orphans.length, secrets });
  } catch (error) {
    const { code, message } = toPortolanError(error);
    logger.warn('what belonged to deleted servers could not be removed yet', { code, reason: message });
  }
}
