// A whole configuration file of the common shape (a map of servers under some root key) to the importer's result.
// Only a text that does not parse, or has the wrong root, is an error; everything else is a warning.
import { assertNever } from '../../shared/assert-never.ts';
import type { ImportedServer, ImportResult, ImportWarning } from '../../shared/model/import-result.ts';
import { type ParseContext, type ParsedFile, type SecretFinding, SHARED_SCOPES } from './client-format.ts';
import { decodeFile } from './file-text.ts';
import { findPlaceholders, findSecrets } from './find-secrets.ts';
import { type JsonNode, type JsonTextError, type JsonTree, membersOf, plainValue } from '../base/json-tree.ts';
import { oauthSourcePath } from './read-oauth.ts';
import type { EntryDialect } from './entry-dialect.ts';
import { readServer } from './read-server.ts';
import { isUnsafeName, portableName } from './server-names.ts';
import { codecOf, type EntryPlace, formatName, type TextFormat } from './text/text-codec.ts';

export interface FoundEntry {
  readonly name: string;
  readonly node: JsonNode;
  readonly origin?: string;
  readonly projectPath?: string;
  /** What its file says of it elsewhere. */
  readonly enabled?: false;
}

export type Located =
  | { readonly kind: 'entries'; readonly entries: readonly FoundEntry[]; readonly warnings: readonly ImportWarning[] }
  | { readonly kind: 'error'; readonly code: 'ROOT_NOT_OBJECT' | 'SERVERS_NOT_OBJECT' };

/** How one client's file is read. */
export interface FileDialect extends EntryDialect {
  readonly id: string;
  readonly format: TextFormat;
  /** Its own client refuses comments and trailing commas, and perhaps a byte order mark. */
  readonly strictJson: boolean;
  readonly rejectsBom: boolean;
  /** Its own client leaves comments where they are, so that they are no matter of concern. */
  readonly keepsComments?: true;
  /** Its own client takes comments, but no comma behind the last member. */
  readonly rejectsTrailingComma?: true;
  /** Root keys that the importer understands; all others must survive a write. */
  readonly rootKeys: readonly string[];
  readonly reservedNames: ReadonlySet<string>;
  /** A list as the root is no error. */
  readonly listRoot?: true;
  /** Finds the entries in an object root, or a list where that is taken. */
  locate(root: JsonNode, context: ParseContext): Located;
  readInputs?(root: JsonNode, warn: (warning: ImportWarning) => void, context: ParseContext): Record<string, unknown>[];
  /** A second try for text that does not parse as it is. */
  repair?(text: string): { readonly text: string; readonly code: string } | undefined;
}

/** A file larger than this is no configuration. */
export const MAX_CONFIG_BYTES = 16 * 1024 * 1024;
const MAX_SERVERS = 5000;

/** Reads `bytes`; the result holds literals, so it must not leave core/clients as it is. */
export function readFile(dialect: FileDialect, bytes: Buffer, context: ParseContext): ParsedFile {
  if (bytes.length > MAX_CONFIG_BYTES) return failed(dialect, context, [], { code: 'FILE_TOO_LARGE' });
  const warnings = placeWarnings(context);
  const file = decodeFile(bytes);
  if (file === undefined) {
    return failed(dialect, context, [], { code: 'PARSE_ERROR', message: 'it is neither UTF-8 nor UTF-16 text' });
  }
  if (file.bom) warnings.push({ code: 'BOM' });
  if (file.encoding !== 'utf-8') warnings.push({ code: 'ENCODING_UTF16' });
  const written = context.format ?? dialect.format;
  const codec = codecOf(written);
  let text = file.text;
  let parsed = codec.parse(text);
  const repaired = parsed.kind === 'error' ? dialect.repair?.(text) : undefined;
  if (repaired !== undefined) {
    const again = codec.parse(repaired.text);
    if (again.kind === 'tree') {
      [text, parsed] = [repaired.text, again];
      warnings.push({ code: repaired.code });
    }
  }
  if (parsed.kind === 'error') {
    const { line, column } = parsed;
    return failed(dialect, context, warnings, {
      code: 'PARSE_ERROR',
      line,
      column,
      message: parseProblem(parsed, written),
    });
  }
  return readTree(dialect, parsed.tree, text, context, warnings);
}

