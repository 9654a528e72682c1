// An audit log in memory that keeps to the rules of the real one: what gateway tests look into.
import type { AuditFilter, AuditPage } from '../../shared/model/audit-record.ts';
import type { AuditEvent, OpenIntent } from '../../core/audit/audit-event.ts';
import type { AuditSink } from '../../core/gateway/ports.ts';

export type StoredEvent = AuditEvent & { readonly id: string };

export class MemoryAudit implements AuditSink {
  readonly events: StoredEvent[] = [];
  onAppend: ((event: StoredEvent) => void) | undefined;
  /** Thrown by the next appends. */
  failure: Error | undefined;
  flush: () => Promise<void> = () => Promise.resolve();

  append(event: AuditEvent): { id: string } {
    if (this.failure !== undefined) throw this.failure;
    const stored = { ...event, id: `event-${this.events.length + 1}` };
    this.events.push(stored);
    this.onAppend?.(stored);
    return { id: stored.id };
  }

  together(work: () => void): void {
    work();
  }

  flushed(): Promise<void> {
    return this.flush();
  }

  openIntents(session?: string): Promise<OpenIntent[]> {
    const closed = new Set(this.events.map(({ related }) => related));
    const open = this.of('call.intent').filter(
      (event) => !closed.has(event.id) && (session ?? event.session) === event.session,
    );
    return Promise.resolve(
      open.map(({ id, session: of = '', requestId = '', server = '', tool = '', method = '' }) => ({
        id,
        session: of,
        requestId,
        server,
        tool,
        method,
        at: '2026-01-01T12:00:00.000Z',
      })),
    );
  }

  list(filter: AuditFilter): Promise<AuditPage> {
    const found = this.events.filter(
      ({ kind, session }) => filter.session === session && filter.kinds?.includes(kind) !== false,
    );
    return Promise.resolve({ records: [], matching: found.length, total: this.events.length });
  }

  of(kind: AuditEvent['kind']): StoredEvent[] {
    return this.events.filter((event) => event.kind === kind);
  }

  /** Intents with the outcomes that name them: each call as `method outcome`. */
  pairs(): { intent: StoredEvent; outcomes: StoredEvent[] }[] {
    return this.of('call.intent').map((intent) => ({
      intent,
      outcomes: this.of('call.outcome').filter(({ related }) => related === intent.id),
    }));
  }
}
