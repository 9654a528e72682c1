// What the gateway needs from the parts around it, as small interfaces that it owns. Types only.
import type { AuditFilter, AuditPage } from '../../shared/model/audit-record.ts';
import type { PortolanError } from '../../shared/errors.ts';
import type { AuditEvent } from '../audit/audit-event.ts';
import type { Upstream, UpstreamEvents } from '../connections/upstream.ts';

/** What a server's answer to `initialize` tells. */
export interface HandshakeInfo {
  readonly protocolVersion: string;
  readonly serverInfo?: { readonly name: string; readonly version: string; readonly title?: string };
}

/** Where upstream connections come from, and who keeps the servers' status. The real one is `Connections`. */
export interface UpstreamSource {
  open(name: string, sessionId: string, events: UpstreamEvents): Promise<Upstream>;
  noteHandshake(name: string, info: HandshakeInfo, sessionId: string): void;
  noteCall(name: string): void;
  noteTools(name: string, count: number): void;
  noteFailure(name: string, error: PortolanError): void;
}

/** A recorded intent that has no outcome. `requestId` is the source text of the request's id. */
export interface OpenIntent {
  readonly id: string;
  readonly session: string;
  readonly requestId?: string;
  readonly server?: string;
  readonly tool?: string;
  readonly method?: string;
  readonly at: string;
}

/** The part of the audit log that the gateway writes and, after a host's death, reads. The real one is `AuditLog`. */
export interface AuditSink {
  append(event: AuditEvent): { readonly id: string };
  flushed(): Promise<void>;
  openIntents(session?: string): Promise<readonly OpenIntent[]>;
  list(filter: AuditFilter, page: { limit: number }): Promise<AuditPage>;
}
