// One entry of a client's server map to a server of the importer's contract. Wrong types are coerced or skip that one
// server, each with a warning; nothing throws, nothing is resolved or run.
import type { ImportedServer, ImportWarning } from '../../shared/model/import-result.ts';
import type { MutableServer } from './client-format.ts';
import {
  COMMON_FIELDS,
  type CommonField,
  type EntryDialect,
  type EntryFields,
  type Transport,
} from './entry-dialect.ts';
import { type FieldReader, fieldReader, SkipServer } from './field-reader.ts';
import { type JsonMember, type JsonNode, membersOf, plainValue, pointerSegment } from '../base/json-tree.ts';
import { liftMcpRemote } from './mcp-remote.ts';
import { readOauth } from './read-oauth.ts';
import { findBridgeRefs, findRefs, type FoundRef, type VariableSyntax } from './variables.ts';

const TYPES: Readonly<Record<string, Transport>> = {
  stdio: 'stdio',
  local: 'stdio',
  http: 'streamable-http',
  'streamable-http': 'streamable-http',
  streamableHttp: 'streamable-http',
  streamable_http: 'streamable-http',
  remote: 'http-auto',
  sse: 'sse',
  ws: 'ws',
  websocket: 'ws',
};
/** References in any client's form. */
const REFERENCE = /\$\{\{[^{}]*\}\}|\$\{[^{}]*\}|\{\{[^{}]*\}\}/g;
const START_REFERENCE = new RegExp(`^(?:${REFERENCE.source})`);
const MAX_URL_CHARS = 65_536;

/** Reads one entry; undefined when it was skipped. `warn` gets what was found on the way. */
export function readServer(
  name: string,
  node: JsonNode,
  text: string,
  dialect: EntryDialect,
  warn: (warning: ImportWarning) => void,
): MutableServer | undefined {
  const warnAt = (code: string, path?: string) => warn({ code, server: name, ...(path === undefined ? {} : { path }) });
  if (node.type !== 'object') {
    warnAt('SERVER_SKIPPED_TYPE');
    return undefined;
  }
  reportDuplicates(node, '', warnAt);
  try {
    return readFields(name, membersOf(node), text, dialect, warnAt);
  } catch (error) {
    if (!(error instanceof SkipServer)) throw error;
    warnAt(error.code, error.path);
    return undefined;
  }
}

function readFields(
  name: string,
  written: ReadonlyMap<string, JsonMember>,
  text: string,
  dialect: EntryDialect,
  warn: (code: string, path?: string) => void,
): MutableServer | undefined {
  const members = dialect.reshape?.(written, warn) ?? written;
  const fields = fieldReader(members, text, warn);
  const entry: EntryFields = { name, members, fields, warn };
  if (dialect.accept?.(entry) === false) return undefined;
  const urlField = urlFieldOf(members, dialect, warn);
  const url = urlField === undefined ? undefined : readUrl(fields, urlField, dialect.variables);
  const transport = transportOf(entry, dialect, urlField, url);
  const server: MutableServer = {
    name,
    transport,
    enabled: fields.enabled(fieldName(dialect, 'disabled'), fieldName(dialect, 'enabled')),
  };
  if (transport === 'stdio') readStdio(server, fields, dialect, warn);
  else {
    server.url = url ?? '';
    server.headers = fields.strings(fieldName(dialect, 'headers'), 'SERVER_SKIPPED_TYPE') as Record<string, string>;
  }
  readTimeouts(server, fields, dialect, warn);
  readTools(server, fields, dialect);
  const oauth = readOauth(members, dialect.oauthFields, warn);
  if (oauth !== undefined) server.oauth = oauth;
  readExtras(server, members, dialect, urlField, warn);
  if (transport === 'sse') warn('DEPRECATED_TRANSPORT_SSE');
  if (!dialect.transports.has(transport === 'stdio' ? 'stdio' : 'remote'))
    reject(server, 'TRANSPORT_NOT_SUPPORTED', warn);
  if (transport === 'http-auto' && dialect.untypedUrl === 'rejects' && dialect.transports.has('remote')) {
    reject(server, 'CLIENT_REJECTS_SERVER', warn, pointerSegment(urlField ?? 'url'));
  }
  const lifted = liftMcpRemote(server, warn);
  addRefs(lifted, dialect.variables);
  dialect.finish?.(lifted, entry);
  return lifted;
}

