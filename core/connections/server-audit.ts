// The audit events of supervision: a server was started, a server has ended.
import type { PortolanError } from '../../shared/errors.ts';
import type { Upstream } from './upstream.ts';

/** The part of an audit event that supervision fills. */
export interface ServerAuditEvent {
  readonly kind: 'server.started' | 'server.stopped';
  readonly outcome: 'allowed' | 'error';
  readonly server: string;
  readonly session: string;
  readonly reason?: { readonly code: string; readonly message: string };
  readonly detail?: Readonly<Record<string, string>>;
}

export function startedEvent(server: string, session: string, { transport, pid }: Upstream): ServerAuditEvent {
  const detail = pid === undefined ? { transport } : { transport, pid: String(pid) };
  return { kind: 'server.started', outcome: 'allowed', server, session, detail };
}

/** @param error why it ended, unless it was ended on purpose */
export function stoppedEvent(server: string, session: string, error: PortolanError | undefined): ServerAuditEvent {
  const event = { kind: 'server.stopped', server, session } as const;
  if (error === undefined) return { ...event, outcome: 'allowed' };
  return { ...event, outcome: 'error', reason: { code: error.code, message: error.message } };
}
