// The clients of the fake host and what an import from them would do.
import type { ClientInfo, ImportPlan, ExportPlan } from '../../shared/model/import-result.ts';

const PASTE = `{
  "mcpServers": {
    "github": { "command": "/opt/Portolan/portolan", "args": ["connect", "github"] }
  }
}
`;

export function clients(): ClientInfo[] {
  const one = (
    id: string,
    displayName: string,
    monogram: string,
    path: string,
    entryCount: number,
    running = false,
  ): ClientInfo => ({
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
  const row = (
    name: string,
    transport: string,
    where: string,
    found: readonly string[],
    rest: Partial<Row> = {},
  ): Row => ({
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
      row(
        'github',
        'streamable-http',
        'https://mcp.acme.example/github',
        ['claude-desktop', 'cursor', 'vscode', 'codex'],
        { secrets: ['github-authorization'] },
      ),
      row('filesystem', 'stdio', 'npx -y @modelcontextprotocol/server-filesystem /home/maya/projects', [
        'claude-desktop',
        'vscode',
      ]),
      row('filesystem-2', 'stdio', 'npx -y @modelcontextprotocol/server-filesystem /home/maya', ['codex'], {
        action: 'add-renamed',
        note: 'Kept beside filesystem as filesystem-2',
      }),
      row('postgres-prod', 'stdio', '/opt/acme/bin/pg-mcp --read-only', ['claude-desktop', 'vscode'], {
        secrets: ['postgres-prod-pgpassword'],
      }),
      row('tickets', 'streamable-http', 'https://tickets.acme.example/mcp', ['claude-desktop', 'cursor']),
      row('warehouse', 'sse', 'https://dw.acme.example/sse', ['cursor', 'vscode'], {
        note: 'Older transport, still works',
      }),
      row('memory', 'stdio', 'npx -y @modelcontextprotocol/server-memory', ['claude-desktop', 'cursor', 'codex'], {
        action: 'clash',
        note: 'A server named memory exists and differs',
      }),
      row('socket', 'ws', 'wss://old.acme.example/mcp', ['cursor'], {
        action: 'skip',
        warnings: [{ code: 'SERVER_SKIPPED_TYPE' }],
      }),
    ],
    results: [
      {
        client: 'claude-desktop',
        file: '/home/maya/.config/Claude/claude_desktop_config.json',
        scope: 'user',
        outcome: 'ok',
        servers: Array.from({ length: 7 }, (_, at) => ({ name: `s${at}`, transport: 'stdio' as const, enabled: true })),
        warnings: [],
        error: null,
      },
      {
        client: 'cursor',
        file: '/home/maya/.cursor/mcp.json',
        scope: 'project',
        outcome: 'error',
        servers: [],
        warnings: [],
        error: { code: 'PARSE_ERROR', line: 12, column: 5, message: 'not valid JSON' },
      },
    ],
  };
}

export function exportPlan(client: string, changed: boolean): ExportPlan {
  const paste = {
    text: PASTE,
    note: 'Open its settings, choose Tools, and paste this text.',
    link: 'client://add?x=1',
  };
  const blocked = client === 'claude-desktop';
  return {
    planId: `export-${client}`,
    diff: {
      client,
      path: client === 'cursor' ? '/home/maya/.cursor/mcp.json' : `/home/maya/.config/${client}/mcp.json`,
      exists: true,
      changed: changed,
      lines: [
        { kind: 'same', old: 1, new: 1, text: '{' },
        { kind: 'same', old: 2, new: 2, text: '  // my servers, keep the order' },
        { kind: 'same', old: 3, new: 3, text: '  "mcpServers": {' },
        { kind: 'del', old: 4, text: '    "github": {' },
        { kind: 'del', old: 5, text: '      "url": "https://mcp.acme.example/github",' },
        { kind: 'del', old: 6, text: '      "headers": { "Authorization": "Bearer ••••••••••" }' },
        { kind: 'del', old: 7, text: '    },' },
        {
          kind: 'add',
          new: 4,
          text: '    "github": { "command": "/opt/Portolan/portolan", "args": ["connect", "github"] },',
        },
        { kind: 'gap', text: '12 lines unchanged' },
        { kind: 'same', old: 20, new: 17, text: '  }' },
        { kind: 'same', old: 21, new: 18, text: '}' },
      ],
    },
    servers: [{ name: 'github', clientName: 'github', action: 'replace' }],
    blockers: blocked
      ? [
          {
            code: 'CLIENT_RUNNING',
            message: 'Claude Desktop writes this file again when it quits, and would undo the change.',
          },
        ]
      : [],
    reload: 'Restart the client.',
    ...(client === 'client-6' && { paste }),
  };
}
