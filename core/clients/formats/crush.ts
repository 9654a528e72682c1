// Crush: servers under `mcp`, each with its type; values are text for a shell, which nobody but Crush may run.
import { type JsonNode, membersOf } from '../../base/json-tree.ts';
import type { ClientEnv, ClientFile, ClientFormat, MutableServer } from '../client-format.ts';
import { absolute, inConfigHome, inHome, inLocalAppData, joinFor } from '../client-paths.ts';
import { entryFor, type EntryShape } from '../direct-entry.ts';
import type { EntryFields } from '../entry-dialect.ts';
import { locateMap } from '../locate-map.ts';
import { type FileDialect, readFile } from '../read-file.ts';

const ROOT = 'mcp';
/** Its sign-in settings stand in the entry itself. */
const OAUTH_FIELDS = {
  oauth_client_id: 'clientId',
  oauth_client_secret: 'clientSecret',
  oauth_callback_port: 'callbackPort',
} as const;

const dialect: FileDialect = {
  id: 'crush',
  format: 'json',
  strictJson: true,
  rejectsBom: false,
  rootKeys: [ROOT],
  reservedNames: new Set(),
  variables: 'shell',
  untypedUrl: 'rejects',
  transports: new Set(['stdio', 'remote']),
  urlFields: ['url'],
  oauthFields: [],
  timeouts: [{ field: 'timeout', unit: 's', as: 'connectMs' }],
  tools: { allow: 'enabled_tools', deny: 'disabled_tools' },
  ownFields: ['oauth', ...Object.keys(OAUTH_FIELDS)],
  locate: (root) => locateMap(root, ROOT),
  accept: ({ members, warn }) => {
    if (['command', 'url'].some((key) => members.has(key))) return true;
    // The file of its state holds what was signed in, and switches.
    const token = tokenPath(members.get('oauth')?.value) ?? [...members.keys()].find((key) => /token/i.test(key));
    if (token !== undefined) warn('OAUTH_TOKENS_IN_FILE', token.startsWith('/') ? token : `/${token}`);
    else if (!['disabled', 'enabled'].some((key) => members.has(key))) return true;
    else warn('ENABLEMENT_ONLY_ENTRY');
    return false;
  },
  finish,
};

const shape: EntryShape = {
  displayName: 'Crush',
  variables: 'shell',
  cwd: false,
  stdioType: 'stdio',
  typeRequired: true,
  remoteTypes: { 'streamable-http': 'http', sse: 'sse' },
  enabled: { field: 'disabled', negative: true },
  oauth: {
    field: 'oauth',
    clientId: 'oauth_client_id',
    clientSecret: 'oauth_client_secret',
    port: 'oauth_callback_port',
  },
  finish: (entry) => {
    const { oauth, ...rest } = entry;
    return { kind: 'entry', entry: typeof oauth === 'object' ? { ...rest, oauth: true, ...oauth } : entry };
  },
};

export const crush: ClientFormat = {
  id: dialect.id,
  displayName: shape.displayName,
  monogram: 'CR',
  files: (env) => [
    file('user', moved(env, 'CRUSH_GLOBAL_CONFIG') ?? inConfigHome(env, 'crush', 'crush.json')),
    ...(env.projectDir === undefined ? [] : projectFiles(env, env.projectDir)),
    { ...file('state', stateFile(env)), readOnly: true },
    ...(env.platform === 'win32' ? [] : [{ ...file('system', '/etc/crush/crush.json'), readOnly: true } as const]),
  ],
  place: { root: [ROOT] },
  variables: shape.variables,
  reload: 'Start Crush again.',
  processNames: ['crush'],
  rewritesFile: false,
  locksFile: false,
  clientName: (name) => name,
  parse: (bytes, context) => readFile(dialect, bytes, context),
  entryFor: (request) => entryFor(shape, request),
};

function file(scope: string, path: string): ClientFile {
  return { scope, path, format: 'json' };
}

/** The variable names the folder. */
function moved(env: ClientEnv, variable: string): string | undefined {
  const folder = absolute(env, env.env[variable]);
  return folder === undefined ? undefined : joinFor(env, folder, 'crush.json');
}

function stateFile(env: ClientEnv): string {
  if (moved(env, 'CRUSH_GLOBAL_DATA') !== undefined) return moved(env, 'CRUSH_GLOBAL_DATA') ?? '';
  if (env.platform === 'win32') return inLocalAppData(env, 'crush', 'crush.json');
  const data = absolute(env, env.env['XDG_DATA_HOME']);
  return data === undefined
    ? inHome(env, '.local', 'share', 'crush', 'crush.json')
    : joinFor(env, data, 'crush', 'crush.json');
}

/** `.crush.json` counts more than `crush.json`. */
function projectFiles(env: ClientEnv, projectDir: string): ClientFile[] {
  return ['crush.json', '.crush.json'].map((name) => ({
    ...file('project', joinFor(env, projectDir, name)),
    upwards: true,
  }));
}

function finish(server: MutableServer, { members, warn }: EntryFields): void {
  if (!members.has('type')) {
    server.clientWouldReject = true;
    if (server.transport === 'stdio') warn('CLIENT_REJECTS_SERVER', '/type');
  }
  const settings = Object.entries(OAUTH_FIELDS).flatMap(([field, key]) => {
    const value: unknown = members.get(field)?.value.value;
    return typeof value === 'string' || typeof value === 'number' ? [[key, value] as const] : [];
  });
  const oauth = members.get('oauth')?.value.value === false ? { disabled: true } : Object.fromEntries(settings);
  if (Object.keys(oauth).length > 0) server.oauth = oauth;
  for (const { kind, path } of server.refs ?? []) if (kind === 'command') warn('COMMAND_SUBSTITUTION', path);
}

/** Where the cache of a sign-in holds a token. */
function tokenPath(oauth: JsonNode | undefined): string | undefined {
  const key = [...membersOf(oauth).keys()].find((name) => /token/i.test(name));
  return key === undefined ? undefined : `/oauth/${key}`;
}
