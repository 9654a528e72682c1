// Everything a window shows at first, taken at one moment; the event stream goes on from `lastEventId`.
import type { Snapshot } from '../shared/model/system.ts';
import type { HostParts } from './parts.ts';

export function takeSnapshot(parts: HostParts): Snapshot {
  return {
    host: parts.status(),
    catalog: parts.catalog.state(),
    servers: parts.connections.list(),
    sessions: parts.gateway.sessions(),
    audit: parts.audit.state(),
    vault: parts.vault.state(),
    settings: parts.settings.get(),
    profiles: [],
    gateway: { enabled: false, port: 0, connections: 0, clients: [] },
    questions: [],
    lastEventId: parts.events.lastId(),
  };
}
