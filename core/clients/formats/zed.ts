// Zed: servers under `context_servers` of its settings; no references; `args` must be there.
import { type JsonMember, type JsonNode, membersOf } from '../../base/json-tree.ts';
import type { ClientFormat } from '../client-format.ts';
import { inAppData, inHome, joinFor } from '../client-paths.ts';
import { entryFor, type EntryShape } from '../direct-entry.ts';
import { locateMap } from '../locate-map.ts';
import { type FileDialect, readFile } from '../read-file.ts';

const ROOT = 'context_servers';

const dialect: FileDialect = {
  id: 'zed',
  format: 'jsonc',
  strictJson: false,
  rejectsBom: false,
  rootKeys: [ROOT],
  reservedNames: new Set(),
  variables: 'none',
  untypedUrl: 'streamable-http',
  transports: new Set(['stdio', 'remote']),
  urlFields: ['url'],
  urlTransports: { url: 'streamable-http' },
  oauthFields: ['oauth'],
  timeouts: [{ field: 'timeout', unit: 's', as: 'toolCallMs' }],
  ownFields: ['source'],
  locate: (root) => locateMap(root, ROOT),
  reshape,
  accept: ({ members, warn }) => {
    const isServer = members.has('command') || members.has('url');
    if (members.get('source')?.value.value !== 'extension' && (isServer || !members.has('settings'))) return true;
    // Its extension knows how to start it; its settings may hold secrets.
    warn('NOT_PORTABLE_SKIPPED');
    return false;
  },
  finish: (server, { members, warn }) => {
    if (server.transport !== 'stdio' || members.has('args')) return;
    server.clientWouldReject = true;
    warn('CLIENT_REJECTS_SERVER', '/args');
  },
};

const shape: EntryShape = {
  displayName: 'Zed',
  variables: 'none',
  cwd: false,
  remoteTypes: { 'streamable-http': null },
  timeout: { field: 'timeout', unit: 's' },
  oauth: { field: 'oauth', clientId: 'client_id', clientSecret: 'client_secret' },
  enabled: { field: 'enabled', negative: false },
};

export const zed: ClientFormat = {
  id: dialect.id,
  displayName: shape.displayName,
  monogram: 'ZE',
  files: (env) => [
    {
      scope: 'user',
      path:
        env.platform === 'darwin'
          ? inHome(env, '.config', 'zed', 'settings.json')
          : inAppData(env, env.platform === 'win32' ? 'Zed' : 'zed', 'settings.json'),
      format: 'jsonc',
    },
    ...(env.projectDir === undefined
      ? []
      : [{ scope: 'project', path: joinFor(env, env.projectDir, '.zed', 'settings.json'), format: 'jsonc' } as const]),
  ],
  place: { root: [ROOT] },
  variables: shape.variables,
  reload: 'Zed reads the file by itself; a project must be trusted there.',
  processNames: ['zed', 'Zed', 'zed-editor'],
  rewritesFile: false,
  locksFile: false,
  clientName: (name) => name,
  parse: (bytes, context) => readFile(dialect, bytes, context),
  entryFor: (request) => entryFor(shape, request),
};

/** The older form has path, arguments and environment inside `command`. */
function reshape(
  members: ReadonlyMap<string, JsonMember>,
  warn: (code: string, path?: string) => void,
): ReadonlyMap<string, JsonMember> {
  const command: JsonNode | undefined = members.get('command')?.value;
  if (command?.type !== 'object') return members;
  warn('LEGACY_FIELD', '/command');
  const inner = membersOf(command);
  const result = new Map([...members].filter(([key]) => key !== 'command'));
  for (const [from, to] of [
    ['path', 'command'],
    ['args', 'args'],
    ['env', 'env'],
  ] as const) {
    const member = inner.get(from);
    if (member !== undefined) result.set(to, { ...member, key: to });
  }
  return result;
}
