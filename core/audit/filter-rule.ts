// The rule of list-query.ts over records that arrive live, as a pure predicate. SQLite folds only ASCII letters, so does this.
import type { AuditFilter, AuditSummary } from '../../shared/model/audit-record.ts';
import { type FilterCondition, parseFilter } from './parse-filter.ts';

/**
 * Which summaries a list with the same filter would show. Ages such as `since:15m` are counted from `now`.
 * @throws PortolanError INPUT_INVALID for a time that cannot be read.
 */
export function filterRule(filter: AuditFilter, now: Date): (record: AuditSummary) => boolean {
  const { words, conditions, since, until } = parseFilter(filter, now);
  const wanted = words.map(fold);
  return (record) =>
    conditions.every((condition) => meets(record, condition)) &&
    (since === undefined || record.at >= since) &&
    (until === undefined || record.at < until) &&
    wanted.every((word) =>
      [record.what, record.server, record.client, record.tool].some(
        (text) => text !== undefined && fold(text).includes(word),
      ),
    );
}

function meets(record: AuditSummary, { field, anyOf }: FilterCondition): boolean {
  const text = record[field];
  if (text === undefined) return false;
  return anyOf.some((value) => {
    if (field === 'kind' && !value.includes('.') && !value.includes('*'))
      return fold(text).startsWith(`${fold(value)}.`);
    if (value.includes('*')) return isLike(fold(text), fold(value));
    // The one field whose values are not names that people type.
    return field === 'session' ? text === value : fold(text) === fold(value);
  });
}

/** `*` stands for any text. In linear time, whatever the pattern. */
function isLike(text: string, pattern: string): boolean {
  const [head = '', ...rest] = pattern.split('*');
  const tail = rest.pop() ?? '';
  if (text.length < head.length + tail.length || !text.startsWith(head) || !text.endsWith(tail)) return false;
  let at = head.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= text.length - tail.length;
}

function fold(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}
