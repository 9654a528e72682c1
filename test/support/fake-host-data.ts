// The world of the fake host: servers in every state, clients with entries to import, tools, and ten thousand records.
import type { AuditDetail, AuditKind, AuditOutcome, AuditSummary } from '../../shared/model/audit-record.ts';
import type { ClientInfo, ImportPlan } from '../../shared/model/import-result.ts';
import type { Endpoint, ServerEntry } from '../../shared/model/server-entry.ts';
import type { LogLine, ServerStatus, Session } from '../../shared/model/server-status.ts';
import type { Tool } from '../../shared/model/tool.ts';

const HOUR = 3_600_000;

/** Reckoned from `now`, so that relative times on screen do not drift. */
export function before(now: number, ms: number): string {
  return new Date(now - ms).toISOString();
}

function entry(name: string, endpoint: Endpoint, enabled = true): ServerEntry {
  return { name, endpoint, options: { enabled, protocolEra: 'auto', capture: 'digest', timeouts: {} } };
}

function http(url: string, headers: Record<string, string> = {}): Endpoint {
  return { type: 'http-auto', url, headers };
}

function stdio(command: string, args: string[] = [], env: Record<string, string> = {}): Endpoint {
  return { type: 'stdio', command, args, env };
}

export function entries(): ServerEntry[] {
  return [
    entry('github', http('https://mcp.acme.example/github', { Authorization: '${secret:github-authorization}' })),
    entry('filesystem', stdio('npx', ['-y', '@modelcontextprotocol/server-filesystem', '/home/maya/projects', '/home/maya/notes'])),
    entry('postgres-prod', stdio('/opt/acme/bin/pg-mcp', ['--read-only'], { PGPASSWORD: '${secret:postgres-prod-pgpassword}', PGHOST: 'db.acme.example' })),
    entry('tickets', http('https://tickets.acme.example/mcp')),
    entry('sentry', http('https://mcp.acme.example/sentry')),
    entry('warehouse', { type: 'sse', url: 'https://dw.acme.example/sse', headers: {} }),
    entry('memory', stdio('npx', ['-y', '@modelcontextprotocol/server-memory'])),
    entry('browser', stdio('npx', ['-y', '@acme/browser-mcp']), false),
    entry('notes', stdio('/home/maya/bin/notes-mcp')),
    entry('crashy', stdio('node', ['/home/maya/src/crashy/dist/index.js'])),
  ];
}

export function statuses(now: number): ServerStatus[] {
  const one = (name: string, state: ServerStatus['state'], rest: Partial<ServerStatus> = {}): ServerStatus => ({
    name,
    state,
    enabled: true,
    since: before(now, 3 * HOUR),
    pids: [],
    sessions: 0,
    callsToday: 0,
    ...rest,
  });
  return [
    one('github', 'ready', { sessions: 2, toolCount: 26, callsToday: 412, lastCallAt: before(now, 40_000), protocolVersion: '2025-11-25', serverInfo: { name: 'github-mcp', version: '1.8.0', title: 'GitHub' } }),
    one('filesystem', 'ready', { pids: [4188, 4190, 4201], sessions: 3, toolCount: 14, callsToday: 1204, lastCallAt: before(now, 12_000), protocolVersion: '2025-11-25' }),
    one('postgres-prod', 'ready', { pids: [7731], sessions: 1, toolCount: 3, callsToday: 96, lastCallAt: before(now, 11 * 60_000), protocolVersion: '2025-11-25' }),
    one('tickets', 'needs-sign-in', { reason: { code: 'NEEDS_SIGN_IN', message: 'The server asks for a sign-in (HTTP 401)' } }),
    one('sentry', 'starting', { since: before(now, 2000) }),
    one('warehouse', 'degraded', { sessions: 1, callsToday: 18, toolCount: 6, lastCallAt: before(now, 2 * HOUR), reason: { code: 'REQUEST_TIMEOUT', message: 'Tools listed, resources timed out' } }),
    one('memory', 'stopped', { callsToday: 61, toolCount: 9, lastCallAt: before(now, HOUR) }),
    one('browser', 'stopped', { enabled: false }),
    one('notes', 'failed', { reason: { code: 'SPAWN_NOT_FOUND', message: 'The program /home/maya/bin/notes-mcp does not exist' } }),
    one('crashy', 'failed', { reason: { code: 'SERVER_CRASH_LOOP', message: 'It stopped 5 times in 10 seconds, last with exit code 1', hint: 'Show the log of the server.' } }),
  ];
}

