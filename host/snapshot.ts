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
    questions: parts.questions.list(),
    profiles: [...parts.catalog.profiles()],
    gateway: parts.httpGateway.status(),
    signIns: parts.signIns.list(),
    identities: parts.identities.list(),
    serverSignIns: parts.signIns.servers(),
    drift: [...parts.clients.knownDrift()],
    lastEventId: parts.events.lastId(),
  };
}
