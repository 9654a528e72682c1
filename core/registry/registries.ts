// Finding servers and making entries of them: the registries of a person, cards and catalogs at addresses, bundles. It
// changes nothing: what it makes is shown to a person first and put into the catalog elsewhere.
import { join } from 'node:path';
import { PortolanError, toPortolanError } from '../../shared/errors.ts';
import type {
  Discovery,
  InstallOption,
  InstallRequest,
  InstallReview,
  Origin,
  Outdated,
  RegistryDetail,
  RegistryPage,
  RegistrySetting,
} from '../../shared/model/registry.ts';
import type { ServerEntry, ServerOptions } from '../../shared/model/server-entry.ts';
import type { Clock } from '../base/clock.ts';
import { createGuardedFetch } from '../identity/guarded-fetch.ts';
import { checkSignInUrl } from '../identity/safe-url.ts';
import { BundleStore } from './bundle-store.ts';
import { DocumentCache } from './document-cache.ts';
import { CardReader } from './discovery.ts';
import { type Description, detailOf, sourceOf } from './description.ts';
import { reviewOf } from './install-review.ts';
import { hitOf, OFFICIAL_REGISTRY, RegistryClient } from './registry-client.ts';
import { bundleOption, endpointOf, optionsOf } from './server-json-entry.ts';

const MAX_PAGE_BYTES = 8 * 1024 * 1024;
const MAX_BUNDLE_BYTES = 256 * 1024 * 1024;
const BUNDLE_MS = 300_000;
const OFFICIAL = 'official';

export interface RegistriesOptions {
  readonly cacheDir: string;
  readonly bundlesDir: string;
  readonly clock: Clock;
  readonly settings: () => readonly RegistrySetting[];
  /** The value of a reference. @throws PortolanError SECRET_NOT_FOUND, KEYCHAIN_*, REFERENCE_UNRESOLVED */
  readonly resolveToken: (reference: string) => Promise<string>;
  readonly entries: () => readonly ServerEntry[];
  readonly hasSecret: (name: string) => boolean;
  /** Another address of the official registry, for tests. */
  readonly official?: string;
}

/** An entry that is ready to be added, beside the review that a person sees. */
export interface Prepared {
  readonly review: InstallReview;
  readonly entry: ServerEntry;
}

export class Registries {
  readonly #options: RegistriesOptions;
  readonly #cache: DocumentCache;
  readonly #cards: CardReader;
  readonly #bundles: BundleStore;

