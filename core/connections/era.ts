// The two generations of MCP: `legacy` (a handshake by `initialize`, up to 2025-11-25) and `modern` (every request carries its
// metadata, from 2026-07-28). The names both are told apart by; it must not know connections.
import { type JsonObject, objectOf } from '../base/json-object.ts';
import type { Frame } from './frame.ts';

export type Era = 'legacy' | 'modern';

/** Modern versions that Portolan speaks, newest first. */
export const MODERN_VERSIONS: readonly string[] = ['2026-07-28'];

/** Legacy versions that Portolan speaks, newest first. */
export const LEGACY_VERSIONS: readonly string[] = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'];

/** Reserved keys of `_meta`. (MCP 2026-07-28, Base protocol, `_meta`) */
export const META = {
  protocolVersion: 'io.modelcontextprotocol/protocolVersion',
  clientInfo: 'io.modelcontextprotocol/clientInfo',
  clientCapabilities: 'io.modelcontextprotocol/clientCapabilities',
  logLevel: 'io.modelcontextprotocol/logLevel',
  subscriptionId: 'io.modelcontextprotocol/subscriptionId',
  serverInfo: 'io.modelcontextprotocol/serverInfo',
} as const;

/** Extensions that Portolan itself is a client of: declared where it speaks for itself or bridges, never in a request that it passes on. */
export const OWN_EXTENSIONS: JsonObject = { 'io.modelcontextprotocol/enterprise-managed-authorization': {} };

export const DISCOVER = 'server/discover';
export const LISTEN = 'subscriptions/listen';

/** Version strings are dates, so that their order is that of the texts. */
export function isModernVersion(version: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(version) && version >= '2026-07-28';
}

/** The `_meta` of a request or notification, when it has one that is an object. */
export function metaOf(frame: Frame): JsonObject | undefined {
  return objectOf(objectOf(frame.message['params'])?.['_meta']);
}

/** The dialect in which a client speaks, by one of its messages; undefined when that message tells neither. */
export function eraOf(frame: Frame): Era | undefined {
  if (frame.method === 'initialize') return 'legacy';
  if (frame.method === DISCOVER || frame.method === LISTEN) return 'modern';
  const version = metaOf(frame)?.[META.protocolVersion];
  if (typeof version !== 'string') return undefined;
  return isModernVersion(version) ? 'modern' : 'legacy';
}

/** The version that a modern message names in its `_meta`; that of the newest known one when it names none. */
export function versionOf(frame: Frame): string {
  const version = metaOf(frame)?.[META.protocolVersion];
  return typeof version === 'string' ? version : (MODERN_VERSIONS[0] ?? '');
}
