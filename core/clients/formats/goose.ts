// Goose: servers are `extensions` of its YAML settings, beside extensions of its own. Values of `env_keys` come from the
// environment or its keychain; references are expanded in headers only.
import type { ImportedServer } from '../../../shared/model/import-result.ts';
import type { ClientEnv, ClientFormat, EntryAnswer, EntryRequest, MutableServer } from '../client-format.ts';
import { installLink as guardedLink } from '../install-link.ts';
import { absolute, inHome, joinFor } from '../client-paths.ts';
import { entryFor, type EntryShape } from '../direct-entry.ts';
import type { EntryFields } from '../entry-dialect.ts';
import { locateMap } from '../locate-map.ts';
import { type FileDialect, readFile } from '../read-file.ts';
import { findRefs } from '../variables.ts';

/** Kinds of extensions that are part of Goose. */
const OWN_KINDS = new Set(['builtin', 'platform', 'frontend', 'inline_python']);
/** Programs that its links may start. */
const LINK_COMMANDS = new Set(['npx', 'uvx', 'jbang', 'docker', 'goosed']);
/** Names that it refuses in `envs`, whatever their case (extension.rs of Goose). */
const REFUSED_ENV = new Set(
  (
    'PATH PATHEXT SYSTEMROOT WINDIR LD_LIBRARY_PATH LD_PRELOAD LD_AUDIT LD_DEBUG LD_BIND_NOW LD_ASSUME_KERNEL ' +
    'DYLD_LIBRARY_PATH DYLD_INSERT_LIBRARIES DYLD_FRAMEWORK_PATH PYTHONPATH PYTHONHOME NODE_OPTIONS RUBYOPT GEM_PATH ' +
    'GEM_HOME CLASSPATH GO111MODULE GOROOT APPINIT_DLLS SESSIONNAME COMSPEC TEMP TMP LOCALAPPDATA USERPROFILE HOMEDRIVE ' +
    'HOMEPATH'
  ).split(' '),
);

const dialect: FileDialect = {
  id: 'goose',
  format: 'yaml',
  strictJson: false,
  rejectsBom: false,
  rootKeys: ['extensions'],
  reservedNames: new Set(),
  variables: 'goose',
  untypedUrl: 'rejects',
  transports: new Set(['stdio', 'remote']),
  urlFields: ['uri'],
  oauthFields: [],
  fields: { command: 'cmd', env: 'envs' },
  timeouts: [{ field: 'timeout', unit: 's', as: 'requestMs' }],
  tools: { allow: 'available_tools' },
  ownFields: ['name', 'description', 'env_keys', 'bundled'],
  accept: ({ fields, warn }) => {
    if (!OWN_KINDS.has(fields.string('type') ?? '')) return true;
    warn('NOT_PORTABLE_SKIPPED');
    return false;
  },
  finish,
  locate: (root) => locateMap(root, 'extensions'),
};

const shape: EntryShape = {
  displayName: 'Goose',
  variables: 'goose',
  cwd: false,
  stdioType: 'stdio',
  typeRequired: true,
  remoteTypes: { 'streamable-http': 'streamable_http' },
  fields: { command: 'cmd', env: 'envs' },
  urlFields: { 'streamable-http': 'uri' },
  timeout: { field: 'timeout', unit: 's' },
  enabled: { field: 'enabled', negative: false, always: true },
  always: (name) => ({ name }),
  finish: finishEntry,
};

export const goose: ClientFormat = {
  id: dialect.id,
  displayName: shape.displayName,
  monogram: 'GO',
  files: (env) => [{ scope: 'user', path: settingsFile(env), format: 'yaml' }],
  place: { root: ['extensions'] },
  variables: shape.variables,
  reload: 'Start a new session in Goose.',
  processNames: ['Goose', 'goose', 'goosed'],
  rewritesFile: false,
  locksFile: false,
  clientName,
  parse: (bytes, context) => readFile(dialect, bytes, context),
  entryFor: (request) => entryFor(shape, request),
  effective: withKeychainValues,
  installLink,
};

