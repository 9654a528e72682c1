// A server's description together with where it was read, in the shapes that pages and the catalog want.
import type { InstallOption, Origin, RegistryDetail, RegistryHit } from '../../shared/model/registry.ts';
import type { ServerOptions } from '../../shared/model/server-entry.ts';
import type { Age } from './registry-client.ts';
import type { ServerTemplate } from './server-json.ts';

export interface Description {
  readonly server: ServerTemplate;
  readonly hit: RegistryHit;
  readonly age: Age;
  /** As the catalog keeps it; type and answers are added when an entry is made. */
  readonly source: NonNullable<ServerOptions['source']>;
}

export function detailOf(
  origin: Origin,
  { server, hit, age }: Description,
  versions: RegistryDetail['versions'],
  options: InstallOption[],
): RegistryDetail {
  const { websiteUrl, repositoryUrl, sha256, raw } = server;
  return {
    origin,
    server: hit,
    versions,
    options,
    sha256,
    raw,
    ...age,
    ...(websiteUrl !== undefined && { websiteUrl }),
    ...(repositoryUrl !== undefined && { repositoryUrl }),
  };
}

/** @param url of the registry, or of the card itself */
export function sourceOf(origin: Origin, server: ServerTemplate, url: string): Description['source'] {
  const { name, version, sha256 } = server;
  if (origin.kind === 'registry') return { kind: 'registry', registry: url, server: name, version, sha256 };
  const entry = origin.entry === undefined ? {} : { entry: origin.entry };
  return { kind: 'card', url: origin.url, ...entry, server: name, version, sha256 };
}
