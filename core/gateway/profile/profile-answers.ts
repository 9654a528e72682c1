// What a profile answers by itself: who it is, and the pages of its joined lists.
import { createHash } from 'node:crypto';
import type { Profile } from '../../../shared/model/profile.ts';
import { VERSION } from '../../../shared/version.ts';
import { type Era, LEGACY_VERSIONS, META, MODERN_VERSIONS } from '../../connections/era.ts';
import { type ListKind, LISTS } from './list-kinds.ts';
import type { Missing } from './member-lists.ts';
import type { OfferedList } from './offers.ts';

/** `_meta` key of a list's answer that names the servers whose part is missing. */
const MISSING_KEY = 'io.portolan/missing';

/** Items of one page; most clients never ask for a second one. */
export const PAGE_ITEMS = 2000;

/** How long a modern client may keep what `server/discover` said, in milliseconds. */
const DISCOVER_TTL_MS = 5000;

const CAPABILITIES = {
  tools: { listChanged: true },
  prompts: { listChanged: true },
  resources: { subscribe: true, listChanged: true },
  completions: {},
};

/** The answer to `initialize`; the client's version when it is a known one, else our newest. (MCP 2025-11-25, Lifecycle) */
export function initializeResult(
  profile: Profile,
  wanted: unknown,
): { protocolVersion: string; [key: string]: unknown } {
  const protocolVersion = LEGACY_VERSIONS.find((version) => version === wanted) ?? LEGACY_VERSIONS[0] ?? '';
  return {
    protocolVersion,
    capabilities: { ...CAPABILITIES, logging: {} },
    serverInfo: serverInfoOf(profile),
    instructions: instructionsOf(profile),
  };
}

/** The answer to `server/discover`. (MCP 2026-07-28, Discovery) */
export function discoverResult(profile: Profile): object {
  return {
    resultType: 'complete',
    supportedVersions: [...MODERN_VERSIONS, ...LEGACY_VERSIONS],
    capabilities: { ...CAPABILITIES, logging: {} },
    instructions: instructionsOf(profile),
    ttlMs: DISCOVER_TTL_MS,
    cacheScope: 'private',
    _meta: { [META.serverInfo]: serverInfoOf(profile) },
  };
}

/** One page of a list as JSON text, from the item at `from` on. */
export function listResult(
  about: { profile: Profile; era: Era; kind: ListKind; missing: readonly Missing[] },
  items: readonly Buffer[],
  nextCursor: string | undefined,
): Buffer {
  const { profile, era, kind, missing } = about;
  const meta = {
    ...(era === 'modern' && { [META.serverInfo]: serverInfoOf(profile) }),
    ...(missing.length > 0 && { [MISSING_KEY]: missing }),
  };
  const rest = {
    ...(nextCursor !== undefined && { nextCursor }),
    // What members list may change at any moment; their own times are not known here.
    ...(era === 'modern' && { resultType: 'complete', ttlMs: 0, cacheScope: 'private' }),
    ...(Object.keys(meta).length > 0 && { _meta: meta }),
  };
  const tail = JSON.stringify(rest).slice(1);
  const parts: Buffer[] = [Buffer.from(`{"${LISTS[kind].member}":[`)];
  for (const [at, item] of items.entries()) parts.push(...(at === 0 ? [item] : [COMMA, item]));
  parts.push(Buffer.from(tail === '}' ? ']}' : `],${tail}`));
  return Buffer.concat(parts);
}

const COMMA = Buffer.from(',');

/** A cursor is bound to the whole list: it counts only while that is the same. */
export function cursorAt(list: OfferedList, from: number): string {
  return Buffer.from(`${stampOf(list)}:${from}`).toString('base64url');
}

/** The place that a cursor of ours stands for in this list; undefined when it is not one, or the list has changed. */
export function placeOf(list: OfferedList, cursor: unknown): number | undefined {
  if (typeof cursor !== 'string') return undefined;
  const [stamp, place = ''] = Buffer.from(cursor, 'base64url').toString('utf8').split(':');
  const from = Number(place);
  const isPlace = /^\d{1,9}$/.test(place) && from > 0 && from < list.offers.length;
  return isPlace && stamp === stampOf(list) ? from : undefined;
}

function stampOf({ offers }: OfferedList): string {
  const hash = createHash('sha256');
  for (const { server, as } of offers) hash.update(JSON.stringify([server, as]));
  return hash.digest('hex').slice(0, 16);
}

function serverInfoOf({ name, title }: Profile): object {
  return { name: 'portolan', title: title ?? `Portolan: ${name}`, version: VERSION };
}

function instructionsOf({ servers, mode }: Profile): string {
  const names = servers.length === 0 ? 'none yet' : servers.join(', ');
  const how =
    mode === 'search'
      ? 'Look for a tool with find_tools, then call it with call_tool.'
      : 'The name of a tool begins with its server’s name and two underscores.';
  return `Portolan offers several MCP servers as one: ${names}. ${how}`;
}
