// In which order the parts of core are closed: what uses another one goes first.
import type { AuditLog } from '../core/audit/audit-log.ts';
import { VERSION } from '../shared/version.ts';
import type { AuditPort } from './ports.ts';
import type { ShutdownStep } from './shutdown.ts';

interface Closable {
  close(): void | Promise<void>;
}

export function coreShutdown(parts: {
  clients: Closable;
  gateway: Closable;
  notices: Closable;
  tasks: Closable;
  connections: Closable;
  telemetry: Closable;
  signIns: Closable;
  catalog: Closable;
  state: Closable;
  /** Deletes secrets of servers that are gone. */
  sweep(): Promise<void>;
  stopFeed(): void;
  audit: Pick<AuditPort, 'append'>;
  log: Pick<AuditLog, 'close'>;
  closeUpstreams(): void;
}): ShutdownStep[] {
  const { audit } = parts;
  return [
    // First: what ends with the host is no news.
    { name: 'notices', run: () => parts.notices.close() },
    { name: 'files of clients', run: () => parts.clients.close() },
    { name: 'gateway', run: () => parts.gateway.close() },
    { name: 'tasks', run: () => parts.tasks.close() },
    { name: 'connections', run: () => parts.connections.close() },
    { name: 'telemetry', run: () => parts.telemetry.close() },
    { name: 'secrets of deleted servers', run: () => parts.sweep() },
    { name: 'sign-ins', run: () => parts.signIns.close() },
    { name: 'catalog', run: () => parts.catalog.close() },
    { name: 'feed', run: () => parts.stopFeed() },
    { name: 'last record', run: () => void audit.append({ kind: 'host.stopped', outcome: 'allowed', what: VERSION }) },
    { name: 'audit', run: () => parts.log.close() },
    { name: 'kept answers', run: () => parts.closeUpstreams() },
    { name: 'state', run: () => parts.state.close() },
  ];
}
