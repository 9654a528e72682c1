// A registry's `server.json` (schema 2025-12-11, and the snake_case forms before 2025-09-16): every package and remote that
// can be run is a candidate, and every value that a person gives is an input. Nothing is fetched or started.
import type { ImportedServer, ImportWarning } from '../../../shared/model/import-result.ts';
import { isSecretName } from '../../base/secret-shape.ts';
import { parseJsonTree, plainValue } from '../../base/json-tree.ts';
import type { ClientFormat, ParseContext, ParsedFile } from '../client-format.ts';
import { decodeFile } from '../file-text.ts';
import { MAX_CONFIG_BYTES, parseProblem } from '../read-file.ts';
import { fieldOf, type Fields, isFields, listOf, textOf } from './loose-fields.ts';
import { type SourceContent, sourceError, sourceFormat, sourceResult } from './source-format.ts';
import { plain, ReferenceInTemplate, TemplateInputs } from './template-inputs.ts';

const ID = 'mcp-registry';
const MAX_CANDIDATES = 100;

interface Runner {
  readonly command: string;
  /** What stands before the package when the entry says nothing. */
  readonly before: readonly string[];
  readonly spec: (identifier: string, version: string | undefined) => string;
  /** What stands between the package and its arguments. */
  readonly after?: readonly string[];
}

const RUNNERS: Readonly<Record<string, Runner>> = {
  npm: { command: 'npx', before: ['-y'], spec: (id, version) => joined(id, '@', version) },
  pypi: { command: 'uvx', before: [], spec: (id, version) => joined(id, '==', version) },
  nuget: { command: 'dnx', before: [], spec: (id, version) => joined(id, '@', version), after: ['--yes', '--'] },
  oci: { command: 'docker', before: ['run', '-i', '--rm'], spec: image },
};
const OLD_NAMES: Readonly<Record<string, string>> = { docker: 'oci', 'docker-hub': 'oci', node: 'npm', python: 'pypi' };
const REMOTE_TYPES: Readonly<Record<string, ImportedServer['transport']>> = {
  'streamable-http': 'streamable-http',
  streamable: 'streamable-http',
  http: 'streamable-http',
  sse: 'sse',
};

/** Reads the bytes of a `server.json`. */
export const mcpRegistry: ClientFormat = { ...sourceFormat(ID, 'MCP registry', parse), looseScope: 'registry' };

/** True for an object that can only be a `server.json`, or the answer of a registry around one. */
export function isServerJson(value: unknown): boolean {
  const server = unwrap(value);
  return (
    isFields(server) &&
    typeof server['name'] === 'string' &&
    ['packages', 'remotes'].some((key) => Array.isArray(server[key]))
  );
}

/**
 * The candidates of a `server.json` given as plain data (`{server}` around it is taken off): packages first, then remotes,
 * named `NAME#npm`, `NAME#remote`. Strings refer to `inputs` as `${input:id}`. What cannot be run is left out with a
 * warning. Never throws.
 */
export function readServerJson(value: unknown): SourceContent {
  const server = unwrap(value);
  if (!isFields(server)) return { servers: [], inputs: [], warnings: [{ code: 'NO_SERVERS_KEY' }] };
  const name = textOf(server, 'name') ?? 'server';
  const description = textOf(server, 'title');
  const warnings: ImportWarning[] = [];
  const inputs = new TemplateInputs();
  const servers: ImportedServer[] = [];
  const names = new Set<string>();
  const add = (kind: string, read: (candidate: string) => Partial<ImportedServer> | string) => {
    let candidate = `${name}#${kind}`;
    for (let number = 2; names.has(candidate); number += 1) candidate = `${name}#${kind}-${number}`;
    names.add(candidate);
    const found = attempt(() => read(candidate));
    if (typeof found === 'string') warnings.push({ code: found, server: candidate });
    else {
      const title = description === undefined ? {} : { displayName: description };
      servers.push({ name: candidate, enabled: true, ...found, ...title } as ImportedServer);
    }
  };
  const [packages, remotes] = [listOf(server, 'packages'), listOf(server, 'remotes')];
  for (const entry of packages.slice(0, MAX_CANDIDATES)) add(kindOf(entry), () => readPackage(entry, inputs));
  for (const entry of remotes.slice(0, MAX_CANDIDATES)) add('remote', () => readRemote(entry, inputs));
  for (const { name: sse } of servers.filter(({ transport }) => transport === 'sse')) {
    warnings.push({ code: 'DEPRECATED_TRANSPORT_SSE', server: sse });
  }
  if (packages.length + remotes.length === 0) warnings.push({ code: 'NO_SERVERS_KEY' });
  return { servers, inputs: inputs.list(), warnings };
}

function parse(bytes: Buffer, context: ParseContext): ParsedFile {
  if (bytes.length > MAX_CONFIG_BYTES) return sourceError(ID, context, { code: 'FILE_TOO_LARGE' });
  const file = decodeFile(bytes);
  const read = parseJsonTree(file?.text ?? '{');
  if (read.kind === 'error') {
    const { line, column } = read;
    return sourceError(ID, context, { code: 'PARSE_ERROR', line, column, message: parseProblem(read, 'json') });
  }
  const { root } = read.tree;
  if (root?.type !== 'object') return sourceError(ID, context, { code: 'ROOT_NOT_OBJECT' });
  return sourceResult(ID, context, readServerJson(plainValue(root)));
}

