// Which servers, profiles and identities differ between two contents of the catalog.
import { isDeepStrictEqual } from 'node:util';
import type { CatalogContent } from './catalog-file.ts';

interface Difference {
  changed: string[];
  removed: string[];
  added: string[];
  profiles: string[];
  identities: string[];
}

/** `profiles`, `identities`: added, changed and removed ones together. */
export function difference(
  { entries: before, profiles, identities }: CatalogContent,
  { entries: after, profiles: newProfiles, identities: newIdentities }: CatalogContent,
): Difference {
  return {
    changed: [...after.keys()].filter(
      (name) => before.has(name) && !isDeepStrictEqual(before.get(name), after.get(name)),
    ),
    removed: [...before.keys()].filter((name) => !after.has(name)),
    added: [...after.keys()].filter((name) => !before.has(name)),
    profiles: differing(profiles, newProfiles),
    identities: differing(identities, newIdentities),
  };
}

function differing<T>(before: ReadonlyMap<string, T>, after: ReadonlyMap<string, T>): string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => !isDeepStrictEqual(before.get(name), after.get(name)));
}