  constructor(options: RegistriesOptions) {
    const { cacheDir, bundlesDir: dir, clock } = options;
    this.#options = options;
    this.#cache = new DocumentCache({ dir: join(cacheDir, 'registry'), clock });
    const fetchFor = (home: URL) => createGuardedFetch({ clock, home, maxBytes: MAX_PAGE_BYTES });
    this.#cards = new CardReader({ cache: this.#cache, fetchFor });
    this.#bundles = new BundleStore({
      dir,
      fetchFor: (home) => createGuardedFetch({ clock, home, maxBytes: MAX_BUNDLE_BYTES, timeoutMs: BUNDLE_MS }),
    });
  }

  /** The official registry first, then those of the settings. */
  sources(): RegistrySetting[] {
    return [{ name: OFFICIAL, url: this.#options.official ?? OFFICIAL_REGISTRY }, ...this.#options.settings()];
  }

  /** @throws PortolanError NOT_FOUND (no such registry), and as RegistryClient.search */
  async search(input: {
    registry?: string | undefined;
    text?: string | undefined;
    cursor?: string | undefined;
    refresh?: boolean;
  }): Promise<RegistryPage> {
    const { name, client } = this.#client(input.registry);
    const { entries, nextCursor, ...rest } = await client.search(input);
    return { ...rest, registry: name, servers: entries.map(hitOf), ...(nextCursor !== undefined && { nextCursor }) };
  }

  /** @throws PortolanError as `search`; for an address as CardReader.read */
  async show(origin: Origin, refresh = false): Promise<RegistryDetail> {
    const described = await this.#describe(origin, refresh);
    const versions = origin.kind === 'registry' ? await this.#versions(origin, refresh) : [];
    return detailOf(origin, described, versions, optionsOf(described.server));
  }

  /** One option with all its questions; a bundle is fetched and checked for that. @throws PortolanError as `show`, BUNDLE_REFUSED, HASH_MISMATCH */
  async form(origin: Origin, option: string): Promise<InstallOption> {
    const { server } = await this.#describe(origin);
    const found = optionsOf(server).find(({ id }) => id === option);
    const place = server.packages[Number(option.split(':')[1])];
    if (found === undefined) throw new PortolanError('NOT_FOUND', `${server.name} has no ${option}.`);
    if (found.download === undefined || place === undefined) return found;
    return bundleOption(found, place, await this.#bundles.open(place));
  }

  /**
   * The entry that a filled-in form makes, and everything that a person has to see of it.
   * @throws PortolanError as `form`; INPUT_INVALID naming a question, POLICY_DENIED (deleted), SERVER_NOT_FOUND (to update)
   */
  async prepare(request: InstallRequest): Promise<Prepared> {
    const described = await this.#describe(request.origin);
    if (described.hit.status === 'deleted') throw deleted(described.server.name);
    const { entries, hasSecret } = this.#options;
    const place = request.option.startsWith('package:')
      ? described.server.packages[Number(request.option.slice(8))]
      : undefined;
    const bundle = place?.type === 'mcpb' ? await this.#bundles.open(place) : undefined;
    const option = optionsOf(described.server).find(({ id }) => id === request.option);
    if (option === undefined)
      throw new PortolanError('NOT_FOUND', `${described.server.name} has no ${request.option}.`);
    if (option.refused !== undefined)
      throw new PortolanError('UNSUPPORTED', `It cannot be used: ${option.refused}.`, {
        hint: 'Choose another package or address.',
      });
    const inputs = (place !== undefined && bundle !== undefined ? bundleOption(option, place, bundle) : option).inputs;
    const build = (answers: Readonly<Record<string, string>>) =>
      endpointOf(described.server, request.option, answers, bundle);
    return reviewOf({ request, described, inputs, option, build, entries: entries(), hasSecret });
  }

  /** What an address is. @throws PortolanError as CardReader.discover */
  discover(url: string): Promise<Discovery> {
    return this.#cards.discover(url);
  }

  /** The request that updates an entry to the latest version, with the option that it uses now. @throws PortolanError SERVER_NOT_FOUND, UNSUPPORTED */
  async updateRequest(
    name: string,
    values: Readonly<Record<string, string>>,
    secrets: readonly string[],
  ): Promise<InstallRequest> {
    const entry = this.#options.entries().find((one) => one.name === name);
    if (entry === undefined)
      throw new PortolanError('SERVER_NOT_FOUND', `There is no server named ${name} in the catalog.`);
    const source = entry.options.source;
    if (source?.kind !== 'registry' || source.server === undefined)
      throw new PortolanError('UNSUPPORTED', `${name} did not come from a registry.`, { hint: 'Change it by hand.' });
    const origin: Origin = { kind: 'registry', server: source.server, registry: this.#nameOf(source.registry) };
    const { server } = await this.#describe(origin, true);
    const options = optionsOf(server).filter(({ refused }) => refused === undefined);
    const same = options.find((one) => one.type === source.type) ?? options[0];
    if (same === undefined)
      throw new PortolanError('UNSUPPORTED', `The latest version of ${server.name} cannot be used here.`);
    return {
      origin: { ...origin, version: server.version },
      option: same.id,
      values: { ...values },
      secrets: [...secrets],
      update: name,
    };
  }

  /** Every entry that came from a registry against what the registry says now. Never throws for one of them. */
  async outdated(): Promise<Outdated[]> {
    const own = this.#options.entries().filter(({ options }) => options.source?.kind === 'registry');
    return Promise.all(own.map((entry) => this.#compare(entry.name, entry.options.source)));
  }

  /** The card of an entry as it is now. @throws PortolanError as CardReader.read */
  card(url: string, entry: string | undefined): ReturnType<CardReader['read']> {
    return this.#cards.read(url, entry);
  }

  async #compare(name: string, source: ServerOptions['source']): Promise<Outdated> {
    const { server = '', registry = '', version = '', sha256 } = source ?? {};
    const known = { name, server, registry, version };
    try {
      const { client } = this.#client(this.#nameOf(registry));
      const versions = await client.versions(server, true);
      const latest = versions.entries.find((one) => one.isLatest) ?? (await client.version(server));
      const own = versions.entries.find((one) => one.server.version === version);
      const state =
        latest.server.version !== version
          ? 'newer'
          : own !== undefined && sha256 !== undefined && own.server.sha256 !== sha256
            ? 'changed'
            : 'current';
      const { status, statusMessage } = own ?? latest;
      const problem = versions.offline === undefined ? {} : { problem: versions.offline };
      return {
        ...known,
        latest: latest.server.version,
        state,
        status,
        ...(statusMessage !== undefined && { statusMessage }),
        ...problem,
      };
    } catch (error) {
      const { code, message } = toPortolanError(error);
      return { ...known, state: 'unknown', problem: { code, message } };
    }
  }

  async #describe(origin: Origin, refresh = false): Promise<Description> {
    if (origin.kind === 'url') {
      const { server, document, url } = await this.#cards.read(origin.url, origin.entry, refresh);
      const entry = {
        server,
        status: 'active',
        statusMessage: undefined,
        publishedAt: undefined,
        updatedAt: undefined,
        isLatest: true,
      } as const;
      return {
        server,
        hit: hitOf(entry),
        age: { readAt: document.readAt, ...(document.offline && { offline: document.offline }) },
        source: sourceOf(origin, server, url),
      };
    }
    const { client, url } = this.#client(origin.registry);
    const { server, readAt, offline, ...rest } = await client.version(
      origin.server,
      origin.version ?? 'latest',
      refresh,
    );
    const age = { readAt, ...(offline !== undefined && { offline }) };
    return { server, hit: hitOf({ server, ...rest }), age, source: sourceOf(origin, server, url) };
  }

  async #versions(
    { registry, server }: Extract<Origin, { kind: 'registry' }>,
    refresh: boolean,
  ): Promise<RegistryDetail['versions']> {
    const { entries } = await this.#client(registry).client.versions(server, refresh);
    return entries.map(({ server: { version }, status, publishedAt }) => ({
      version,
      status,
      ...(publishedAt !== undefined && { publishedAt }),
    }));
  }

  #client(wanted = OFFICIAL): { readonly name: string; readonly url: string; readonly client: RegistryClient } {
    const found = this.sources().find(({ name }) => name === wanted);
    if (found === undefined) {
      throw new PortolanError('NOT_FOUND', `There is no registry named ${wanted}.`, {
        hint: 'See them with: portolan registry sources',
      });
    }
    const { name, token } = found;
    const home = checkSignInUrl(found.url, `The address of the registry ${name}`);
    const { clock, resolveToken } = this.#options;
    const fetch = createGuardedFetch({ clock, home, maxBytes: MAX_PAGE_BYTES });
    const bearer = token === undefined ? {} : { token: () => resolveToken(token) };
    return {
      name,
      url: found.url,
      client: new RegistryClient({ name, url: found.url, cache: this.#cache, fetch, ...bearer }),
    };
  }

  /** The name under which a registry of this address is known now. @throws PortolanError NOT_FOUND */
  #nameOf(url: string | undefined): string {
    const found = this.sources().find((one) => one.url === url);
    if (found !== undefined) return found.name;
    throw new PortolanError('NOT_FOUND', 'The registry that this server came from is not among yours any more.', {
      hint: 'Add it again: portolan registry sources add NAME URL',
    });
  }
}

function deleted(server: string): PortolanError {
  return new PortolanError('POLICY_DENIED', `${server} was deleted from its registry, and is not added.`, {
    hint: 'Servers are mostly deleted because they did harm.',
  });
}