function fieldName(dialect: EntryDialect, field: CommonField): string {
  return dialect.fields?.[field] ?? field;
}

function readStdio(
  server: MutableServer,
  fields: FieldReader,
  dialect: EntryDialect,
  warn: (code: string, path?: string) => void,
): void {
  const commandField = fieldName(dialect, 'command');
  const [command, ...rest] = fields.command(commandField, dialect.commandIsList === true);
  server.command = command;
  server.args = [...rest, ...fields.list(fieldName(dialect, 'args'))];
  server.env = fields.strings(fieldName(dialect, 'env'), 'ENV_NULL_UNSETS');
  const [cwd, envFile] = [fields.string(fieldName(dialect, 'cwd')), fields.string(fieldName(dialect, 'envFile'))];
  if (cwd !== undefined) server.cwd = cwd;
  if (envFile !== undefined) server.envFile = envFile;
  if (/^[^\s/\\]+\s/.test(command)) warn('COMMAND_HAS_SPACES', pointerSegment(commandField));
}

function readTimeouts(
  server: MutableServer,
  fields: FieldReader,
  dialect: EntryDialect,
  warn: (code: string, path?: string) => void,
): void {
  for (const { field, unit, as, max } of dialect.timeouts ?? []) {
    const value = fields.number(field);
    if (value === undefined) continue;
    const kept = max !== undefined && value > max ? max : value;
    if (kept !== value) warn('TIMEOUT_CLAMPED', pointerSegment(field));
    server.timeouts = { ...server.timeouts, [as]: Math.round(kept * (unit === 's' ? 1000 : 1)) };
  }
}

function readTools(server: MutableServer, fields: FieldReader, dialect: EntryDialect): void {
  for (const kind of ['allow', 'deny', 'autoApprove'] as const) {
    const field = dialect.tools?.[kind];
    if (field === undefined || !fields.has(field)) continue;
    server.tools = { ...server.tools, [kind]: fields.list(field) };
  }
}

function urlFieldOf(
  members: ReadonlyMap<string, JsonMember>,
  dialect: EntryDialect,
  warn: (code: string, path?: string) => void,
): string | undefined {
  const present = dialect.urlFields.filter((field) => members.has(field));
  if (present.length > 1) warn('CONFLICTING_URL_FIELDS');
  return present[0];
}

function readUrl(fields: FieldReader, field: string, syntax: VariableSyntax): string {
  const url = fields.string(field) ?? '';
  const path = pointerSegment(field);
  // A reference may stand for any part, the scheme included.
  const probe = probeText(url, syntax).replace(START_REFERENCE, 'http://x').replaceAll(REFERENCE, 'x');
  const parsed = url.length > MAX_URL_CHARS ? null : URL.parse(probe);
  if (parsed === null || !/^(?:https?|wss?):$/.test(parsed.protocol)) throw new SkipServer('SERVER_SKIPPED_URL', path);
  return url;
}

/** `url` with the client's references in the form that all others have. */
function probeText(url: string, syntax: VariableSyntax): string {
  return findRefs(url, syntax).reduceRight(
    (text, { start, end }) => `${text.slice(0, start)}\${x}${text.slice(end)}`,
    url,
  );
}

function transportOf(
  { members, fields, warn }: EntryFields,
  dialect: EntryDialect,
  urlField: string | undefined,
  url: string | undefined,
): Transport {
  const typeField = fieldName(dialect, 'type');
  const type = fields.string(typeField);
  const hasCommand = members.has(fieldName(dialect, 'command'));
  if (!hasCommand && url === undefined) throw new SkipServer('SERVER_SKIPPED_EMPTY');
  const types = { ...TYPES, ...dialect.types };
  const stated = type === undefined || !Object.hasOwn(types, type) ? undefined : types[type];
  if (type !== undefined && stated === undefined) warn('UNKNOWN_TRANSPORT_TYPE', pointerSegment(typeField));
  if (hasCommand && url !== undefined) {
    if (stated === undefined) throw new SkipServer('SERVER_SKIPPED_AMBIGUOUS');
    return stated;
  }
  if (hasCommand) {
    if (stated !== undefined && stated !== 'stdio') warn('SCHEMA_VIOLATION', pointerSegment(typeField));
    return 'stdio';
  }
  if (stated === 'stdio') warn('SCHEMA_VIOLATION', pointerSegment(typeField));
  if (url !== undefined && /^wss?:/i.test(url)) return 'ws';
  const byField = dialect.urlTransports?.[urlField ?? ''];
  if (byField !== undefined) return byField;
  if (stated !== undefined && stated !== 'stdio') return stated;
  if (dialect.untypedUrl === 'sse') warn('UNTYPED_URL_MEANS_SSE');
  return dialect.untypedUrl === 'rejects' ? 'http-auto' : dialect.untypedUrl;
}

