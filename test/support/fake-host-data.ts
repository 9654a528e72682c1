// The servers of the fake host, in every state, with their sessions, tools and logs.
import type { Endpoint, ServerEntry } from '../../shared/model/server-entry.ts';
import type { LogLine, ServerStatus, Session } from '../../shared/model/server-status.ts';
import type { HostStatus, SecretInfo } from '../../shared/model/system.ts';
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
    entry(
      'filesystem',
      stdio('npx', ['-y', '@modelcontextprotocol/server-filesystem', '/home/maya/projects', '/home/maya/notes']),
    ),
    entry(
      'postgres-prod',
      stdio('/opt/acme/bin/pg-mcp', ['--read-only'], {
        PGPASSWORD: '${secret:postgres-prod-pgpassword}',
        PGHOST: 'db.acme.example',
      }),
    ),
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
    one('github', 'ready', {
      sessions: 2,
      toolCount: 26,
      callsToday: 412,
      lastCallAt: before(now, 40_000),
      protocolVersion: '2025-11-25',
      serverInfo: { name: 'github-mcp', version: '1.8.0', title: 'GitHub' },
    }),
    one('filesystem', 'ready', {
      pids: [4188, 4190, 4201],
      sessions: 3,
      toolCount: 14,
      callsToday: 1204,
      lastCallAt: before(now, 12_000),
      protocolVersion: '2025-11-25',
    }),
    one('postgres-prod', 'ready', {
      pids: [7731],
      sessions: 1,
      toolCount: 3,
      callsToday: 96,
      lastCallAt: before(now, 11 * 60_000),
      protocolVersion: '2025-11-25',
    }),
    one('tickets', 'needs-sign-in', {
      reason: { code: 'NEEDS_SIGN_IN', message: 'The server asks for a sign-in (HTTP 401)' },
    }),
    one('sentry', 'starting', { since: before(now, 2000) }),
    one('warehouse', 'degraded', {
      sessions: 1,
      callsToday: 18,
      toolCount: 6,
      lastCallAt: before(now, 2 * HOUR),
      reason: { code: 'REQUEST_TIMEOUT', message: 'Tools listed, resources timed out' },
    }),
    one('memory', 'stopped', { callsToday: 61, toolCount: 9, lastCallAt: before(now, HOUR) }),
    one('browser', 'stopped', { enabled: false }),
    one('notes', 'failed', {
      reason: { code: 'SPAWN_NOT_FOUND', message: 'The program /home/maya/bin/notes-mcp does not exist' },
    }),
    one('crashy', 'failed', {
      reason: {
        code: 'SERVER_CRASH_LOOP',
        message: 'It stopped 5 times in 10 seconds, last with exit code 1',
        hint: 'Show the log of the server.',
      },
    }),
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

export function tools(): Tool[] {
  const one = (
    name: string,
    hints: Record<string, boolean> | undefined,
    description: string,
    properties: Record<string, unknown> = {},
    required: string[] = [],
  ): Tool => ({
    name,
    description,
    inputSchema: { type: 'object', properties, required },
    ...(hints === undefined ? {} : { annotations: hints }),
  });
  const reads = { readOnlyHint: true };
  return [
    one(
      'rerun_workflow',
      { readOnlyHint: false, destructiveHint: false },
      'Starts a finished workflow run again. Failed jobs only, or every job of the run. Takes between two and forty minutes.',
      {
        repository: { type: 'string', description: 'Owner and name, such as acme/harbour-api' },
        run_id: { type: 'integer' },
        jobs: { enum: ['failed', 'all'] },
        notify: { type: 'boolean' },
        labels: { type: 'array', items: { type: 'string' } },
        window: {
          type: 'object',
          properties: { from: { type: 'string', format: 'date-time' }, minutes: { type: 'number' } },
          required: ['from'],
        },
        matrix: { oneOf: [{ type: 'string' }, { type: 'object' }] },
      },
      ['repository', 'run_id'],
    ),
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
    text:
      at % 9 === 0
        ? 'initialize answered in 84 ms'
        : `[info] request ${at} served from cache, 200 OK${at % 17 === 0 ? ` ${'long words '.repeat(24)}` : ''}`,
  }));
}

export function hostStatus(now: number): HostStatus {
  return {
    pid: 4120,
    version: '0.1.0',
    startedAt: before(now, 76 * 3_600_000),
    dataDir: '/home/maya/.local/share/Portolan',
    socket: '/home/maya/.local/share/Portolan/run/host.sock',
    draining: false,
    sessions: 7,
    inFlight: 0,
    rssBytes: 62_000_000,
  };
}

export function secrets(now: number): SecretInfo[] {
  return [
    { name: 'github-authorization', changedAt: before(now, 19 * 86_400_000), usedBy: ['github'] },
    { name: 'postgres-prod-pgpassword', changedAt: before(now, 3_600_000), usedBy: ['postgres-prod'] },
    { name: 'old-token', changedAt: before(now, 90 * 86_400_000), usedBy: [] },
  ];
}
