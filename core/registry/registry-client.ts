// The read half of the MCP registry API v0.1, over the guarded fetch and the cache of documents. What a registry says is
// foreign: entries of the wrong shape are left out and counted, never guessed at.
import { PortolanError } from '../../shared/errors.ts';
import type { RegistryHit, RegistryStatus } from '../../shared/model/registry.ts';
import type { Reason } from '../../shared/model/server-status.ts';
import { objectOf, textOf } from '../base/json-object.ts';
import type { GuardedFetch } from '../identity/guarded-fetch.ts';
import type { CachedDocument, DocumentCache } from './document-cache.ts';
import { readServerJson, type ServerTemplate } from './server-json.ts';

export const OFFICIAL_REGISTRY = 'https://registry.modelcontextprotocol.io';
const OFFICIAL_META = 'io.modelcontextprotocol.registry/official';
const PAGE = 50;
const MAX_ENTRIES = 500;
const MAX_CURSOR = 4_096;
const STATUSES = ['active', 'deprecated', 'deleted'] as const;

/** One server in one version, as a registry has it. */
export interface RegistryEntry {
  readonly server: ServerTemplate;
  readonly status: RegistryStatus;
  readonly statusMessage: string | undefined;
  readonly publishedAt: string | undefined;
  readonly updatedAt: string | undefined;
  readonly isLatest: boolean;
}

/** How old an answer is, and why it is not newer. */
export interface Age {
  readonly readAt: string;
  readonly offline?: Reason;
}

export interface RegistryClientOptions {
  readonly name: string;
  /** Base address, checked before. */
  readonly url: string;
  readonly cache: DocumentCache;
  readonly fetch: GuardedFetch;
  /** The bearer token, resolved for each request; undefined: none is sent. */
  readonly token?: () => Promise<string | undefined>;
}

export class RegistryClient {
  readonly #options: RegistryClientOptions;

  constructor(options: RegistryClientOptions) {
    this.#options = options;
  }

  /**
   * One page of the latest versions. `cursor`: the one of the page before, handed back as it came.
   * @throws PortolanError as DocumentCache.get; METADATA_INVALID when the answer is no page
   */
  async search(input: {
    text?: string | undefined;
    cursor?: string | undefined;
    withDeleted?: boolean;
    refresh?: boolean;
  }): Promise<{ entries: RegistryEntry[]; nextCursor: string | undefined; skipped: number } & Age> {
    const url = this.#url('/v0.1/servers');
    url.searchParams.set('limit', String(PAGE));
    url.searchParams.set('version', 'latest');
    if (input.text !== undefined && input.text !== '') url.searchParams.set('search', input.text);
    if (input.cursor !== undefined) url.searchParams.set('cursor', input.cursor);
    if (input.withDeleted === true) url.searchParams.set('include_deleted', 'true');
    const page = await this.#page(url, input.refresh);
    const next = textOf(objectOf(page.metadata)?.['nextCursor']) ?? textOf(objectOf(page.metadata)?.['next_cursor']);
    // A cursor that leads to itself would never end.
    const goesOn = next !== undefined && next !== '' && next !== input.cursor && next.length <= MAX_CURSOR;
    return { ...page.age, entries: page.entries, skipped: page.skipped, nextCursor: goesOn ? next : undefined };
  }

  /** Every version that the registry has, as it lists them. @throws PortolanError as `search`, NOT_FOUND */
  async versions(server: string, refresh = false): Promise<{ entries: RegistryEntry[]; skipped: number } & Age> {
    const url = this.#url(`/v0.1/servers/${encodeURIComponent(server)}/versions`);
    url.searchParams.set('include_deleted', 'true');
    const { entries, skipped, age } = await this.#page(url, refresh);
    return { ...age, entries: entries.filter((entry) => entry.server.name === server), skipped };
  }

  /** One version; `latest` when none is named. @throws PortolanError as `search`, NOT_FOUND, METADATA_INVALID */
  async version(server: string, version = 'latest', refresh = false): Promise<RegistryEntry & Age> {
    const path = `/v0.1/servers/${encodeURIComponent(server)}/versions/${encodeURIComponent(version)}`;
    const document = await this.#get(this.#url(path), refresh);
    const entry = readEntry(document.value);
    if (entry.server.name !== server || (version !== 'latest' && entry.server.version !== version)) {
      throw new PortolanError(
        'METADATA_INVALID',
        `${this.#options.name} answers with another server than was asked for.`,
        {
          hint: 'Tell the operator of the registry.',
        },
      );
    }
    return { ...entry, ...ageOf(document) };
  }

  async #page(
    url: URL,
    refresh = false,
  ): Promise<{ entries: RegistryEntry[]; skipped: number; metadata: unknown; age: Age }> {
    const document = await this.#get(url, refresh);
    const body = objectOf(document.value);
    const items = body?.['servers'];
    if (body === undefined || !Array.isArray(items)) {
      throw new PortolanError('METADATA_INVALID', `${this.#options.name} does not answer as a registry.`, {
        hint: 'Check the address of the registry: /v0.1/servers follows it.',
      });
    }
    const entries: RegistryEntry[] = [];
    let skipped = Math.max(0, items.length - MAX_ENTRIES);
    for (const item of items.slice(0, MAX_ENTRIES)) {
      try {
        entries.push(readEntry(item));
      } catch {
        skipped += 1;
      }
    }
    return { entries, skipped, metadata: body['metadata'], age: ageOf(document) };
  }

  async #get(url: URL, refresh = false): Promise<CachedDocument> {
    const { cache, fetch, name, token } = this.#options;
    const bearer = await token?.();
    return cache.get({ url, fetch, accept: 'application/json', audience: name, token: bearer, refresh });
  }

  #url(path: string): URL {
    return new URL(`${this.#options.url.replace(/\/+$/, '')}${path}`);
  }
}

/** @throws PortolanError METADATA_INVALID */
function readEntry(value: unknown): RegistryEntry {
  const item = objectOf(value);
  // Older registries wrote the server without an envelope.
  const server = readServerJson(objectOf(item?.['server']) ?? item);
  const metas = objectOf(item?.['_meta']) ?? {};
  const meta =
    objectOf(metas[OFFICIAL_META]) ??
    Object.values(metas)
      .map(objectOf)
      .find((one) => one?.['status'] !== undefined) ??
    {};
  const told = textOf(meta['status']) ?? textOf(server.raw['status']) ?? 'active';
  return {
    server,
    // A status that is not known is no reason to trust.
    status: STATUSES.find((status) => status === told) ?? 'deprecated',
    statusMessage: textOf(meta['statusMessage'])?.slice(0, 500),
    publishedAt: textOf(meta['publishedAt'])?.slice(0, 40),
    updatedAt: textOf(meta['updatedAt'])?.slice(0, 40),
    isLatest: meta['isLatest'] === true,
  };
}

/** The entry as lists show it. */
export function hitOf({ server, status, statusMessage, updatedAt, publishedAt }: RegistryEntry): RegistryHit {
  const at = updatedAt ?? publishedAt;
  const kinds = [...server.packages.map(({ type }) => type), ...(server.remotes.length > 0 ? ['remote'] : [])];
  return {
    name: server.name,
    description: server.description,
    version: server.version,
    status,
    kinds: [...new Set(kinds)],
    ...(server.title !== undefined && { title: server.title }),
    ...(statusMessage !== undefined && { statusMessage }),
    ...(at !== undefined && { updatedAt: at }),
  };
}

/** How old a document is. */
function ageOf({ readAt, offline }: CachedDocument): Age {
  return { readAt, ...(offline !== undefined && { offline }) };
}
