// What a modern server tells about itself. (MCP 2026-07-28, Discovery)
import { type JsonObject, objectOf, textOf } from '../base/json-object.ts';
import { META } from '../connections/era.ts';
import type { Frame } from '../connections/frame.ts';

export interface DiscoverResult {
  readonly supportedVersions: readonly string[];
  readonly capabilities: JsonObject;
  readonly serverInfo: { readonly name: string; readonly version: string; readonly title?: string } | undefined;
  readonly instructions: string | undefined;
  /** Milliseconds for which it may be kept; 0 when absent or negative. */
  readonly ttlMs: number;
  readonly cacheScope: 'public' | 'private';
  /** The result as sent. */
  readonly raw: JsonObject;
}

/** The result of `server/discover`; undefined when the answer is an error or tells no versions. */
export function readDiscoverResult(frame: Frame): DiscoverResult | undefined {
  const raw = objectOf(frame.message['result']);
  const versions = raw?.['supportedVersions'];
  if (raw === undefined || !Array.isArray(versions)) return undefined;
  const supportedVersions = versions.filter((version) => typeof version === 'string');
  const ttlMs = raw['ttlMs'];
  return {
    supportedVersions,
    capabilities: objectOf(raw['capabilities']) ?? {},
    serverInfo: serverInfoOf(raw),
    instructions: textOf(raw['instructions']),
    ttlMs: typeof ttlMs === 'number' && ttlMs > 0 ? ttlMs : 0,
    cacheScope: raw['cacheScope'] === 'public' ? 'public' : 'private',
    raw,
  };
}

function serverInfoOf(raw: JsonObject): DiscoverResult['serverInfo'] {
  const info = objectOf(objectOf(raw['_meta'])?.[META.serverInfo]);
  const [name, version, title] = [textOf(info?.['name']), textOf(info?.['version']), textOf(info?.['title'])];
  if (name === undefined || version === undefined) return undefined;
  return { name, version, ...(title !== undefined && { title }) };
}
