// Continue: a list of servers in its YAML settings and in the blocks of a project, and any JSON that is dropped in there.
import type { ImportedServer } from '../../../shared/model/import-result.ts';
import { type JsonMember, type JsonNode, membersOf } from '../../base/json-tree.ts';
import type {
  ClientFile,
  ClientFormat,
  EntryAnswer,
  EntryRequest,
  ParseContext,
  ParsedFile,
} from '../client-format.ts';
import { inHome, joinFor } from '../client-paths.ts';
import { entryFor, type EntryShape } from '../direct-entry.ts';
import { locateMap } from '../locate-map.ts';
import { type FileDialect, type FoundEntry, type Located, readFile } from '../read-file.ts';

const PLACE = { root: ['mcpServers'], nameKey: 'name' } as const;
const JSON_PLACE = { root: ['mcpServers'] } as const;

const common = {
  id: 'continue',
  strictJson: false,
  rejectsBom: false,
  keepsComments: true,
  reservedNames: new Set<string>(),
  untypedUrl: 'http-auto',
  transports: new Set(['stdio', 'remote'] as const),
  urlFields: ['url'],
  oauthFields: [],
  rootKeys: ['mcpServers'],
} as const;

const yamlDialect: FileDialect = {
  ...common,
  format: 'yaml',
  variables: 'continue',
  timeouts: [{ field: 'connectionTimeout', unit: 'ms', as: 'connectMs' }],
  ownFields: ['name'],
  reshape: liftHeaders,
  locate,
};

/** Other programs' JSON, as it is. */
const jsonDialect: FileDialect = {
  ...common,
  format: 'json',
  variables: 'claude-code',
  locate: (root) => locateMap(root, 'mcpServers'),
};

const yamlShape: EntryShape = {
  displayName: 'Continue',
  variables: 'continue',
  cwd: true,
  stdioType: 'stdio',
  remoteTypes: { 'streamable-http': 'streamable-http', sse: 'sse', 'http-auto': null },
  finish: nestHeaders,
};

const jsonShape: EntryShape = {
  displayName: 'Continue',
  variables: 'claude-code',
  cwd: false,
  remoteTypes: { 'streamable-http': 'http', sse: 'sse', 'http-auto': null },
};

/** `continue` itself is a reserved word. */
export const continueDev: ClientFormat = {
  id: common.id,
  displayName: yamlShape.displayName,
  monogram: 'CN',
  files: (env) => [
    { scope: 'user', path: inHome(env, '.continue', 'config.yaml'), format: 'yaml' },
    ...(env.projectDir === undefined ? [] : projectFiles(joinFor(env, env.projectDir, '.continue', 'mcpServers'))),
  ],
  place: PLACE,
  variables: yamlShape.variables,
  reload: 'Continue reads the file by itself.',
  processNames: [],
  rewritesFile: false,
  locksFile: false,
  clientName: (name) => name,
  parse,
  entryFor: (request) =>
    entryFor(request.place?.nameKey === undefined && request.place !== undefined ? jsonShape : yamlShape, request),
  effective: withApiKey,
};

/** Blocks of the project. Portolan writes one of its own: YAML blocks must have a name and a version, JSON needs none. */
function projectFiles(folder: string): ClientFile[] {
  const separator = folder.includes('\\') ? '\\' : '/';
  const at = (name: string) => `${folder}${separator}${name}`;
  return [
    { scope: 'project', path: at('*.yaml'), format: 'yaml', readOnly: true },
    { scope: 'project', path: at('*.json'), format: 'json', place: JSON_PLACE, readOnly: true },
    { scope: 'project', path: at('portolan.json'), format: 'json', place: JSON_PLACE },
  ];
}

function parse(bytes: Buffer, context: ParseContext): ParsedFile {
  const isJson =
    context.format === 'json' || (context.format === undefined && context.file?.endsWith('.json') === true);
  if (!isJson) return readFile(yamlDialect, bytes, { ...context, format: 'yaml' });
  return { ...readFile(jsonDialect, bytes, { ...context, format: 'json' }), variables: jsonDialect.variables };
}

/** The items of the list; what has no name is called by its number. */
function locate(root: JsonNode): Located {
  const list = membersOf(root).get('mcpServers')?.value;
  if (list === undefined || list.type === 'null') {
    return { kind: 'entries', entries: [], warnings: [{ code: 'NO_SERVERS_KEY' }] };
  }
  if (list.type === 'object') return locateMap(root, 'mcpServers');
  if (list.type !== 'array') return { kind: 'error', code: 'SERVERS_NOT_OBJECT' };
  const seen = new Set<string>();
  const warnings: { code: string; server: string }[] = [];
  const entries = (list.children ?? []).map((node, index): FoundEntry => {
    const given = membersOf(node).get('name')?.value;
    const name = given?.type === 'string' && given.value !== '' ? String(given.value) : `server-${index + 1}`;
    if (given === undefined && node.type === 'object') warnings.push({ code: 'NAME_INFERRED', server: name });
    const isAgain = seen.has(name);
    seen.add(name);
    return { name, node, ...(isAgain ? { origin: `/mcpServers/${index}` } : {}) };
  });
  return { kind: 'entries', entries, warnings };
}

/** `requestOptions.headers` as `headers`; the other options stay where they are. */
function liftHeaders(members: ReadonlyMap<string, JsonMember>): ReadonlyMap<string, JsonMember> {
  const options = members.get('requestOptions');
  const headers = membersOf(options?.value).get('headers');
  if (options === undefined || headers === undefined) return members;
  const flat = new Map(members);
  flat.set('headers', { ...headers, key: 'headers' });
  const children = (options.value.children ?? []).filter((property) => !headers.properties.includes(property));
  const value: JsonNode = { ...options.value, children };
  const [key] = options.properties.at(-1)?.children ?? [];
  const property = { ...options.properties.at(-1), children: [key, value] } as JsonNode;
  if (children.length === 0) flat.delete('requestOptions');
  else flat.set('requestOptions', { key: 'requestOptions', value, properties: [property] });
  return flat;
}

/** Continue sends `apiKey` as a bearer token. */
function withApiKey(server: ImportedServer): ImportedServer {
  const key = server.extras?.['apiKey'];
  const hasHeader = Object.keys(server.headers ?? {}).some((name) => name.toLowerCase() === 'authorization');
  if (typeof key !== 'string' || key === '' || server.transport === 'stdio' || hasHeader) return server;
  return { ...server, headers: { ...server.headers, Authorization: `Bearer ${key}` } };
}

function nestHeaders(entry: Record<string, unknown>, _request: EntryRequest): EntryAnswer {
  const { headers, ...rest } = entry;
  return { kind: 'entry', entry: headers === undefined ? entry : { ...rest, requestOptions: { headers } } };
}
