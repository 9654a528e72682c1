// What lies at an address: a server card, an AI catalog, a server.json, or an MCP endpoint. Cards are suggestions: nothing
// that decides about safety is read from one. (SEP-2127, draft)
import { PortolanError, toPortolanError } from '../../shared/errors.ts';
import type { Discovery } from '../../shared/model/registry.ts';
import { objectOf, textOf } from '../base/json-object.ts';
import type { GuardedFetch } from '../identity/guarded-fetch.ts';
import type { CachedDocument, DocumentCache } from './document-cache.ts';
import { readServerJson, type ServerTemplate } from './server-json.ts';

export const CARD_TYPE = 'application/mcp-server-card+json';
const CATALOG_TYPE = 'application/ai-catalog+json';
const ACCEPT = `${CARD_TYPE}, ${CATALOG_TYPE}, application/json;q=0.9`;
const MAX_ENTRIES = 50;
/** `/.well-known/mcp/server-card.json` is not official, but seen. */
const WELL_KNOWN = ['/.well-known/ai-catalog.json', '/.well-known/mcp/server-card.json'] as const;

export interface Described {
  readonly kind: 'card' | 'server-json';
  readonly server: ServerTemplate;
  readonly document: CachedDocument;
  /** Where the description itself lies. */
  readonly url: string;
}

type Found = Described | { readonly kind: 'catalog'; readonly document: CachedDocument; readonly url: string };

interface CatalogItem {
  readonly id: string;
  readonly url: string | undefined;
  readonly data: unknown;
}

export interface DiscoveryOptions {
  readonly cache: DocumentCache;
  /** A fetch that may reach the network in which `home` lies, and no other private one. */
  readonly fetchFor: (home: URL) => GuardedFetch;
}

export class CardReader {
  readonly #options: DiscoveryOptions;

  constructor(options: DiscoveryOptions) {
    this.#options = options;
  }

  /**
   * Finds out what `url` is; changes nothing and adds nothing.
   * @throws PortolanError URL_REFUSED, ADDRESS_BLOCKED, NOT_FOUND (nothing that is known lies there), and as the guarded fetch
   */
  async discover(url: string): Promise<Discovery> {
    const home = addressOf(url);
    const found = await this.#find(home);
    if (found === undefined) {
      const note = 'It speaks MCP and describes itself nowhere.';
      return { url: home.href, kind: 'endpoint', servers: [], skipped: 0, note };
    }
    if (found.kind !== 'catalog') {
      return { url: found.url, kind: found.kind, servers: [summaryOf(found.server)], skipped: 0 };
    }
    const { items, skipped } = itemsOf(found.document.value);
    const read = await Promise.all(
      items.map(async (item) => {
        const described = await this.#card(item, found, home).catch(() => undefined);
        return described === undefined ? undefined : { entry: item.id, ...summaryOf(described.server) };
      }),
    );
    const servers = read.filter((one) => one !== undefined);
    return { url: found.url, kind: 'catalog', servers, skipped: skipped + read.length - servers.length };
  }

  /**
   * The description at `url`; of an AI catalog that of its entry.
   * @throws PortolanError as `discover`; METADATA_INVALID
   */
  async read(url: string, entry?: string, refresh = false): Promise<Described> {
    const home = addressOf(url);
    const found = await this.#find(home, refresh);
    if (found !== undefined && found.kind !== 'catalog') return found;
    const item = found === undefined ? undefined : itemsOf(found.document.value).items.find(({ id }) => id === entry);
    if (found === undefined || item === undefined) {
      throw new PortolanError('NOT_FOUND', 'There is no description of a server at this address.', {
        hint: entry === undefined ? 'Name the entry of the catalog.' : 'Check the name of the entry.',
      });
    }
    return this.#card(item, found, home);
  }

