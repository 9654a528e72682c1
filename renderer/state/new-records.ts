// Passes audit records that just arrived to the list that shows them; it keeps nothing itself.
import type { AuditSummary } from '../../shared/model/audit-record.ts';

const listeners = new Set<(records: readonly AuditSummary[]) => void>();

export function publishRecords(records: readonly AuditSummary[]): void {
  for (const listener of listeners) listener(records);
}

/** Calls `listener` with every new batch until the returned function is called. */
export function onNewRecords(listener: (records: readonly AuditSummary[]) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
