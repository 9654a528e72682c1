// Codex: TOML, no references in strings. Variables have keys of their own, and one bad entry keeps Codex from starting.
import { type JsonNode, membersOf, pointerSegment } from '../../base/json-tree.ts';
import type { ClientFormat, EntryAnswer, MutableServer } from '../client-format.ts';
import { absolute, inHome, joinFor } from '../client-paths.ts';
import { entryFor, type EntryShape } from '../direct-entry.ts';
import type { EntryFields } from '../entry-dialect.ts';
import { locateMap } from '../locate-map.ts';
import { isPlainName } from '../name-warning.ts';
import { type FileDialect, type Located, readFile } from '../read-file.ts';
import { codexVariables } from './codex-variables.ts';

const ROOT = 'mcp_servers';
const NAME = /^[A-Za-z0-9_-]+$/;
const STDIO_KEYS = ['command', 'args', 'env', 'env_vars', 'cwd'];
const REMOTE_KEYS = [
  'url',
  'http_headers',
  'env_http_headers',
  'bearer_token_env_var',
  'oauth',
  'oauth_resource',
  'scopes',
];

const dialect: FileDialect = {
  id: 'codex',
  format: 'toml',
  strictJson: false,
  rejectsBom: false,
  rootKeys: [ROOT],
  reservedNames: new Set(),
  variables: 'none',
  untypedUrl: 'streamable-http',
  transports: new Set(['stdio', 'remote']),
  urlFields: ['url'],
  urlTransports: { url: 'streamable-http' },
  fields: { headers: 'http_headers' },
  oauthFields: ['oauth'],
  timeouts: [
    { field: 'startup_timeout_ms', unit: 'ms', as: 'startupMs' },
    { field: 'startup_timeout_sec', unit: 's', as: 'startupMs' },
    { field: 'tool_timeout_sec', unit: 's', as: 'toolCallMs' },
  ],
  tools: { allow: 'enabled_tools', deny: 'disabled_tools' },
  ownFields: ['env_vars', 'env_http_headers', 'bearer_token_env_var', 'scopes', 'oauth_resource'],
  locate: (root, context) => (context.scope === 'managed' ? locateRequirements(root) : locateMap(root, ROOT)),
  // In a project it may only switch a server of the user's file.
  accept: ({ members, warn }) => {
    if (['command', 'url'].some((key) => members.has(key)) || !members.has('enabled')) return true;
    warn('ENABLEMENT_ONLY_ENTRY');
    return false;
  },
  finish,
};

const shape: EntryShape = {
  displayName: 'Codex',
  variables: 'codex',
  cwd: true,
  remoteTypes: { 'streamable-http': null },
  fields: { headers: 'http_headers' },
  timeout: { field: 'tool_timeout_sec', unit: 's', fractions: true },
  enabled: { field: 'enabled', negative: false },
  oauth: { field: 'oauth', clientId: 'client_id', port: 'callback_port', scopes: 'list' },
  finish: (entry) => written(entry),
};

export const codex: ClientFormat = {
  id: dialect.id,
  displayName: 'Codex',
  monogram: 'CX',
  files: (env) => {
    const home = absolute(env, env.env['CODEX_HOME']) ?? inHome(env, '.codex');
    return [
      { scope: 'user', path: joinFor(env, home, 'config.toml'), format: 'toml' },
      ...(env.projectDir === undefined
        ? []
        : [{ scope: 'project', path: joinFor(env, env.projectDir, '.codex', 'config.toml'), format: 'toml' } as const]),
      ...(env.platform === 'win32'
        ? []
        : [{ scope: 'managed', path: '/etc/codex/requirements.toml', format: 'toml', readOnly: true } as const]),
    ];
  },
  place: { root: [ROOT] },
  variables: dialect.variables,
  reload: 'Start Codex again, or begin a new thread.',
  processNames: ['codex'],
  rewritesFile: false,
  locksFile: false,
  clientName: (name) => name.replace(/[^A-Za-z0-9_-]+/g, '-'),
  parse: (bytes, context) => readFile(dialect, bytes, context),
  entryFor: (request) => entryFor(shape, request),
};