export function sessions(now: number): Session[] {
  const one = (id: string, server: string, name: string, version: string, calls: number): Session => ({
    id,
    server,
    client: { name, version, pid: 9000 + calls },
    since: before(now, calls * 60_000),
    inFlight: 0,
    calls,
  });
  return [
    one('s1', 'github', 'Claude Desktop', '1.9.2', 84),
    one('s2', 'github', 'Cursor', '2.4.1', 212),
    one('s3', 'filesystem', 'Claude Desktop', '1.9.2', 31),
    one('s4', 'filesystem', 'VS Code', '1.119.0', 7),
    one('s5', 'filesystem', 'Codex', '0.94.0', 3),
    one('s6', 'postgres-prod', 'VS Code', '1.119.0', 12),
    one('s7', 'warehouse', 'Cursor', '2.4.1', 18),
  ];
}

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
    const [kind, outcome, client, server, what, tookMs] = TEMPLATES[index % TEMPLATES.length] ?? ['host.started', 'allowed', undefined, '', '', 0];
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
    ...(summary.outcome === 'denied' ? { reason_code: 'POLICY_DENIED', reason_message: 'A rule does not let Codex use execute_sql.' } : {}),
    ...(summary.outcome === 'error' ? { reason_code: 'REQUEST_TIMEOUT', reason_message: 'The server gave no answer for 30 seconds.' } : {}),
    ...(summary.outcome === 'unknown' ? { reason_code: 'OUTCOME_UNKNOWN', reason_message: 'The server stopped during the call. It may or may not have happened.' } : {}),
    ...(summary.seq % 7 === 0 ? { 'payload.00': '{\n  "path": "/home/maya/notes",\n  "password": "hidden: password rule"\n}' } : {}),
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

export function clients(): ClientInfo[] {
  const one = (id: string, displayName: string, monogram: string, path: string, entryCount: number, running = false): ClientInfo => ({
    id,
    displayName,
    monogram,
    found: entryCount > 0,
    running,
    files: [{ scope: 'user', path, exists: entryCount > 0, ...(entryCount > 0 ? { entries: entryCount } : {}) }],
    reload: `Restart ${displayName}.`,
  });
  return [
    one('claude-desktop', 'Claude Desktop', 'CD', '/home/maya/.config/Claude/claude_desktop_config.json', 7, true),
    one('cursor', 'Cursor', 'Cu', '/home/maya/.cursor/mcp.json', 6),
    one('vscode', 'VS Code', 'VS', '/home/maya/.config/Code/User/mcp.json', 4),
    one('codex', 'Codex', 'Cx', '/home/maya/.codex/config.toml', 3),
    one('zed', 'Zed', 'Ze', '/home/maya/.config/zed/settings.json', 0),
  ];
}

