// A whole configuration file of the common shape (a map of servers under some root key) to the importer's result.
// Only a text that does not parse, or has the wrong root, is an error; everything else is a warning.
import type { ImportedServer, ImportResult, ImportWarning } from '../../shared/model/import-result.ts';
import type { ParseContext, ParsedFile, SecretFinding } from './client-format.ts';
import { decodeFile } from './file-text.ts';
import { findPlaceholders, findSecrets } from './find-secrets.ts';
import {
  type JsonMember,
  type JsonNode,
  type JsonTextError,
  type JsonTree,
  membersOf,
  plainValue,
} from '../base/json-tree.ts';
import { oauthSourcePath } from './read-oauth.ts';
import type { EntryDialect } from './entry-dialect.ts';
import { readServer } from './read-server.ts';
import { isUnsafeName, portableName } from './server-names.ts';
import { codecOf, type TextFormat } from './text/text-codec.ts';

export interface FoundEntry {
  readonly name: string;
  readonly node: JsonNode;
  readonly origin?: string;
  readonly projectPath?: string;
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
  /** Root keys that the importer understands; all others must survive a write. */
  readonly rootKeys: readonly string[];
  readonly reservedNames: ReadonlySet<string>;
  /** Finds the entries in an object root. */
  locate(root: JsonNode, context: ParseContext): Located;
  readInputs?(root: JsonNode, warn: (warning: ImportWarning) => void): Record<string, unknown>[];
  /** A second try for text that does not parse as it is. */
  repair?(text: string): { readonly text: string; readonly code: string } | undefined;
}

/** A file larger than this is no configuration. */
export const MAX_CONFIG_BYTES = 16 * 1024 * 1024;
const MAX_SERVERS = 5000;

/** Reads `bytes`; the result holds literals, so it must not leave core/clients as it is. */
export function readFile(dialect: FileDialect, bytes: Buffer, context: ParseContext): ParsedFile {
  if (bytes.length > MAX_CONFIG_BYTES) return failed(dialect, context, [], { code: 'FILE_TOO_LARGE' });
  const warnings: ImportWarning[] = [];
  const file = decodeFile(bytes);
  if (file === undefined) {
    return failed(dialect, context, [], { code: 'PARSE_ERROR', message: 'it is neither UTF-8 nor UTF-16 text' });
  }
  if (file.bom) warnings.push({ code: 'BOM' });
  if (file.encoding !== 'utf-8') warnings.push({ code: 'ENCODING_UTF16' });
  const codec = codecOf(context.format ?? dialect.format);
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
    return failed(dialect, context, warnings, { code: 'PARSE_ERROR', line, column, message: parseProblem(parsed) });
  }
  return readTree(dialect, parsed.tree, text, context, warnings);
}

/** Half a sentence: what is said of another program's file, which is not ours to explain. */
export function parseProblem({ problem }: JsonTextError): string {
  return problem === 'too-deep' ? 'it is nested too deeply' : 'it is not valid JSON';
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
  if (tree.comments && written !== 'toml') {
    warnings.push({ code: written === 'yaml' ? 'YAML_COMMENTS_PRESENT' : 'JSON_COMMENTS_PRESENT' });
  }
  if (tree.trailingComma) warnings.push({ code: 'JSON_TRAILING_COMMA' });
  const bom = warnings.some((warning) => warning.code === 'BOM');
  if ((jsonc && dialect.strictJson) || (bom && dialect.rejectsBom)) warnings.push({ code: 'CLIENT_REJECTS_FILE' });
  if (tree.root === undefined) {
    return { result: resultOf(dialect, context, format, [], [...warnings, { code: 'EMPTY_FILE' }]), secrets: [] };
  }
  if (tree.root.type !== 'object') return failed(dialect, context, warnings, { code: 'ROOT_NOT_OBJECT' });
  const located = dialect.locate(tree.root, context);
  if (located.kind === 'error') return failed(dialect, context, warnings, { code: located.code });
  if (located.entries.length > MAX_SERVERS) return failed(dialect, context, warnings, { code: 'TOO_MANY_SERVERS' });
  warnings.push(...located.warnings);
  const { servers, secrets, raw } = readEntries(dialect, located.entries, text, context, warnings);
  const members = membersOf(tree.root);
  const preserve = preservedKeys(dialect, members, located.entries);
  const inputs = dialect.readInputs?.(tree.root, (warning) => warnings.push(warning)) ?? [];
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
    if (entry.projectPath !== undefined) server.projectPath = entry.projectPath;
    warnings.push(...nameWarnings(entry, dialect, seen));
    const found = findSecrets(server);
    const paths = [...new Set(found.map((secret) => secret.path))];
    if (paths.length > 0) server.secretCandidates = paths;
    const fields = membersOf(entry.node);
    for (const path of paths) {
      const shown = { server: entry.name, path: oauthSourcePath(path, fields, dialect.oauthFields) };
      warnings.push({ code: 'LITERAL_SECRET', ...shown });
      if (context.scope === 'project') warnings.push({ code: 'SECRET_IN_PROJECT_FILE', ...shown });
    }
    for (const path of findPlaceholders(server)) warnings.push({ code: 'PLACEHOLDER_VALUE', server: entry.name, path });
    secrets.push(...found.map((secret) => ({ ...secret, server: servers.length })));
    servers.push(server);
    raw.push(plainValue(entry.node));
  }
  return { servers, secrets, raw };
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

function preservedKeys(
  dialect: FileDialect,
  members: ReadonlyMap<string, JsonMember>,
  entries: readonly FoundEntry[],
): string[] {
  // A bare map or a single entry has no root keys of its own.
  if (!dialect.rootKeys.some((key) => members.has(key)) && entries.length > 0) return [];
  return [...members.keys()].filter((key) => !dialect.rootKeys.includes(key));
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
