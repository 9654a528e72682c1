// The filter language of the audit view and `portolan audit tail`, as a pure function. It knows no database.
import { PortolanError } from '../../shared/errors.ts';
import type { AuditFilter } from '../../shared/model/audit-record.ts';

const FILTER_FIELDS = ['server', 'client', 'kind', 'outcome', 'tool', 'session'] as const;
type FilterField = (typeof FILTER_FIELDS)[number];

/** One field must equal one of the values. `*` stands for any text; `kind:call` also means `call.intent` and `call.outcome`. */
export interface FilterCondition {
  readonly field: FilterField;
  readonly anyOf: readonly string[];
}

export interface ParsedFilter {
  /** Each must occur in the text, server, client or tool. */
  readonly words: readonly string[];
  /** All must hold. */
  readonly conditions: readonly FilterCondition[];
  /** First moment that counts and first that does not, RFC 3339 UTC. */
  readonly since?: string;
  readonly until?: string;
}

/**
 * Reads `server:x client:x kind:x outcome:x tool:x session:x since:14:00 until:2026-11-22 word "two words"`. The same field
 * twice means either. Times: `14:00` (its latest occurrence for since, today's for until), a date, a date with time, or an
 * age as `15m`, `2h`, `7d`; without a zone they are local to `now`'s machine. Unknown fields are ordinary words.
 * @throws PortolanError INPUT_INVALID for a time that cannot be read.
 */
export function parseFilter(filter: AuditFilter, now: Date): ParsedFilter {
  const words: string[] = [];
  const typed = new Map<FilterField, string[]>();
  let since = filter.since === undefined ? undefined : parseTime('since', filter.since, now);
  let until = filter.until === undefined ? undefined : parseTime('until', filter.until, now);
  for (const { field, value } of tokens(filter.text ?? '')) {
    if (field === 'since') since = parseTime(field, value, now);
    else if (field === 'until') until = parseTime(field, value, now);
    else if (isField(field)) typed.set(field, [...(typed.get(field) ?? []), value]);
    else words.push(field === undefined ? value : `${field}:${value}`);
  }
  const conditions: FilterCondition[] = [...typed].map(([field, anyOf]) => ({ field, anyOf }));
  const chosen: readonly (readonly [FilterField, readonly string[] | undefined])[] = [
    ['kind', filter.kinds],
    ['outcome', filter.outcomes],
    ['server', filter.server === undefined ? undefined : [filter.server]],
    ['client', filter.client === undefined ? undefined : [filter.client]],
    ['session', filter.session === undefined ? undefined : [filter.session]],
  ];
  for (const [field, anyOf] of chosen) if (anyOf !== undefined && anyOf.length > 0) conditions.push({ field, anyOf });
  return {
    words,
    conditions,
    ...(since === undefined ? {} : { since: since.toISOString() }),
    ...(until === undefined ? {} : { until: until.toISOString() }),
  };
}

function* tokens(text: string): Generator<{ field: string | undefined; value: string }> {
  for (const match of text.matchAll(/(?:([a-z]+):)?(?:"([^"]*)"?|(\S+))/gi)) {
    const value = match[2] ?? match[3] ?? '';
    if (value !== '') yield { field: match[1]?.toLowerCase(), value };
  }
}

function isField(field: string | undefined): field is FilterField {
  return (FILTER_FIELDS as readonly (string | undefined)[]).includes(field);
}

const AGE_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

function parseTime(field: 'since' | 'until', text: string, now: Date): Date {
  const age = /^(\d{1,5})([mhd])$/.exec(text);
  if (age !== null) return new Date(now.getTime() - Number(age[1]) * (AGE_MS[age[2] ?? ''] ?? 0));
  const clock = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text);
  if (clock !== null) {
    const [hours, minutes, seconds] = [Number(clock[1]), Number(clock[2]), Number(clock[3] ?? 0)];
    if (hours < 24 && minutes < 60 && seconds < 60) {
      const time = new Date(now);
      time.setHours(hours, minutes, seconds, 0);
      if (field === 'since' && time > now) time.setDate(time.getDate() - 1);
      return time;
    }
  }
  const day = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (day !== null) {
    const time = new Date(Number(day[1]), Number(day[2]) - 1, Number(day[3]) + (field === 'until' ? 1 : 0));
    if (!Number.isNaN(time.getTime())) return time;
  }
  const time = /^\d{4}-\d{2}-\d{2}T/.test(text) ? new Date(text) : undefined;
  if (time !== undefined && !Number.isNaN(time.getTime())) return time;
  throw new PortolanError('INPUT_INVALID', `The time of "${field}:" cannot be read.`, {
    hint: 'Write 14:00, 2026-11-22, 2026-11-22T14:00 or an age such as 15m, 2h, 7d.',
  });
}
