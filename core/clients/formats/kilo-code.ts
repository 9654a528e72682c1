// Kilo Code: its newer line keeps entries as OpenCode does; its older one had a file of the `mcpServers` family.
import type { ClientEnv, ClientFile, ClientFormat, EntryRequest, ParseContext, ParsedFile } from '../client-format.ts';
import { inAppData, inConfigHome, joinFor } from '../client-paths.ts';
import { entryFor, type EntryShape } from '../direct-entry.ts';
import { locateMap } from '../locate-map.ts';
import { type FileDialect, readFile } from '../read-file.ts';
import { openCodeEntries } from './opencode.ts';

const ROOT = 'mcp';
const LEGACY = { root: ['mcpServers'] };
/** Also read, and of other programs or older versions. */
const OTHER_NAMES = ['opencode.json', 'opencode.jsonc', 'config.json'];

const dialect: FileDialect = {
  ...openCodeEntries,
  id: 'kilo-code',
  format: 'jsonc',
  strictJson: false,
  rejectsBom: false,
  rootKeys: [ROOT],
  reservedNames: new Set(),
  locate: (root) => locateMap(root, ROOT),
};

const legacyDialect: FileDialect = {
  id: 'kilo-code',
  format: 'json',
  strictJson: true,
  rejectsBom: false,
  rootKeys: LEGACY.root,
  reservedNames: new Set(),
  variables: 'cursor',
  untypedUrl: 'rejects',
  transports: new Set(['stdio', 'remote']),
  urlFields: ['url'],
  oauthFields: [],
  timeouts: [{ field: 'timeout', unit: 's', as: 'requestMs', max: 3600 }],
  tools: { deny: 'disabledTools', autoApprove: 'alwaysAllow' },
  locate: (root) => locateMap(root, 'mcpServers'),
};

const shape: EntryShape = {
  displayName: 'Kilo Code',
  variables: 'opencode',
  cwd: false,
  stdioType: 'local',
  typeRequired: true,
  remoteTypes: { 'streamable-http': 'remote', sse: 'remote', 'http-auto': 'remote' },
  fields: { env: 'environment' },
  commandIsList: true,
  enabled: { field: 'enabled', negative: false },
  oauth: {
    field: 'oauth',
    clientId: 'clientId',
    clientSecret: 'clientSecret',
    port: 'callbackPort',
    scopes: 'text',
    scopesField: 'scope',
  },
};

export const kiloCode: ClientFormat = {
  id: dialect.id,
  displayName: shape.displayName,
  monogram: 'KI',
  files: (env) => [
    ...['kilo.jsonc', 'kilo.json'].map((name) => file('user', inConfigHome(env, 'kilo', name))),
    ...OTHER_NAMES.map((name): ClientFile => ({ ...file('user', inConfigHome(env, 'kilo', name)), readOnly: true })),
    ...(env.projectDir === undefined ? [] : projectFiles(env, env.projectDir)),
    legacy(inAppData(env, 'Code', 'User', 'globalStorage', 'kilocode.kilo-code', 'settings', 'mcp_settings.json')),
  ],
  place: { root: [ROOT] },
  variables: shape.variables,
  reload: 'Start Kilo Code again, or reload its window.',
  processNames: ['kilo'],
  rewritesFile: false,
  locksFile: false,
  clientName: (name) => name,
  parse: read,
  entryFor: (request) => withoutReferences(request),
};

function file(scope: string, path: string): ClientFile {
  return { scope, path, format: 'jsonc' };
}

function legacy(path: string): ClientFile {
  return { scope: 'legacy', path, format: 'json', readOnly: true, place: LEGACY };
}

function projectFiles(env: ClientEnv, projectDir: string): ClientFile[] {
  return [
    ...['kilo.jsonc', 'kilo.json'].map((name) => file('project', joinFor(env, projectDir, name))),
    ...['kilo.jsonc', 'kilo.json'].map((name) => file('project', joinFor(env, projectDir, '.kilo', name))),
    legacy(joinFor(env, projectDir, '.kilocode', 'mcp.json')),
  ];
}

/** A reference in a project's file makes Kilo Code ignore that file as a whole. */
function read(bytes: Buffer, context: ParseContext): ParsedFile {
  if (context.scope === 'legacy') return readFile(legacyDialect, bytes, context);
  const parsed = readFile(dialect, bytes, context);
  const { result } = parsed;
  const isIgnored = context.scope === 'project' && result.servers.some((server) => server.refs !== undefined);
  if (!isIgnored) return parsed;
  const warnings = [...result.warnings, { code: 'CLIENT_REJECTS_FILE' }];
  return { ...parsed, result: { ...result, outcome: 'ok-with-warnings', warnings } };
}

function withoutReferences(request: EntryRequest): ReturnType<ClientFormat['entryFor']> {
  const isProject = request.scope === 'project';
  return entryFor(isProject ? { ...shape, variables: 'none' } : shape, request);
}
