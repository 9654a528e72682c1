// What the gateway needs from the parts around it, as small interfaces that it owns. Types only.
import type { AuditFilter, AuditPage } from '../../shared/model/audit-record.ts';
import type { PortolanError } from '../../shared/errors.ts';
import type { AuditEvent, OpenIntent } from '../audit/audit-event.ts';
import type { Era } from '../connections/era.ts';
import type { HandshakeInfo } from '../connections/status-board.ts';
import type { Upstream, UpstreamEvents } from '../connections/upstream.ts';

/** Where upstream connections come from, and who keeps the servers' status. The real one is `Upstreams`. */
export interface UpstreamSource {
  /** `era`: the dialect of the caller, whatever the server speaks; legacy when absent. `client`: the name it gives. */
  open(name: string, sessionId: string, events: UpstreamEvents, era?: Era, client?: () => string): Promise<Upstream>;
  noteHandshake(name: string, info: HandshakeInfo, sessionId: string): void;
  noteCall(name: string): void;
  noteTools(name: string, count: number): void;
  noteFailure(name: string, error: PortolanError): void;
}

/** The part of the audit log that the gateway writes and, after a host's death, reads. The real one is `AuditLog`. */
export interface AuditSink {
  append(event: AuditEvent): { readonly id: string };
  /** Runs `work`; the outcomes that it appends are written by the time this returns. Never throws for the log. */
  together(work: () => void): void;
  flushed(): Promise<void>;
  openIntents(session?: string): Promise<readonly OpenIntent[]>;
  list(filter: AuditFilter, page: { limit: number }): Promise<AuditPage>;
}