export function importPlan(): ImportPlan {
  type Row = ImportPlan['rows'][number];
  const row = (name: string, transport: string, where: string, found: readonly string[], rest: Partial<Row> = {}): Row => ({
    key: `${name} ${transport}`,
    name,
    transport,
    where,
    foundIn: found.map((client) => ({ client, scope: 'user', path: `/home/maya/.${client}/mcp.json` })),
    action: 'add',
    secrets: [],
    warnings: [],
    ...rest,
  });
  return {
    planId: 'plan-1',
    rows: [
      row('github', 'streamable-http', 'https://mcp.acme.example/github', ['claude-desktop', 'cursor', 'vscode', 'codex'], { secrets: ['github-authorization'] }),
      row('filesystem', 'stdio', 'npx -y @modelcontextprotocol/server-filesystem /home/maya/projects', ['claude-desktop', 'vscode']),
      row('filesystem-2', 'stdio', 'npx -y @modelcontextprotocol/server-filesystem /home/maya', ['codex'], { action: 'add-renamed', note: 'Kept beside filesystem as filesystem-2' }),
      row('postgres-prod', 'stdio', '/opt/acme/bin/pg-mcp --read-only', ['claude-desktop', 'vscode'], { secrets: ['postgres-prod-pgpassword'] }),
      row('tickets', 'streamable-http', 'https://tickets.acme.example/mcp', ['claude-desktop', 'cursor']),
      row('warehouse', 'sse', 'https://dw.acme.example/sse', ['cursor', 'vscode'], { note: 'Older transport, still works' }),
      row('memory', 'stdio', 'npx -y @modelcontextprotocol/server-memory', ['claude-desktop', 'cursor', 'codex'], { action: 'clash', note: 'A server named memory exists and differs' }),
      row('socket', 'ws', 'wss://old.acme.example/mcp', ['cursor'], { action: 'skip', warnings: [{ code: 'SERVER_SKIPPED_TYPE' }] }),
    ],
    results: [
      { client: 'claude-desktop', file: '/home/maya/.config/Claude/claude_desktop_config.json', scope: 'user', outcome: 'ok', servers: Array.from({ length: 7 }, (_, at) => ({ name: `s${at}`, transport: 'stdio' as const, enabled: true })), warnings: [], error: null },
      { client: 'cursor', file: '/home/maya/.cursor/mcp.json', scope: 'project', outcome: 'error', servers: [], warnings: [], error: { code: 'PARSE_ERROR', line: 12, column: 5, message: 'not valid JSON' } },
    ],
  };
}

export function tools(): Tool[] {
  const one = (name: string, hints: Record<string, boolean> | undefined, description: string, properties: Record<string, unknown> = {}, required: string[] = []): Tool => ({
    name,
    description,
    inputSchema: { type: 'object', properties, required },
    ...(hints === undefined ? {} : { annotations: hints }),
  });
  const reads = { readOnlyHint: true };
  return [
    one('rerun_workflow', { readOnlyHint: false, destructiveHint: false }, 'Starts a finished workflow run again. Failed jobs only, or every job of the run. Takes between two and forty minutes.', {
      repository: { type: 'string', description: 'Owner and name, such as acme/harbour-api' },
      run_id: { type: 'integer' },
      jobs: { enum: ['failed', 'all'] },
      notify: { type: 'boolean' },
      labels: { type: 'array', items: { type: 'string' } },
      window: { type: 'object', properties: { from: { type: 'string', format: 'date-time' }, minutes: { type: 'number' } }, required: ['from'] },
      matrix: { oneOf: [{ type: 'string' }, { type: 'object' }] },
    }, ['repository', 'run_id']),
    one('search_issues', reads, 'Searches issues.\nLine two.', { query: { type: 'string' } }, ['query']),
    one('slow_job', reads, 'Takes until it is cancelled.'),
    one('draw_chart', reads, 'Gives an image.'),
    one('fail_hard', reads, 'Always fails.'),
    one('hidden_words', undefined, 'Safe text\u202Ereversed\u200B and \u{E0041} tag', {}),
    one('delete_branch', { destructiveHint: true }, 'Deletes a branch.', { name: { type: 'string' } }, ['name']),
    ...Array.from({ length: 40 }, (_, at) => one(`list_things_${at}`, reads, `Lists things of kind ${at}.`)),
  ];
}

export function logLines(now: number): LogLine[] {
  return Array.from({ length: 400 }, (_, at) => ({
    seq: at + 1,
    at: before(now, (400 - at) * 1500),
    source: at % 9 === 0 ? 'portolan' : at % 13 === 0 ? 'stdout-noise' : 'stderr',
    text: at % 9 === 0 ? 'initialize answered in 84 ms' : `[info] request ${at} served from cache, 200 OK${at % 17 === 0 ? ` ${'long words '.repeat(24)}` : ''}`,
  }));
}