  /** Undefined for an endpoint without a description. */
  async #find(home: URL, refresh = false): Promise<Found | undefined> {
    const direct = await this.#document(home, home, refresh).catch(toPortolanError);
    if (!(direct instanceof PortolanError)) return direct;
    if (direct.code === 'URL_REFUSED' || direct.code === 'ADDRESS_BLOCKED') throw direct;
    const path = home.pathname === '/' ? '' : home.pathname.replace(/\/$/, '');
    // A card can be asked for by anyone; the endpoint need not let us in for that.
    const places = path === '' ? WELL_KNOWN : [`${path}/server-card`];
    for (const place of places) {
      const found = await this.#document(new URL(place, home), home, refresh).catch(() => undefined);
      if (found !== undefined) return found;
    }
    if (await this.#isEndpoint(home)) return undefined;
    if (direct.code !== 'NOT_FOUND' && direct.code !== 'METADATA_INVALID' && direct.code !== 'HTTP_STATUS')
      throw direct;
    throw new PortolanError('NOT_FOUND', `${home.hostname} has no server, card or catalog at this address.`, {
      hint: 'Check the address.',
      data: { host: home.hostname },
    });
  }

  async #document(url: URL, home: URL, refresh: boolean): Promise<Found> {
    const { cache, fetchFor } = this.#options;
    const document = await cache.get({ url, fetch: fetchFor(home), accept: ACCEPT, audience: 'card', refresh });
    const { value, mediaType } = document;
    const body = objectOf(value);
    const isJson = mediaType === 'application/json' || mediaType === '';
    if (mediaType === CATALOG_TYPE || (isJson && Array.isArray(body?.['entries'])))
      return { kind: 'catalog', document, url: url.href };
    if (mediaType !== CARD_TYPE && !isJson) {
      throw new PortolanError(
        'METADATA_INVALID',
        `${url.hostname} answers with ${mediaType.slice(0, 80)}, which is no description.`,
        {
          hint: 'A card comes as application/mcp-server-card+json.',
        },
      );
    }
    const server = readServerJson(value);
    const isCard = mediaType === CARD_TYPE || server.packages.length === 0;
    return { kind: isCard ? 'card' : 'server-json', server, document, url: url.href };
  }

  async #card(item: CatalogItem, { document }: { document: CachedDocument }, home: URL): Promise<Described> {
    if (item.url === undefined) {
      return { kind: 'card', server: readServerJson(item.data), document, url: home.href };
    }
    const found = await this.#document(addressOf(item.url), home, false);
    if (found.kind !== 'catalog') return found;
    throw new PortolanError('METADATA_INVALID', 'An entry of the catalog leads to another catalog.');
  }

  /** Asks as the doctor does: whoever answers in JSON-RPC, or asks who we are, is an endpoint. It opens no session. */
  async #isEndpoint(url: URL): Promise<boolean> {
    const meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': {},
      'io.modelcontextprotocol/clientInfo': { name: 'portolan', version: '1' },
    };
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'server/discover', params: { _meta: meta } });
    const response = await this.#options.fetchFor(url)(url, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'server/discover',
      },
    });
    if (response.status === 401 && response.headers.has('www-authenticate')) return true;
    const text = await response.text();
    return /"jsonrpc"\s*:\s*"2\.0"/.test(text);
  }
}

function itemsOf(value: unknown): { items: CatalogItem[]; skipped: number } {
  const entries = objectOf(value)?.['entries'];
  const all = Array.isArray(entries) ? entries : [];
  const items = all.slice(0, MAX_ENTRIES).flatMap((one: unknown) => {
    const raw = objectOf(one);
    const id = textOf(raw?.['identifier']);
    const url = textOf(raw?.['url']);
    if (raw === undefined || id === undefined || textOf(raw['type']) !== CARD_TYPE) return [];
    return url === undefined && raw['data'] === undefined ? [] : [{ id, url, data: raw['data'] }];
  });
  return { items, skipped: all.length - items.length };
}

function summaryOf({ name, description, version }: ServerTemplate): Discovery['servers'][number] {
  return { name, description, version };
}

/** @throws PortolanError URL_REFUSED */
function addressOf(url: string): URL {
  if (URL.canParse(url)) return new URL(url);
  throw new PortolanError('URL_REFUSED', 'This is not an address.', { hint: 'Write it like https://example.com/mcp.' });
}
