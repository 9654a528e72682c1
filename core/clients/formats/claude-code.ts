// Claude Code: `~/.claude.json` holds user servers, servers per project, and all other state of the program.
import type { ImportWarning } from '../../../shared/model/import-result.ts';
import type { ClientEnv, ClientFile, ClientFormat, ParseContext } from '../client-format.ts';
import { absolute, inHome, inProject, joinFor } from '../client-paths.ts';
import { entryFor, type EntryShape } from '../direct-entry.ts';
import { type JsonNode, membersOf, pointerSegment } from '../../base/json-tree.ts';
import { locateAt, locateMap } from '../locate-map.ts';
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

const SETTINGS = 'managed-settings';
/** The servers in the settings of an administrator are all remote. */
const managedDialect: FileDialect = { ...dialect, transports: new Set(['remote']) };

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
    const { projectDir } = env;
    return [
      { scope: 'user', path: user, format: 'json' },
      ...managedFiles(env),
      ...inProject(env, '.mcp.json'),
      // Read with the file of the user, which names the project of each.
      ...(projectDir === undefined
        ? []
        : [
            {
              scope: 'local',
              path: user,
              format: 'json',
              place: { root: ['projects', projectDir, 'mcpServers'] },
            } as const,
          ]),
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
  parse: (bytes, context) => readFile(context.scope === SETTINGS ? managedDialect : dialect, bytes, context),
  entryFor: (request) => entryFor(shape, request),
};

/** What an administrator has set; while `managed-mcp.json` is there, Claude Code reads no other servers. */
function managedFiles(env: ClientEnv): ClientFile[] {
  const managed = { format: 'json', readOnly: true } as const;
  const settings = { ...managed, scope: SETTINGS, place: { root: ['managedMcpServers'] } } as const;
  const folder = joinFor(env, ...managedFolder(env));
  return [
    { ...managed, scope: 'managed', path: joinFor(env, folder, 'managed-mcp.json') },
    { ...settings, path: joinFor(env, folder, 'managed-settings.json') },
    { ...settings, path: joinFor(env, folder, 'managed-settings.d', '*.json') },
  ];
}

function managedFolder(env: ClientEnv): string[] {
  switch (env.platform) {
    case 'darwin':
      return ['/Library', 'Application Support', 'ClaudeCode'];
    case 'win32':
      return [absolute(env, env.env['ProgramFiles']) ?? 'C:\\Program Files', 'ClaudeCode'];
    default:
      return ['/etc', 'claude-code'];
  }
}

function locate(root: JsonNode, { place }: ParseContext): Located {
  if (place !== undefined) {
    const found = locateAt(root, place.root, true);
    const projectPath = place.root[0] === 'projects' ? place.root[1] : undefined;
    if (found.kind === 'error' || projectPath === undefined) return found;
    return { ...found, entries: found.entries.map((entry) => ({ ...entry, projectPath })) };
  }
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
