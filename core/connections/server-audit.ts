// The audit events of supervision: a server was started, has ended, or was held back until a person approves it.
import type { PortolanError } from '../../shared/errors.ts';
import type { Upstream } from './upstream.ts';

/** The part of an audit event that supervision fills. */
export interface ServerAuditEvent {
  readonly kind: 'server.started' | 'server.stopped' | 'server.held';
  readonly outcome: 'allowed' | 'error' | 'deferred';
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
  const reason = { code: error.code, message: error.message };
  if (error.code !== 'APPROVAL_NEEDED') return { ...event, outcome: 'error', reason };
  const { path, pinned, now, entry, approved } = error.data;
  if (entry !== undefined) {
    const hashes = { entry: String(entry), approved: String(approved ?? 'nothing') };
    return { ...event, kind: 'server.held', outcome: 'deferred', reason, detail: hashes };
  }
  const detail = { path: String(path), approved: String(pinned ?? 'not pinned'), found: String(now ?? 'no file') };
  return { ...event, kind: 'server.held', outcome: 'deferred', reason, detail };
}
