// A filter over summaries that arrive live; the log itself answers filters over what is stored.
import type { AuditFilter, AuditSummary } from '../../shared/model/audit-record.ts';

/** True when a summary meets every part of the filter that a summary can tell; words are sought in all its text. */
export function matchesFilter(record: AuditSummary, filter: AuditFilter): boolean {
  if (filter.kinds !== undefined && !filter.kinds.includes(record.kind)) return false;
  if (filter.outcomes !== undefined && !filter.outcomes.includes(record.outcome)) return false;
  if (filter.server !== undefined && filter.server !== record.server) return false;
  if (filter.client !== undefined && filter.client !== record.client) return false;
  if (filter.since !== undefined && Date.parse(record.at) < Date.parse(filter.since)) return false;
  if (filter.until !== undefined && Date.parse(record.at) > Date.parse(filter.until)) return false;
  return (filter.text ?? '').split(/\s+/).every((word) => word === '' || matchesWord(record, word));
}

function matchesWord(record: AuditSummary, word: string): boolean {
  const [field, ...rest] = word.toLowerCase().split(':');
  const value = rest.join(':');
  switch (value === '' ? '' : field) {
    case 'server':
      return record.server?.toLowerCase() === value;
    case 'client':
      return record.client?.toLowerCase().includes(value) ?? false;
    case 'kind':
      return record.kind === value;
    case 'outcome':
      return record.outcome === value;
    case 'tool':
      return record.what.toLowerCase() === value;
    default:
      return [record.id, record.kind, record.outcome, record.client, record.server, record.what].some(
        (text) => text?.toLowerCase().includes(word.toLowerCase()) ?? false,
      );
  }
}