function settingsFile(env: ClientEnv): string {
  if (env.platform === 'win32') {
    const roaming = absolute(env, env.env['APPDATA']) ?? inHome(env, 'AppData', 'Roaming');
    return joinFor(env, roaming, 'Block', 'goose', 'config', 'config.yaml');
  }
  const xdg = env.platform === 'linux' ? absolute(env, env.env['XDG_CONFIG_HOME']) : undefined;
  return joinFor(env, xdg ?? inHome(env, '.config'), 'goose', 'config.yaml');
}

/** The key that Goose itself makes of a name. */
function clientName(name: string): string {
  return name
    .replaceAll(/\s/g, '')
    .replaceAll(/[^A-Za-z0-9_-]/g, '_')
    .toLowerCase();
}

function finish(server: MutableServer, { fields, warn }: EntryFields): void {
  const [name, description] = [fields.string('name'), fields.string('description')];
  if (name !== undefined && name !== '' && name !== server.name) server.displayName = name;
  if (description !== undefined && description !== '') server.description = description;
  if (server.transport === 'sse') {
    server.clientWouldReject = true;
    warn('TRANSPORT_NOT_SUPPORTED');
  }
  for (const key of Object.keys(server.env ?? {})) {
    if (REFUSED_ENV.has(key.toUpperCase())) warn('CLIENT_REJECTS_SERVER', `/envs/${key}`);
  }
  for (const [index, key] of fields.list('env_keys').entries()) {
    warn('SECRET_IN_CLIENT_KEYCHAIN', `/env_keys/${index}`);
    const ref = { path: `/env/${key}`, syntax: 'env_keys', kind: 'client-keychain', name: key } as const;
    server.refs = [...(server.refs ?? []), ref];
  }
}

/** What stays in the keychain of Goose is asked for here: a server that needs it must not start without. */
function withKeychainValues(server: ImportedServer): ImportedServer {
  const names = (server.refs ?? []).filter((ref) => ref.kind === 'client-keychain').map((ref) => ref.name);
  if (server.transport !== 'stdio' || names.length === 0) return server;
  return { ...server, env: { ...server.env, ...Object.fromEntries(names.map((name) => [name, `\${input:${name}}`])) } };
}

/** Environment values that are references of the same name go into `env_keys`; others cannot be said outside headers. */
function finishEntry(entry: Record<string, unknown>, { server }: EntryRequest): EntryAnswer {
  const { endpoint } = server;
  const refers = (text: string) => findRefs(text, 'generic').some((ref) => ref.syntax === '${env:X}');
  const plain = endpoint.type === 'stdio' ? [endpoint.command, ...endpoint.args] : [endpoint.url];
  if (plain.some(refers)) return refused('Goose does not expand environment variables outside headers');
  if (endpoint.type !== 'stdio') return { kind: 'entry', entry };
  const envs: Record<string, unknown> = {};
  const keys: string[] = [];
  for (const [name, value] of Object.entries(endpoint.env)) {
    if (REFUSED_ENV.has(name.toUpperCase())) return refused(`Goose refuses the environment variable ${name}`);
    if (value === `\${env:${name}}`) keys.push(name);
    else if (refers(value)) return refused(`Goose takes ${name} only from the variable of the same name`);
    else envs[name] = value;
  }
  const { envs: _envs, ...rest } = entry;
  return {
    kind: 'entry',
    entry: {
      ...rest,
      ...(Object.keys(envs).length === 0 ? {} : { envs }),
      ...(keys.length === 0 ? {} : { env_keys: keys }),
    },
  };
}

function installLink(name: string, entry: Readonly<Record<string, unknown>>): string | undefined {
  if ('envs' in entry || 'env_keys' in entry || 'headers' in entry) return undefined;
  const query = new URLSearchParams();
  if (typeof entry['uri'] === 'string') {
    query.set('url', entry['uri']);
    query.set('type', 'streamable_http');
  } else {
    const [command, args] = [String(entry['cmd']), entry['args']];
    if (!LINK_COMMANDS.has(command)) return undefined;
    query.set('cmd', command);
    for (const arg of Array.isArray(args) ? args : []) query.append('arg', String(arg));
  }
  query.set('id', clientName(name));
  query.set('name', name);
  return guardedLink(entry, `goose://extension?${query.toString().replaceAll('+', '%20')}`);
}

function refused(reason: string): EntryAnswer {
  return { kind: 'refused', reason };
}
