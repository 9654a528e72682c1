// What the filter box means, for deciding here whether a record that just arrived belongs to the list. Pure.
// The host filters the log itself; both follow the same words.
import type { AuditFilter, AuditSummary } from '../../../shared/model/audit-record.ts';

export interface FilterWords {
  /** Words to be found anywhere, lower case. */
  readonly words: readonly string[];
  readonly fields: readonly { readonly field: string; readonly value: string }[];
}

const FIELDS = new Set(['server', 'client', 'kind', 'outcome', 'tool', 'since', 'until']);

/** Splits `server:github failed "two words"` into field words and plain words. */
export function filterWords(text: string): FilterWords {
  const words: string[] = [];
  const fields: { field: string; value: string }[] = [];
  for (const match of text.matchAll(/(?:([a-z]+):)?(?:"([^"]*)"|(\S+))/gi)) {
    const field = match[1]?.toLowerCase();
    const value = match[2] ?? match[3] ?? '';
    if (field !== undefined && FIELDS.has(field)) fields.push({ field, value: value.toLowerCase() });
    else words.push((field === undefined ? value : `${field}:${value}`).toLowerCase());
  }
  return { words, fields };
}

/** True when `record` belongs to a list filtered by `filter`. */
export function matchesFilter(record: AuditSummary, filter: AuditFilter): boolean {
  if (filter.kinds && !filter.kinds.includes(record.kind)) return false;
  if (filter.outcomes && !filter.outcomes.includes(record.outcome)) return false;
  const { words, fields } = filterWords(filter.text ?? '');
  const all =
    `${record.seq} ${record.kind} ${record.outcome} ${record.client ?? ''} ${record.server ?? ''} ${record.what}`.toLowerCase();
  return (
    words.every((word) => all.includes(word)) && fields.every(({ field, value }) => matchesField(record, field, value))
  );
}

function matchesField(record: AuditSummary, field: string, value: string): boolean {
  switch (field) {
    case 'server':
      return (record.server ?? '').toLowerCase().includes(value);
    case 'client':
      return (record.client ?? '').toLowerCase().includes(value);
    case 'kind':
      return record.kind.includes(value);
    case 'outcome':
      return record.outcome === value;
    case 'tool':
      return record.what.toLowerCase().includes(value);
    case 'since':
      return !(Date.parse(record.at) < Date.parse(value));
    default:
      return !(Date.parse(record.at) > Date.parse(value));
  }
}