/** What is to be known of the place of a file, whatever it holds. */
function placeWarnings({ scope, readOnly }: ParseContext): ImportWarning[] {
  if (scope === 'legacy') return [{ code: 'LEGACY_LOCATION' }];
  return readOnly === true ? [{ code: 'READ_ONLY_SCOPE' }] : [];
}

/** Half a sentence: what is said of another program's file, which is not ours to explain. */
export function parseProblem({ problem }: JsonTextError, format: TextFormat): string {
  switch (problem) {
    case 'too-deep':
      return 'it is nested too deeply';
    case 'too-large':
      return 'it holds more than a configuration can';
    case 'several':
      return 'it holds more than one document';
    case 'syntax':
      return `it is not valid ${formatName(format)}`;
    default:
      return assertNever(problem);
  }
}

function readTree(
  dialect: FileDialect,
  tree: JsonTree,
  text: string,
  context: ParseContext,
  warnings: ImportWarning[],
): ParsedFile {
  const jsonc = tree.comments || tree.trailingComma;
  const written = context.format ?? dialect.format;
  const format = jsonc && written === 'json' ? 'jsonc' : written;
  if (tree.comments && written !== 'toml' && dialect.keepsComments !== true) {
    warnings.push({ code: written === 'yaml' ? 'YAML_COMMENTS_PRESENT' : 'JSON_COMMENTS_PRESENT' });
  }
  if (tree.trailingComma) warnings.push({ code: 'JSON_TRAILING_COMMA' });
  const bom = warnings.some((warning) => warning.code === 'BOM');
  const commaRejected = tree.trailingComma && dialect.rejectsTrailingComma === true;
  if ((jsonc && dialect.strictJson) || commaRejected || (bom && dialect.rejectsBom)) {
    warnings.push({ code: 'CLIENT_REJECTS_FILE' });
  }
  if (tree.root === undefined) {
    return { result: resultOf(dialect, context, format, [], [...warnings, { code: 'EMPTY_FILE' }]), secrets: [] };
  }
  const listTaken = tree.root.type === 'array' && dialect.listRoot === true;
  if (tree.root.type !== 'object' && !listTaken) return failed(dialect, context, warnings, { code: 'ROOT_NOT_OBJECT' });
  const located = dialect.locate(tree.root, context);
  if (located.kind === 'error') return failed(dialect, context, warnings, { code: located.code });
  if (located.entries.length > MAX_SERVERS) return failed(dialect, context, warnings, { code: 'TOO_MANY_SERVERS' });
  warnings.push(...located.warnings);
  const { servers, secrets, raw } = readEntries(dialect, located.entries, text, context, warnings);
  const members = membersOf(tree.root);
  const rootKeys = context.place === undefined ? dialect.rootKeys : rootKeysOf(context.place);
  // A bare map or a single entry has no root keys of its own.
  const isAllServers = located.warnings.some(({ code }) => code === 'BARE_SERVER_MAP' || code === 'NAME_INFERRED');
  const preserve = isAllServers ? [] : [...members.keys()].filter((key) => !rootKeys.includes(key));
  const inputs = dialect.readInputs?.(tree.root, (warning) => warnings.push(warning), context) ?? [];
  return {
    result: {
      ...resultOf(dialect, context, format, servers, warnings),
      ...(inputs.length === 0 ? {} : { inputs }),
      ...(preserve.length === 0 ? {} : { preserveRootKeys: preserve }),
    },
    secrets,
    entries: raw,
  };
}

