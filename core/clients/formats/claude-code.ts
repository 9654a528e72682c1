// Claude Code: `~/.claude.json` holds user servers, servers per project, and all other state of the program.
import type { ImportWarning } from '../../../shared/model/import-result.ts';
import type { ClientFormat } from '../client-format.ts';
import { absolute, inHome, joinFor } from '../client-paths.ts';
import { entryFor, type EntryShape } from '../direct-entry.ts';
import { type JsonNode, membersOf, pointerSegment } from '../../base/json-tree.ts';
import { locateMap } from '../locate-map.ts';
import { entriesOf, type FileDialect, type FoundEntry, type Located, readFile, stringList } from '../read-file.ts';
import { isUnsafeName } from '../server-names.ts';

const RESERVED = new Set(['workspace', 'claude-in-chrome', 'computer-use']);

const dialect: FileDialect = {
  id: 'claude-code',
  format: 'json',
  strictJson: true,
  rejectsBom: false,
  rootKeys: ['mcpServers'],
  reservedNames: RESERVED,
  variables: 'claude-code',
  untypedUrl: 'rejects',
  transports: new Set(['stdio', 'remote']),
  urlFields: ['url'],
  oauthFields: ['oauth'],
  timeouts: [{ field: 'timeout', unit: 'ms', as: 'toolCallMs' }],
  locate,
};

const shape: EntryShape = {
  displayName: 'Claude Code',
  variables: 'claude-code',
  cwd: false,
  stdioType: 'stdio',
  remoteTypes: { 'streamable-http': 'http', sse: 'sse' },
  timeout: { field: 'timeout', unit: 'ms' },
  oauth: { field: 'oauth', clientId: 'clientId', port: 'callbackPort', scopes: 'text' },
};

export const claudeCode: ClientFormat = {
  id: dialect.id,
  displayName: shape.displayName,
  monogram: 'CC',
  files: (env) => {
    const moved = absolute(env, env.env['CLAUDE_CONFIG_DIR']);
    const user = moved === undefined ? inHome(env, '.claude.json') : joinFor(env, moved, '.claude.json');
    const project = env.projectDir === undefined ? [] : [joinFor(env, env.projectDir, '.mcp.json')];
    return [
      { scope: 'user', path: user, format: 'json' },
      ...project.map((path) => ({ scope: 'project', path, format: 'json' }) as const),
    ];
  },
  place: { root: ['mcpServers'] },
  variables: shape.variables,
  reload: 'Start a new Claude Code session, or use /mcp there to reconnect.',
  processNames: ['claude'],
  rewritesFile: false,
  locksFile: true,
  clientName: (name) => {
    const safe = name.replace(/[^A-Za-z0-9_-]+/g, '-');
    return RESERVED.has(safe) || isUnsafeName(safe) ? `${safe}-mcp` : safe;
  },
  parse: (bytes, context) => readFile(dialect, bytes, context),
  entryFor: (request) => entryFor(shape, request),
};

function locate(root: JsonNode): Located {
  const user = locateMap(root, 'mcpServers', true);
  if (user.kind === 'error') return user;
  const entries: FoundEntry[] = [...user.entries];
  const warnings: ImportWarning[] = [...user.warnings];
  const projects = membersOf(membersOf(root).get('projects')?.value);
  for (const { key: projectPath, value } of projects.values()) {
    const project = membersOf(value);
    const parent = `/projects${pointerSegment(projectPath)}/mcpServers`;
    const map = project.get('mcpServers')?.value;
    if (map?.type === 'object') {
      const found = entriesOf(map, (name) => ({ origin: parent + pointerSegment(name), projectPath }));
      entries.push(...found.entries);
      warnings.push(...found.warnings);
    }
    for (const server of stringList(project.get('disabledMcpServers')?.value)) {
      warnings.push({ code: 'DISABLED_IN_PROJECT', server, path: projectPath });
    }
  }
  // A file with project servers alone is complete.
  return {
    kind: 'entries',
    entries,
    warnings: warnings.filter((w) => w.code !== 'NO_SERVERS_KEY' || entries.length === 0),
  };
}
