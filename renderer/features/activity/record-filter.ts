// What the filter box means, for deciding here whether a record that just arrived belongs to the list. Pure.
// The host filters the log itself; both follow the same words.
import type { AuditFilter, AuditSummary } from '../../../shared/model/audit-record.ts';

export interface FilterWords {
  /** Words to be found anywhere, lower case. */
  readonly words: readonly string[];
  /** Each field must equal one of its values; `*` stands for any text. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
}

const FIELDS = new Set(['server', 'client', 'kind', 'outcome', 'tool', 'session', 'since', 'until']);

/** Splits `server:github failed "two words"` into field words and plain words. Unknown fields are plain words. */
export function filterWords(text: string): FilterWords {
  const words: string[] = [];
  const fields = new Map<string, string[]>();
  for (const match of text.matchAll(/(?:([a-z]+):)?(?:"([^"]*)"?|(\S+))/gi)) {
    const field = match[1]?.toLowerCase();
    const value = (match[2] ?? match[3] ?? '').toLowerCase();
    if (field !== undefined && FIELDS.has(field)) fields.set(field, [...(fields.get(field) ?? []), value]);
    else words.push(field === undefined ? value : `${field}:${value}`);
  }
  return { words, fields };
}

/** True when a record that just arrived belongs to a list filtered by `filter`. A list with an end does not grow. */
export function matchesFilter(record: AuditSummary, filter: AuditFilter): boolean {
  if (filter.kinds && !filter.kinds.includes(record.kind)) return false;
  if (filter.outcomes && !filter.outcomes.includes(record.outcome)) return false;
  const { words, fields } = filterWords(filter.text ?? '');
  const all = `${record.client ?? ''} ${record.server ?? ''} ${record.what}`.toLowerCase();
  if (!words.every((word) => all.includes(word))) return false;
  return [...fields].every(([field, values]) => values.some((value) => matchesField(record, field, value)));
}

function matchesField(record: AuditSummary, field: string, value: string): boolean {
  switch (field) {
    case 'server':
      return fits(record.server ?? '', value);
    case 'client':
      return fits(record.client ?? '', value);
    case 'kind':
      return fits(record.kind, value) || (value === 'call' && record.kind.startsWith('call.'));
    case 'outcome':
      return fits(record.outcome, value);
    case 'tool':
      return fits(record.what, value);
    case 'since':
      return true;
    default:
      return false;
  }
}

function fits(text: string, value: string): boolean {
  const parts = value.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(text.toLowerCase());
}
