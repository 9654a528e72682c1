// LibreChat: a server for several people with one YAML file, so that its file must be named unless CONFIG_PATH does.
import type { ImportWarning } from '../../../shared/model/import-result.ts';
import { type JsonNode, membersOf, pointerSegment } from '../../base/json-tree.ts';
import type { ClientFormat } from '../client-format.ts';
import { absolute } from '../client-paths.ts';
import { entryFor, type EntryShape } from '../direct-entry.ts';
import { locateMap } from '../locate-map.ts';
import { type FileDialect, readFile } from '../read-file.ts';

const dialect: FileDialect = {
  id: 'librechat',
  format: 'yaml',
  strictJson: false,
  rejectsBom: false,
  keepsComments: true,
  rootKeys: ['mcpServers'],
  reservedNames: new Set(),
  variables: 'librechat',
  untypedUrl: 'sse',
  transports: new Set(['stdio', 'remote']),
  urlFields: ['url'],
  oauthFields: ['oauth'],
  timeouts: [
    { field: 'timeout', unit: 'ms', as: 'requestMs' },
    { field: 'initTimeout', unit: 'ms', as: 'startupMs' },
  ],
  ownFields: ['title', 'description'],
  finish: (server, { fields, warn }) => {
    const [title, description] = [fields.string('title'), fields.string('description')];
    if (title !== undefined && title !== '') server.displayName = title;
    if (description !== undefined && description !== '') server.description = description;
    if (server.transport === 'stdio' && !fields.has('args')) {
      server.clientWouldReject = true;
      warn('CLIENT_REJECTS_SERVER', '/args');
    }
  },
  locate: (root) => locateMap(root, 'mcpServers'),
  readInputs,
};

const shape: EntryShape = {
  displayName: 'LibreChat',
  variables: 'librechat',
  cwd: false,
  stdioType: 'stdio',
  remoteTypes: { 'streamable-http': 'streamable-http', sse: 'sse' },
  timeout: { field: 'timeout', unit: 'ms' },
};

export const librechat: ClientFormat = {
  id: dialect.id,
  displayName: shape.displayName,
  monogram: 'LI',
  files: (env) => {
    const path = absolute(env, env.env['CONFIG_PATH']);
    return path === undefined ? [] : [{ scope: 'server', path, format: 'yaml' }];
  },
  place: { root: ['mcpServers'] },
  variables: shape.variables,
  reload: 'Restart the LibreChat server.',
  processNames: [],
  rewritesFile: false,
  locksFile: false,
  clientName: (name) => name,
  parse: (bytes, context) => readFile(dialect, bytes, { format: 'yaml', ...context }),
  entryFor: (request) => entryFor(shape, request),
};

/** What each user fills in (`customUserVars`), as inputs; one that several servers ask for is one input. */
function readInputs(root: JsonNode, warn: (warning: ImportWarning) => void): Record<string, unknown>[] {
  const inputs = new Map<string, Record<string, unknown>>();
  for (const server of membersOf(membersOf(root).get('mcpServers')?.value).values()) {
    const variables = membersOf(server.value).get('customUserVars')?.value;
    if (variables === undefined) continue;
    if (variables.type !== 'object') {
      warn({ code: 'SCHEMA_VIOLATION', server: server.key, path: pointerSegment('customUserVars') });
    }
    for (const { key, value } of membersOf(variables).values()) {
      const text = (field: string) => {
        const found = membersOf(value).get(field)?.value;
        return found?.type === 'string' && found.value !== '' ? String(found.value) : undefined;
      };
      const description = text('description') ?? text('title');
      inputs.set(key, { id: key, kind: 'prompt', secret: true, ...(description === undefined ? {} : { description }) });
    }
  }
  return [...inputs.values()];
}
