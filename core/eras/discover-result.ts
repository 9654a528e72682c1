// What a modern server says of itself in answer to `server/discover`. (MCP 2026-07-28, Lifecycle, "Discovery")
import { type JsonObject, objectOf, textOf } from '../base/json-object.ts';
import { META } from '../connections/era.ts';
import type { Frame } from '../connections/frame.ts';
import type { HandshakeInfo } from '../connections/status-board.ts';
import { serverInfoOf } from '../connections/server-info.ts';

/** A server can ask to be believed for a day at most. */
const MAX_TTL_MS = 86_400_000;

export interface DiscoverResult {
  /** At least one; legacy versions may be among them. */
  readonly supportedVersions: readonly string[];
  readonly capabilities: JsonObject;
  readonly serverInfo: HandshakeInfo['serverInfo'];
  readonly instructions: string | undefined;
  /** Milliseconds for which the result may be used again; 0 when the server does not say. */
  readonly ttlMs: number;
  readonly cacheScope: 'public' | 'private';
  /** The whole result as it was sent. */
  readonly raw: JsonObject;
}

/** The result in an answer to `server/discover`; undefined when the answer is an error or something else. */
export function readDiscoverResult(frame: Frame): DiscoverResult | undefined {
  return discoverResultOf(frame.message['result']);
}

/** The same for a result that is at hand already. */
export function discoverResultOf(value: unknown): DiscoverResult | undefined {
  const raw = objectOf(value);
  const versions = raw?.['supportedVersions'];
  if (raw === undefined || !Array.isArray(versions) || (raw['resultType'] ?? 'complete') !== 'complete')
    return undefined;
  const supportedVersions = versions.filter((version) => typeof version === 'string');
  if (supportedVersions.length === 0) return undefined;
  return {
    supportedVersions,
    capabilities: objectOf(raw['capabilities']) ?? {},
    serverInfo: serverInfoOf(objectOf(raw['_meta'])?.[META.serverInfo]),
    instructions: textOf(raw['instructions']),
    ttlMs: ttlOf(raw['ttlMs']),
    cacheScope: raw['cacheScope'] === 'public' ? 'public' : 'private',
    raw,
  };
}

function ttlOf(value: unknown): number {
  return typeof value === 'number' && value > 0 ? Math.min(value, MAX_TTL_MS) : 0;
}