/** An administrator's file says which servers may be used; it defines none. */
function locateRequirements(root: JsonNode): Located {
  const names = [...membersOf(membersOf(root).get(ROOT)?.value).keys()];
  return { kind: 'entries', entries: [], warnings: names.map((server) => ({ code: 'MANAGED_BY_CLIENT', server })) };
}

function finish(server: MutableServer, entry: EntryFields): void {
  const { members, warn } = entry;
  const reject = (path?: string) => {
    server.clientWouldReject = true;
    warn('CLIENT_REJECTS_SERVER', path);
  };
  for (const key of server.transport === 'stdio' ? REMOTE_KEYS : STDIO_KEYS) {
    if (members.has(key)) reject(pointerSegment(key));
  }
  if (members.has('bearer_token')) reject('/bearer_token');
  if (members.has('http_headers_helper')) warn('COMMAND_HOOK', '/http_headers_helper');
  if (!NAME.test(server.name)) {
    server.clientWouldReject = true;
    if (isPlainName(server.name)) warn('NAME_NOT_PORTABLE');
  }
  const scopes = members.has('scopes') ? { scopes: entry.fields.list('scopes') } : {};
  const resource = entry.fields.string('oauth_resource');
  if (server.transport !== 'stdio' && (members.has('scopes') || resource !== undefined)) {
    server.oauth = { ...server.oauth, ...scopes, ...(resource === undefined ? {} : { resource }) };
  }
  const refs = [...(server.refs ?? []), ...codexVariables(server, entry)];
  if (refs.length > 0) server.refs = refs;
}

/** The entry with its variables and scopes in keys of their own. */
function written(entry: Record<string, unknown>): EntryAnswer {
  const {
    env,
    http_headers: headers,
    oauth,
    ...rest
  } = entry as Record<string, unknown> & {
    env?: Record<string, string>;
    http_headers?: Record<string, string>;
    oauth?: Record<string, unknown>;
  };
  const passed = Object.entries(env ?? {}).filter(([name, value]) => value === `\${env:${name}}`);
  const taken = Object.entries(headers ?? {}).flatMap(([name, value]) => {
    const variable = /^\$\{env:([^{}]+)\}$/.exec(value)?.[1];
    return variable === undefined ? [] : [[name, variable] as const];
  });
  const bearer = Object.entries(headers ?? {}).find(
    ([name, value]) => name.toLowerCase() === 'authorization' && /^Bearer \$\{env:[^{}]+\}$/.test(value),
  );
  const { scopes, ...client } = oauth ?? {};
  const keys = new Set([...passed, ...taken, ...(bearer === undefined ? [] : [bearer])].map(([name]) => name));
  const left = (values: Record<string, string> | undefined) =>
    Object.entries(values ?? {}).filter(([name]) => !keys.has(name));
  const result = {
    ...rest,
    ...(left(env).length > 0 && { env: Object.fromEntries(left(env)) }),
    ...(passed.length > 0 && { env_vars: passed.map(([name]) => name) }),
    ...(left(headers).length > 0 && { http_headers: Object.fromEntries(left(headers)) }),
    ...(taken.length > 0 && { env_http_headers: Object.fromEntries(taken) }),
    ...(bearer !== undefined && { bearer_token_env_var: bearer[1].slice('Bearer ${env:'.length, -1) }),
    ...(Object.keys(client).length > 0 && { oauth: client }),
    ...(scopes !== undefined && { scopes }),
  };
  // What is still in a string has no key that Codex would fill in.
  if (JSON.stringify(result).includes('${env:')) {
    return {
      kind: 'refused',
      reason:
        'Codex takes a variable only as a whole header, as a bearer token, or under its own name in the environment',
    };
  }
  return { kind: 'entry', entry: result };
}
