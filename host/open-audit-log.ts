// Opens the audit log of the host, with what it tells the feed and where its head is kept outside the folder.
import { AuditLog } from '../core/audit/audit-log.ts';
import type { Logger } from '../core/base/logger.ts';
import type { SettingsFile } from '../core/base/settings.ts';
import type { EventHub } from './events.ts';
import type { createFeed } from './feed.ts';
import { headStoreIn } from './kept-head-store.ts';
import type { HostEnvironment } from './run-host.ts';

/** Throws as `AuditLog.open` does. */
export function openAuditLog(parts: {
  readonly paths: HostEnvironment['paths'];
  readonly logger: Logger;
  readonly settings: SettingsFile;
  readonly vault: Parameters<typeof headStoreIn>[0];
  readonly feed: ReturnType<typeof createFeed>;
  readonly events: EventHub;
}): Promise<AuditLog> {
  const { paths, logger, settings, vault, feed, events } = parts;
  return AuditLog.open({
    dir: paths.auditDir,
    cacheDir: paths.cacheDir,
    logger: logger.child({ part: 'audit' }),
    durability: settings.get().auditDurability,
    headStore: headStoreIn(vault),
    onRecords: (records) => feed.auditRecords(records),
    wantsRecords: () => events.isWatched,
    onState: () => feed.auditState(),
  });
}