function unwrap(value: unknown): unknown {
  return isFields(value) && isFields(value['server']) ? value['server'] : value;
}

/** The candidate, or the code of the warning that stands for it. */
function attempt(read: () => Partial<ImportedServer> | string): Partial<ImportedServer> | string {
  try {
    return read();
  } catch (error) {
    if (error instanceof ReferenceInTemplate) return 'SECRET_REFERENCE';
    throw error;
  }
}

function kindOf(entry: Fields): string {
  const kind = (textOf(entry, 'registryType') ?? textOf(entry, 'registryName') ?? 'package').toLowerCase();
  return Object.hasOwn(OLD_NAMES, kind) ? (OLD_NAMES[kind] ?? kind) : kind;
}

function readPackage(entry: Fields, inputs: TemplateInputs): Partial<ImportedServer> | string {
  const kind = kindOf(entry);
  const runner = Object.hasOwn(RUNNERS, kind) ? RUNNERS[kind] : undefined;
  const identifier = textOf(entry, 'identifier') ?? textOf(entry, 'name');
  if (identifier === undefined) return 'SERVER_SKIPPED_EMPTY';
  const transport = fieldOf(entry, 'transport');
  const isStdio = !isFields(transport) || (textOf(transport, 'type') ?? 'stdio') === 'stdio';
  // A package that opens a port must be started by hand; a bundle is opened before it can be run.
  if (runner === undefined || !isStdio) return 'NOT_PORTABLE_SKIPPED';
  const env: Record<string, string> = {};
  for (const variable of listOf(entry, 'environmentVariables')) {
    const name = textOf(variable, 'name');
    const secret = name !== undefined && fieldOf(variable, 'isSecret') === undefined && isSecretName(name);
    const value =
      name === undefined ? undefined : inputs.textFor(secret ? { ...variable, isSecret: true } : variable, name, true);
    if (name !== undefined && value !== undefined) env[name] = value;
  }
  const runtime = argumentsOf(listOf(entry, 'runtimeArguments'), inputs);
  const before = runtime.length === 0 || kind === 'oci' ? runner.before.filter((word) => !runtime.includes(word)) : [];
  const passed = kind === 'oci' ? Object.keys(env).flatMap((name) => ['-e', name]) : [];
  const base = textOf(entry, 'registryBaseUrl');
  const own =
    kind === 'oci' && base !== undefined && !/docker\.io/.test(base) ? withHost(base, identifier) : identifier;
  return {
    transport: 'stdio',
    command: plain(textOf(entry, 'runtimeHint') ?? runner.command),
    args: [
      ...before,
      ...runtime,
      ...passed,
      plain(runner.spec(own, textOf(entry, 'version'))),
      ...(runner.after ?? []),
      ...argumentsOf(listOf(entry, 'packageArguments'), inputs),
    ],
    env,
  };
}

function readRemote(entry: Fields, inputs: TemplateInputs): Partial<ImportedServer> | string {
  const type = textOf(entry, 'type') ?? textOf(entry, 'transportType') ?? '';
  const url = textOf(entry, 'url');
  if (url === undefined) return 'SERVER_SKIPPED_EMPTY';
  const written = inputs.fill(url, entry);
  const probe = written.replaceAll(/\$\{[^{}]*\}/g, 'x');
  const address = URL.parse(probe) ?? URL.parse(probe.replace(/^x/, 'https://x'));
  if (!/^https?:$/.test(address?.protocol ?? '')) return 'SERVER_SKIPPED_URL';
  const headers: Record<string, string> = {};
  for (const header of listOf(entry, 'headers')) {
    const name = textOf(header, 'name');
    const value = name === undefined ? undefined : inputs.textFor(header, name, true);
    if (name !== undefined && value !== undefined) headers[name] = value;
  }
  const transport = Object.hasOwn(REMOTE_TYPES, type) ? REMOTE_TYPES[type] : 'http-auto';
  return { transport: transport ?? 'http-auto', url: written, headers };
}

function argumentsOf(list: readonly Fields[], inputs: TemplateInputs): string[] {
  return list.flatMap((argument) => {
    const named = textOf(argument, 'name');
    const isNamed = (textOf(argument, 'type') ?? 'named') === 'named' && named !== undefined;
    if (!isNamed) {
      const id = textOf(argument, 'valueHint') ?? named ?? 'argument';
      const value = inputs.textFor(argument, id, true);
      return value === undefined ? [] : [value];
    }
    const asks = ['isRequired', 'default', 'choices', 'isSecret', 'placeholder', 'valueHint'].some(
      (field) => fieldOf(argument, field) !== undefined,
    );
    const isFlag = textOf(argument, 'format') === 'boolean' && textOf(argument, 'value') === undefined;
    const value = isFlag ? undefined : inputs.textFor(argument, named, asks);
    return value === undefined ? [plain(named)] : [plain(named), value];
  });
}

function joined(identifier: string, mark: string, version: string | undefined): string {
  return version === undefined || version === 'latest' ? identifier : identifier + mark + version;
}

/** Since 2025-10-11 the identifier holds tag or digest itself. */
function image(identifier: string, version: string | undefined): string {
  const last = identifier.split('/').at(-1) ?? '';
  return /[:@]/.test(last) ? identifier : joined(identifier, ':', version);
}

function withHost(base: string, identifier: string): string {
  const host = URL.parse(base)?.host;
  return host === undefined || identifier.startsWith(`${host}/`) ? identifier : `${host}/${identifier}`;
}
