// A parsed filter as SQL over the index, values always bound.
import type { SQLInputValue } from 'node:sqlite';
import type { FilterCondition, ParsedFilter } from './parse-filter.ts';

export interface ListQuery {
  readonly filter: ParsedFilter;
  /** Only records with a lower number. */
  readonly beforeSeq: number | undefined;
  readonly limit: number;
}

export interface WhereClause {
  /** `1` when everything matches. */
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

/** The condition of a filter on the table `records`. */
export function whereOf(filter: ParsedFilter): WhereClause {
  const parts: string[] = [];
  const values: SQLInputValue[] = [];
  for (const condition of filter.conditions) parts.push(conditionSql(condition, values));
  if (filter.since !== undefined) {
    parts.push('at >= ?');
    values.push(filter.since);
  }
  if (filter.until !== undefined) {
    parts.push('at < ?');
    values.push(filter.until);
  }
  for (const word of filter.words) {
    parts.push(
      "(what LIKE ? ESCAPE '\\' OR server LIKE ? ESCAPE '\\' OR client LIKE ? ESCAPE '\\' OR tool LIKE ? ESCAPE '\\')",
    );
    const pattern = `%${escapeLike(word)}%`;
    values.push(pattern, pattern, pattern, pattern);
  }
  return { sql: parts.length === 0 ? '1' : parts.join(' AND '), values };
}

function conditionSql({ field, anyOf }: FilterCondition, values: SQLInputValue[]): string {
  const choices = anyOf.map((value) => {
    if (field === 'kind' && !value.includes('.') && !value.includes('*')) {
      values.push(`${escapeLike(value)}.%`);
      return `${field} LIKE ? ESCAPE '\\'`;
    }
    if (value.includes('*')) {
      values.push(escapeLike(value).replaceAll('*', '%'));
      return `${field} LIKE ? ESCAPE '\\'`;
    }
    values.push(value);
    return `${field} = ?`;
  });
  return `(${choices.join(' OR ')})`;
}

function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`);
}
