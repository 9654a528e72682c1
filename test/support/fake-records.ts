// The audit records of the fake host: as many as asked for, of every kind and outcome a list should show.
import type { AuditDetail, AuditKind, AuditOutcome, AuditSummary } from '../../shared/model/audit-record.ts';
import { before } from './fake-host-data.ts';

type Template = readonly [AuditKind, AuditOutcome, string | undefined, string, string, number | undefined];

const TEMPLATES: readonly Template[] = [
  ['call.outcome', 'allowed', 'Cursor', 'github', 'rerun_workflow', 1210],
  ['call.intent', 'allowed', 'Cursor', 'github', 'rerun_workflow', undefined],
  ['call.outcome', 'allowed', 'Claude Desktop', 'filesystem', 'read_text_file', 4],
  ['call.outcome', 'allowed', 'Claude Desktop', 'filesystem', 'list_directory', 3],
  ['call.outcome', 'denied', 'Codex', 'postgres-prod', 'execute_sql', 0],
  ['call.outcome', 'allowed', 'VS Code', 'postgres-prod', 'query', 12],
  ['server.started', 'allowed', undefined, 'sentry', 'started', undefined],
  ['call.outcome', 'error', 'Cursor', 'warehouse', 'run_report', 30_000],
  ['session.opened', 'allowed', 'Claude Desktop', 'memory', 'session opened', undefined],
  ['call.outcome', 'cancelled', 'Claude Desktop', 'github', 'search_code', 5100],
  ['call.outcome', 'unknown', 'Cursor', 'crashy', 'write_note', 812],
  ['catalog.changed', 'allowed', undefined, 'notes', 'notes was added', undefined],
];

/** `count` records, newest first, numbered down from `count`. */
export function records(count: number, now: number): AuditSummary[] {
  return Array.from({ length: count }, (_, index) => {
    const [kind, outcome, client, server, what, tookMs] = TEMPLATES[index % TEMPLATES.length] ?? [
      'host.started',
      'allowed',
      undefined,
      '',
      '',
      0,
    ];
    const seq = count - index;
    return {
      seq,
      id: `rec-${seq}`,
      at: before(now, index * 41_000 + (index % 3) * 7000),
      kind,
      outcome,
      server,
      what,
      ...(client === undefined ? {} : { client }),
      ...(tookMs === undefined ? {} : { tookMs }),
    };
  });
}

export function detail(summary: AuditSummary, all: readonly AuditSummary[]): AuditDetail {
  const fields: Record<string, string> = {
    event_id: summary.id,
    event_type: summary.kind,
    occurred_at: summary.at,
    outcome: summary.outcome,
    seq: String(summary.seq),
    arguments_digest: 'sha256:4bf92f35a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718a3ce929d',
    arguments_bytes: '214',
    client_version: '0.94.0',
    client_pid: '9388',
    ...(summary.outcome === 'denied'
      ? { reason_code: 'POLICY_DENIED', reason_message: 'A rule does not let Codex use execute_sql.' }
      : {}),
    ...(summary.outcome === 'error'
      ? { reason_code: 'REQUEST_TIMEOUT', reason_message: 'The server gave no answer for 30 seconds.' }
      : {}),
    ...(summary.outcome === 'unknown'
      ? {
          reason_code: 'OUTCOME_UNKNOWN',
          reason_message: 'The server stopped during the call. It may or may not have happened.',
        }
      : {}),
    ...(summary.seq % 7 === 0
      ? { 'payload.00': '{\n  "path": "/home/maya/notes",\n  "password": "hidden: password rule"\n}' }
      : {}),
  };
  return {
    summary,
    fields,
    canonical: JSON.stringify({ ...fields, previous_hash: 'e24a…b310' }, null, 0),
    hash: 'sha256:9c1e8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e1f0a9b8c7d6e5f4a3b2c1d07ab',
    previousHash: 'sha256:e24a0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d7eb310',
    hashOk: true,
    chainOk: true,
    related: all.filter((other) => other.seq === summary.seq - 1),
  };
}