function readEntries(
  dialect: FileDialect,
  entries: readonly FoundEntry[],
  text: string,
  context: ParseContext,
  warnings: ImportWarning[],
): { servers: ImportedServer[]; secrets: SecretFinding[]; raw: unknown[] } {
  const [servers, secrets, seen] = [[] as ImportedServer[], [] as SecretFinding[], new Map<string, string>()];
  const raw: unknown[] = [];
  for (const entry of entries) {
    const server = readServer(entry.name, entry.node, text, dialect, (warning) => warnings.push(warning));
    if (server === undefined) continue;
    if (entry.origin !== undefined) server.origin = entry.origin;
    const projectPath = entry.projectPath ?? context.projectDir;
    if (projectPath !== undefined) server.projectPath = projectPath;
    if (entry.enabled !== undefined) server.enabled = entry.enabled;
    warnings.push(...nameWarnings(entry, dialect, seen));
    const found = findSecrets(server);
    const paths = [...new Set(found.map((secret) => secret.path))];
    const candidates = [...(server.secretCandidates ?? []), ...paths.map(extraPath)];
    if (candidates.length > 0) server.secretCandidates = candidates;
    const fields = membersOf(entry.node);
    for (const path of paths) {
      const shown = { server: entry.name, path: extraPath(oauthSourcePath(path, fields, dialect.oauthFields)) };
      warnings.push({ code: 'LITERAL_SECRET', ...shown });
      if (SHARED_SCOPES.has(context.scope)) warnings.push({ code: 'SECRET_IN_PROJECT_FILE', ...shown });
    }
    for (const path of findPlaceholders(server)) warnings.push({ code: 'PLACEHOLDER_VALUE', server: entry.name, path });
    secrets.push(...found.map((secret) => ({ ...secret, server: servers.length })));
    servers.push(server);
    raw.push(plainValue(entry.node));
  }
  return { servers, secrets, raw };
}

/** Keys without a portable meaning stand in the entry itself. */
function extraPath(path: string): string {
  return path.replace(/^\/extras(?=\/)/, '');
}

/** Entries of a server map, each duplicate key reported. */
export function entriesOf(
  map: JsonNode,
  extra: (name: string) => { origin?: string; projectPath?: string } = () => ({}),
): { entries: FoundEntry[]; warnings: ImportWarning[] } {
  const members = [...membersOf(map).values()];
  return {
    entries: members.map((member) => ({ name: member.key, node: member.value, ...extra(member.key) })),
    warnings: members
      .filter((member) => member.properties.length > 1)
      .map(({ key }) => ({ code: 'DUPLICATE_KEY', server: key })),
  };
}

function nameWarnings(entry: FoundEntry, dialect: FileDialect, seen: Map<string, string>): ImportWarning[] {
  const { name } = entry;
  const codes: string[] = [];
  if (isUnsafeName(name)) codes.push('UNSAFE_NAME');
  else if (portableName(name) !== name) codes.push('NAME_NOT_PORTABLE');
  if (dialect.reservedNames.has(name)) codes.push('RESERVED_NAME');
  const folded = name.toLowerCase();
  const before = seen.get(folded);
  if (before !== undefined) codes.push(before === name ? 'DUPLICATE_NAME' : 'CASE_COLLISION');
  seen.set(folded, before ?? name);
  return codes.map((code) => ({ code, server: name }));
}

/** A key that holds the servers somewhere below holds other things too, and stays. */
function rootKeysOf({ root }: EntryPlace): readonly string[] {
  return root.length === 1 ? root : [];
}

function resultOf(
  dialect: FileDialect,
  context: ParseContext,
  format: string,
  servers: ImportedServer[],
  warnings: ImportWarning[],
): ImportResult {
  return {
    client: dialect.id,
    ...(context.file === undefined ? {} : { file: context.file }),
    scope: context.scope,
    format,
    outcome: warnings.length === 0 ? 'ok' : 'ok-with-warnings',
    servers,
    warnings,
    error: null,
  };
}

function failed(
  dialect: FileDialect,
  context: ParseContext,
  warnings: ImportWarning[],
  error: NonNullable<ImportResult['error']>,
): ParsedFile {
  return {
    result: { ...resultOf(dialect, context, dialect.format, [], warnings), outcome: 'error', error },
    secrets: [],
  };
}

/** The values of an array node of strings; empty for anything else. */
export function stringList(node: JsonNode | undefined): string[] {
  const value = node?.type === 'array' ? plainValue(node) : [];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
