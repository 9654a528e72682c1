// OpenCode: servers under `mcp`, in a newer form under `mcp.servers`; commands are lists, references `{env:X}`.
import { type JsonNode, membersOf, pointerSegment } from '../../base/json-tree.ts';
import type { ClientEnv, ClientFile, ClientFormat, MutableServer } from '../client-format.ts';
import { absolute, inConfigHome, joinFor } from '../client-paths.ts';
import { entryFor, type EntryShape } from '../direct-entry.ts';
import type { EntryDialect, EntryFields } from '../entry-dialect.ts';
import { entriesOf, type FileDialect, type FoundEntry, type Located, readFile } from '../read-file.ts';

const ROOT = 'mcp';
/** The newer map stands under this name among the older entries. */
const NEWER = 'servers';
const ENTRY_KEYS = ['type', 'command', 'url', 'enabled'];
const NAMES = ['opencode.json', 'opencode.jsonc'];

/** How OpenCode and its kin write one entry. */
export const openCodeEntries = {
  variables: 'opencode',
  untypedUrl: 'http-auto',
  transports: new Set(['stdio', 'remote']),
  urlFields: ['url'],
  fields: { env: 'environment' },
  commandIsList: true,
  oauthFields: ['oauth'],
  ownFields: ['timeout'],
  // It switches a server that another file has.
  accept: ({ members, warn }) => {
    if (['command', 'url'].some((key) => members.has(key))) return true;
    if (!['enabled', 'disabled'].some((key) => members.has(key))) return true;
    warn('ENABLEMENT_ONLY_ENTRY');
    return false;
  },
  finish,
} satisfies EntryDialect;

const dialect: FileDialect = {
  ...openCodeEntries,
  id: 'opencode',
  format: 'jsonc',
  strictJson: false,
  rejectsBom: false,
  rootKeys: [ROOT],
  reservedNames: new Set([NEWER, 'timeout']),
  locate,
};

const shape: EntryShape = {
  displayName: 'OpenCode',
  variables: 'opencode',
  cwd: true,
  stdioType: 'local',
  typeRequired: true,
  // It tries HTTP, then SSE, whatever the server speaks.
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

export const opencode: ClientFormat = {
  id: dialect.id,
  displayName: shape.displayName,
  monogram: 'OC',
  files: (env) => [
    ...NAMES.map((name) => file('user', inConfigHome(env, 'opencode', name))),
    ...overrides(env),
    ...(env.projectDir === undefined ? [] : projectFiles(env, env.projectDir)),
    ...NAMES.map(
      (name): ClientFile => ({ ...file('managed', joinFor(env, managedFolder(env), name)), readOnly: true }),
    ),
  ],
  place: { root: [ROOT] },
  variables: shape.variables,
  reload: 'Start OpenCode again.',
  processNames: ['opencode'],
  rewritesFile: false,
  locksFile: false,
  clientName: (name) => (dialect.reservedNames.has(name) ? `${name}-mcp` : name),
  parse: (bytes, context) => readFile(dialect, bytes, context),
  entryFor: (request) => entryFor(shape, request),
};

function file(scope: string, path: string): ClientFile {
  return { scope, path, format: 'jsonc' };
}

/** A file, and a folder, that the environment names; both count more than the usual ones. */
function overrides(env: ClientEnv): ClientFile[] {
  const named = absolute(env, env.env['OPENCODE_CONFIG']);
  const folder = absolute(env, env.env['OPENCODE_CONFIG_DIR']);
  return [
    ...(named === undefined ? [] : [file('user', named)]),
    ...(folder === undefined ? [] : NAMES.map((name) => file('user', joinFor(env, folder, name)))),
  ];
}

function projectFiles(env: ClientEnv, projectDir: string): ClientFile[] {
  return [projectDir, joinFor(env, projectDir, '.opencode')].flatMap((folder) =>
    NAMES.map((name): ClientFile => ({ ...file('project', joinFor(env, folder, name)), upwards: true })),
  );
}

function managedFolder(env: ClientEnv): string {
  if (env.platform === 'darwin') return '/Library/Application Support/opencode';
  if (env.platform !== 'win32') return '/etc/opencode';
  return joinFor(env, absolute(env, env.env['ProgramData']) ?? 'C:\\ProgramData', 'opencode');
}

function locate(root: JsonNode): Located {
  const map = membersOf(root).get(ROOT)?.value;
  if (map === undefined) return { kind: 'entries', entries: [], warnings: [{ code: 'NO_SERVERS_KEY' }] };
  if (map.type !== 'object') return { kind: 'error', code: 'SERVERS_NOT_OBJECT' };
  const newer = membersOf(map).get(NEWER)?.value;
  const hasNewer = newer?.type === 'object' && !ENTRY_KEYS.some((key) => membersOf(newer).has(key));
  const older = entriesOf(map, (name) => ({ origin: `/${ROOT}${pointerSegment(name)}` }));
  const kept = older.entries.filter(
    ({ name, node }) => !(name === NEWER && hasNewer) && !(name === 'timeout' && node.type === 'number'),
  );
  const newest = hasNewer
    ? entriesOf(newer, (name) => ({ origin: `/${ROOT}/${NEWER}${pointerSegment(name)}` }))
    : { entries: [], warnings: [] };
  // A name has one place, that of its first appearance, and what the newer form says of it.
  const byName = new Map<string, FoundEntry>(kept.map((entry) => [entry.name, entry]));
  const doubled = newest.entries.filter((entry) => byName.has(entry.name));
  for (const entry of newest.entries) byName.set(entry.name, entry);
  const duplicates = doubled.map(({ name }) => ({ code: 'DUPLICATE_NAME', server: name }));
  return {
    kind: 'entries',
    entries: [...byName.values()],
    warnings: [...older.warnings, ...newest.warnings, ...duplicates],
  };
}

/** A switched-off sign-in, and limits: one for the list of tools, or one for each step. */
function finish(server: MutableServer, { members, fields, warn }: EntryFields): void {
  if (members.get('oauth')?.value.value === false) server.oauth = { disabled: true };
  const timeout = members.get('timeout')?.value;
  if (timeout?.type !== 'object') {
    const catalogMs = timeout === undefined ? undefined : fields.number('timeout');
    if (catalogMs !== undefined) server.timeouts = { catalogMs };
    return;
  }
  for (const [from, to] of [
    ['startup', 'startupMs'],
    ['catalog', 'catalogMs'],
    ['execution', 'toolCallMs'],
  ] as const) {
    const value = membersOf(timeout).get(from)?.value;
    if (value?.type === 'number') server.timeouts = { ...server.timeouts, [to]: Number(value.value) };
    else if (value !== undefined) warn('SCHEMA_VIOLATION', `/timeout/${from}`);
  }
}
