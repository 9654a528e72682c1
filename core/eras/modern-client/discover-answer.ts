// The two ends of the handshake that the bridge holds between them: `initialize` towards the legacy server, `server/discover`
// towards the modern caller. (MCP 2025-11-25, Lifecycle; MCP 2026-07-28, Discovery)
import { type JsonObject, objectOf, textOf } from '../../base/json-object.ts';
import { memberSource } from '../../base/json-splice.ts';
import { LEGACY_VERSIONS, META, MODERN_VERSIONS, metaOf } from '../../connections/era.ts';
import { type Frame, parseFrame } from '../../connections/frame.ts';
import { VERSION } from '../../../shared/version.ts';

/** How long a caller may take the discover answer for true, milliseconds: it is as stable as the connection. */
const DISCOVER_TTL_MS = 60_000;
const TASKS_EXTENSION = 'io.modelcontextprotocol/tasks';

/** What a legacy server has said in its handshake. */
export interface LegacyServer {
  readonly version: string;
  readonly capabilities: JsonObject;
  /** Source text. */
  readonly serverInfo: string | undefined;
  readonly instructions: string | undefined;
}

/**
 * The params of `initialize` on behalf of the caller that sent `first`: its identity, and of its capabilities those that bridge. With
 * a person at hand (`withPerson`) elicitation is declared in any case: what the client cannot show, a window of Portolan can.
 */
export function initializeParams(first: Frame, withPerson: boolean): { readonly capabilities: JsonObject } {
  const meta = metaOf(first);
  const clientInfo = objectOf(meta?.[META.clientInfo]) ?? { name: 'portolan', version: VERSION };
  const declared = objectOf(meta?.[META.clientCapabilities]) ?? {};
  const capabilities = {
    ...pick(declared, ['roots', 'sampling', 'elicitation', 'experimental', 'extensions']),
    ...(withPerson && { elicitation: { form: {}, url: {} } }),
  };
  const params = { protocolVersion: LEGACY_VERSIONS[0], capabilities, clientInfo };
  return params;
}

/** What the answer to `initialize` tells; undefined when it is an error, or names a version that is not spoken here. */
export function readLegacyServer(answer: Frame): LegacyServer | undefined {
  const result = objectOf(answer.message['result']);
  const version = textOf(result?.['protocolVersion']);
  if (result === undefined || version === undefined || !LEGACY_VERSIONS.includes(version)) return undefined;
  return {
    version,
    capabilities: objectOf(result['capabilities']) ?? {},
    serverInfo: objectOf(result['serverInfo']) && memberSource(answer.bytes, ['result', 'serverInfo'])?.toString(),
    instructions: textOf(result['instructions']),
  };
}

/** The answer to `server/discover`. `id`: source text. */
export function discoverAnswer(id: string, server: LegacyServer): Frame {
  const { capabilities, instructions, serverInfo } = server;
  const result = JSON.stringify({
    resultType: 'complete',
    supportedVersions: [...MODERN_VERSIONS, ...LEGACY_VERSIONS],
    capabilities: pick(capabilities, [
      'tools',
      'resources',
      'prompts',
      'logging',
      'completions',
      'experimental',
      'extensions',
    ]),
    ...(instructions !== undefined && { instructions }),
    ttlMs: DISCOVER_TTL_MS,
    cacheScope: 'private',
  });
  const meta = serverInfo === undefined ? '' : `,"_meta":{"${META.serverInfo}":${serverInfo}}`;
  return parseFrame(Buffer.from(`{"jsonrpc":"2.0","id":${id},"result":${result.slice(0, -1)}${meta}}}`), 'server');
}

/** Those members that are objects. Tasks differ between the generations: neither side is promised the other's. */
function pick(from: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = objectOf(from[key]);
      if (value === undefined) return [];
      return [[key, key === 'extensions' ? without(value, TASKS_EXTENSION) : value]];
    }),
  );
}

function without(object: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}
