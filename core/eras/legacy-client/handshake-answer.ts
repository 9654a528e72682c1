// Answers a legacy client's `initialize` from what a modern server told about itself.
// (MCP 2025-11-25, Lifecycle, Initialization; MCP 2026-07-28, Discovery)
import { objectOf, textOf } from '../../base/json-object.ts';
import { LEGACY_VERSIONS, META } from '../../connections/era.ts';
import { type Frame, parseFrame } from '../../connections/frame.ts';
import type { DiscoverResult } from '../discover-result.ts';
import { toLegacyServer } from './capability-map.ts';

const NEWEST_LEGACY = '2025-11-25';

/**
 * The answer to `initialize`: the client's version when it is a legacy one that Portolan speaks, else the newest; the server's own
 * name, or the one in the catalog; its instructions; its capabilities.
 */
export function handshakeAnswer(initialize: Frame, discovered: DiscoverResult, catalogName: string): Frame {
  const asked = textOf(objectOf(initialize.message['params'])?.['protocolVersion']);
  const result = {
    protocolVersion: asked !== undefined && LEGACY_VERSIONS.includes(asked) ? asked : NEWEST_LEGACY,
    capabilities: toLegacyServer(discovered.capabilities),
    serverInfo: serverInfoOf(discovered, catalogName),
    ...(discovered.instructions !== undefined && { instructions: discovered.instructions }),
  };
  const text = `{"jsonrpc":"2.0","id":${initialize.id ?? 'null'},"result":${JSON.stringify(result)}}`;
  return parseFrame(Buffer.from(text), 'server');
}

/** As the server sent it, icons and all, when it has the two members that a legacy client needs. */
function serverInfoOf({ raw, serverInfo }: DiscoverResult, catalogName: string): object {
  if (serverInfo === undefined) return { name: catalogName, version: 'unknown' };
  return objectOf(objectOf(raw['_meta'])?.[META.serverInfo]) ?? serverInfo;
}