function readExtras(
  server: MutableServer,
  members: ReadonlyMap<string, JsonMember>,
  dialect: EntryDialect,
  urlField: string | undefined,
  warn: (code: string, path?: string) => void,
): void {
  const stdio = server.transport === 'stdio';
  const known = new Set([
    ...COMMON_FIELDS.map((field) => fieldName(dialect, field)),
    ...dialect.oauthFields,
    ...(dialect.timeouts ?? []).map(({ field }) => field),
    ...Object.values(dialect.tools ?? {}),
    ...(dialect.ownFields ?? []),
    urlField,
  ]);
  // What belongs to the other transport has no meaning here, yet is kept.
  const foreign = (stdio ? ['headers'] : ['command', 'args', 'env', 'cwd', 'envFile']) as CommonField[];
  for (const field of foreign) known.delete(fieldName(dialect, field));
  if (stdio) known.delete(urlField);
  const extras = [...members.values()].filter((member) => !known.has(member.key));
  if (members.has('headersHelper')) warn('COMMAND_HOOK', '/headersHelper');
  if (extras.length > 0) {
    const holder = plainValue({ type: 'object', offset: 0, length: 0, children: extras.flatMap((m) => m.properties) });
    server.extras = holder as Record<string, unknown>;
  }
}

function addRefs(server: MutableServer, syntax: VariableSyntax): void {
  const refs = [...stringsOf(server)].flatMap(([path, value]) =>
    refsAt(server, path, value, syntax).map(({ start: _start, end: _end, ...ref }) => ({ ...ref, path })),
  );
  if (refs.length > 0) server.refs = refs;
}

/** The references in the string at `path` of a server read from a client with `syntax`. */
export function refsAt(server: ImportedServer, path: string, value: string, syntax: VariableSyntax): FoundRef[] {
  // Goose expands references in headers only.
  if (syntax === 'goose' && !path.startsWith('/headers/')) return findRefs(value, 'none');
  const bridgeHeader = server.bridge !== undefined && path.startsWith('/headers/');
  if (bridgeHeader) return findBridgeRefs(value, syntax);
  // In an address `%` begins an escape; as a reference it is for the environment alone.
  return findRefs(value, syntax).filter((ref) => ref.syntax !== '%X%' || path.startsWith('/env/'));
}

/** Every string of a server that its client expands, with its JSON pointer. */
function* stringsOf(server: ImportedServer): Generator<[path: string, value: string]> {
  if (server.command !== undefined) yield ['/command', server.command];
  for (const [index, arg] of (server.args ?? []).entries()) yield [`/args/${index}`, arg];
  for (const [key, value] of Object.entries(server.env ?? {})) {
    if (value !== null) yield [`/env${pointerSegment(key)}`, value];
  }
  if (server.envFile !== undefined) yield ['/envFile', server.envFile];
  if (server.cwd !== undefined) yield ['/cwd', server.cwd];
  if (server.url !== undefined) yield ['/url', server.url];
  for (const [key, value] of Object.entries(server.headers ?? {})) yield [`/headers${pointerSegment(key)}`, value];
  for (const [key, value] of Object.entries(server.oauth ?? {})) {
    if (typeof value === 'string') yield [`/oauth${pointerSegment(key)}`, value];
  }
}

function reject(server: MutableServer, code: string, warn: (code: string, path?: string) => void, path?: string): void {
  server.clientWouldReject = true;
  warn(code, path);
}

function reportDuplicates(node: JsonNode, path: string, warn: (code: string, path?: string) => void): void {
  if (node.type === 'array') {
    for (const [index, item] of (node.children ?? []).entries()) reportDuplicates(item, `${path}/${index}`, warn);
  }
  for (const member of membersOf(node).values()) {
    const here = path + pointerSegment(member.key);
    if (member.properties.length > 1) warn('DUPLICATE_KEY', here);
    reportDuplicates(member.value, here, warn);
  }
}
