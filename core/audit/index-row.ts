// One record as the index holds it. Pure: the verifier recomputes it from a segment line to check the index.
import type { AuditSummary } from '../../shared/model/audit-record.ts';
import { type AuditRecord, EXTENSION, summaryOf } from './record.ts';

export interface LinePlace {
  /** Number of the segment file. */
  readonly file: number;
  /** First byte of the line and its length without the line feed. */
  readonly offset: number;
  readonly length: number;
}

export interface IndexRow extends LinePlace {
  readonly seq: number;
  readonly id: string;
  readonly at: string;
  readonly kind: string;
  readonly outcome: string;
  readonly client: string | null;
  readonly server: string | null;
  readonly tool: string | null;
  readonly session: string | null;
  readonly method: string | null;
  readonly request_id: string | null;
  readonly what: string;
  readonly took_ms: number | null;
  readonly related: string | null;
}

export const ROW_COLUMNS = [
  'seq',
  'id',
  'at',
  'kind',
  'outcome',
  'client',
  'server',
  'tool',
  'session',
  'method',
  'request_id',
  'what',
  'took_ms',
  'related',
  'file',
  'offset',
  'length',
] as const satisfies readonly (keyof IndexRow)[];

export function indexRow(record: AuditRecord, { file, offset, length }: LinePlace): IndexRow {
  const summary = summaryOf(record);
  const fields = record.extensions[EXTENSION];
  return {
    seq: summary.seq,
    id: summary.id,
    at: summary.at,
    kind: summary.kind,
    outcome: summary.outcome,
    client: summary.client ?? null,
    server: summary.server ?? null,
    tool: summary.tool ?? null,
    session: summary.session ?? null,
    method: fields['method'] ?? null,
    request_id: fields['request_id'] ?? null,
    what: summary.what,
    took_ms: summary.tookMs ?? null,
    related: summary.related ?? null,
    file,
    offset,
    length,
  };
}

/** The summary that a row stands for. */
export function rowSummary(row: IndexRow): AuditSummary {
  return {
    seq: row.seq,
    id: row.id,
    at: row.at,
    kind: row.kind as AuditSummary['kind'],
    outcome: row.outcome as AuditSummary['outcome'],
    ...(row.client === null ? {} : { client: row.client }),
    ...(row.server === null ? {} : { server: row.server }),
    ...(row.tool === null ? {} : { tool: row.tool }),
    ...(row.session === null ? {} : { session: row.session }),
    what: row.what,
    ...(row.took_ms === null ? {} : { tookMs: row.took_ms }),
    ...(row.related === null ? {} : { related: row.related }),
  };
}
