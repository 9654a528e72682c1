// A sealed server of an import as an entry of the catalog: Portolan's syntax, a portable name, Portolan's own options.
import type { ImportedServer, ImportWarning } from '../../shared/model/import-result.ts';
import type { ServerAuth } from '../../shared/model/server-auth.ts';
import type { Endpoint, ServerEntry } from '../../shared/model/server-entry.ts';
import { emptyRecord, pointerSegment } from '../base/json-tree.ts';
import { refsAt } from './read-server.ts';
import { toAuth } from './to-auth.ts';
import { toPortolanSyntax, type VariableSyntax } from './variables.ts';

export interface ConvertedServer {
  readonly kind: 'endpoint';
  readonly endpoint: Endpoint;
  readonly auth?: ServerAuth;
  readonly warnings: readonly ImportWarning[];
}

export type Converted = ConvertedServer | { readonly kind: 'skip'; readonly code: string; readonly note: string };

const MAX_TITLE = 100;
const MAX_DESCRIPTION = 500;
const TOTAL_MS = { min: 100, max: 86_400_000 } as const;

/** The endpoint and sign-in of `server`, whose secrets are references already; or why the catalog cannot hold it. */
export function toEndpoint(server: ImportedServer, literal: ImportedServer, syntax: VariableSyntax): Converted {
  // A file of another program has no business naming what is in this keychain: it could send it anywhere.
  if (literal.refs?.some((ref) => ref.kind === 'secret' && ref.syntax === '${secret:X}') === true) {
    return {
      kind: 'skip',
      code: 'SECRET_REFERENCE',
      note: 'It names a secret of your keychain. If you trust it with that secret, add it by hand.',
    };
  }
  if (server.transport === 'ws') {
    return {
      kind: 'skip',
      code: 'TRANSPORT_NOT_PORTABLE',
      note: 'It is reached over WebSocket, which no MCP revision defines.',
    };
  }
  if (URL.parse(server.url ?? '')?.username || URL.parse(server.url ?? '')?.password) {
    return {
      kind: 'skip',
      code: 'URL_WITH_USER',
      note: 'Its address holds a user name or password. Add it by hand with a header instead.',
    };
  }
  const env = bridgeEnvironment(server);
  const convert = (path: string, value: string) =>
    toPortolanSyntax(value, refsAt(server, path, value, syntax), (name) => env[name]);
  const { auth, leftOut } = toAuth(server, convert);
  const warnings = fieldWarnings(server, leftOut);
  if (server.transport === 'stdio') {
    const cwd = server.cwd ?? server.projectPath;
    const endpoint: Endpoint = {
      type: 'stdio',
      command: convert('/command', server.command ?? ''),
      args: (server.args ?? []).map((arg, index) => convert(`/args/${index}`, arg)),
      env: { ...fieldRefs(server, '/env'), ...convertMap('/env', server.env ?? {}, convert) },
      ...(cwd === undefined ? {} : { cwd: server.cwd === undefined ? cwd : convert('/cwd', cwd) }),
    };
    return { kind: 'endpoint', endpoint, warnings };
  }
  const endpoint: Endpoint = {
    type: server.transport,
    url: convert('/url', server.url ?? ''),
    headers: { ...fieldRefs(server, '/headers'), ...convertMap('/headers', server.headers ?? {}, convert) },
  };
  return { kind: 'endpoint', endpoint, warnings, ...(auth === undefined ? {} : { auth }) };
}

/** The entry called `name` for a converted server that its file calls `server.name`. */
export function toEntry(
  name: string,
  { endpoint, auth }: ConvertedServer,
  server: ImportedServer,
  client: string,
): ServerEntry {
  const title = server.displayName ?? (name === server.name ? undefined : server.name);
  const totalMs = server.timeouts?.['toolCallMs'] ?? server.timeouts?.['requestMs'];
  return {
    name,
    endpoint,
    options: {
      ...(title === undefined ? {} : { title: title.slice(0, MAX_TITLE) }),
      ...(server.description === undefined ? {} : { description: server.description.slice(0, MAX_DESCRIPTION) }),
      enabled: server.enabled,
      protocolEra: 'auto',
      capture: 'digest',
      timeouts:
        totalMs === undefined ? {} : { totalMs: Math.round(Math.min(Math.max(totalMs, TOTAL_MS.min), TOTAL_MS.max)) },
      ...(auth === undefined ? {} : { auth }),
      source: { kind: 'import', detail: client },
    },
  };
}

/** What the catalog does not take over, so that a person can decide. */
function fieldWarnings(server: ImportedServer, leftOut: readonly string[]): ImportWarning[] {
  const warnings: ImportWarning[] = [];
  const warn = (code: string, path: string) => warnings.push({ code, server: server.name, path });
  for (const ref of server.refs ?? []) {
    if ((ref.kind === 'builtin' || ref.kind === 'file') && !ref.path.startsWith('/oauth') && ref.path !== '/envFile') {
      warn('CLIENT_BUILTIN_VARIABLE', ref.path);
    }
  }
  if (server.envFile !== undefined) warn('ENV_FILE_NOT_READ', '/envFile');
  for (const path of leftOut) warn('OAUTH_SETTINGS_NOT_KEPT', path);
  return warnings;
}

/** Values that the client takes from its environment under keys of their own, where a text would stand in others. */
function fieldRefs(server: ImportedServer, parent: '/env' | '/headers'): Record<string, string> {
  const result = emptyRecord<string>();
  const texts = parent === '/env' ? server.env : server.headers;
  for (const { path, syntax, kind, name } of server.refs ?? []) {
    if (kind !== 'env' || !path.startsWith(`${parent}/`)) continue;
    const key = path
      .slice(parent.length + 1)
      .replaceAll('~1', '/')
      .replaceAll('~0', '~');
    if (Object.hasOwn(texts ?? {}, key)) continue;
    result[key] = `${syntax === 'bearer_token_env_var' ? 'Bearer ' : ''}\${env:${name}}`;
  }
  return result;
}

function convertMap(
  parent: string,
  values: Readonly<Record<string, string | null>>,
  convert: (path: string, value: string) => string,
): Record<string, string> {
  const result = emptyRecord<string>();
  for (const [key, value] of Object.entries(values)) {
    if (value !== null) result[key] = convert(parent + pointerSegment(key), value);
  }
  return result;
}

/** The environment of the mcp-remote entry that a remote server was lifted from. */
function bridgeEnvironment(server: ImportedServer): Record<string, string> {
  const result = emptyRecord<string>();
  const original = server.bridge?.['original'];
  const env = typeof original === 'object' && original !== null && 'env' in original ? original.env : undefined;
  if (typeof env !== 'object' || env === null) return result;
  for (const [key, value] of Object.entries(env)) if (typeof value === 'string') result[key] = value;
  return result;
}
