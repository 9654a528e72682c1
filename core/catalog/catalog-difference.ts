// Which servers and profiles differ between two contents of the catalog.
import { isDeepStrictEqual } from 'node:util';
import type { CatalogContent } from './catalog-file.ts';

interface Difference {
  changed: string[];
  removed: string[];
  added: string[];
  profiles: string[];
}

/** `profiles`: added, changed and removed ones together. */
export function difference(
  { entries: before, profiles }: CatalogContent,
  { entries: after, profiles: newProfiles }: CatalogContent,
): Difference {
  const names = new Set([...profiles.keys(), ...newProfiles.keys()]);
  return {
    changed: [...after.keys()].filter(
      (name) => before.has(name) && !isDeepStrictEqual(before.get(name), after.get(name)),
    ),
    removed: [...before.keys()].filter((name) => !after.has(name)),
    added: [...after.keys()].filter((name) => !before.has(name)),
    profiles: [...names].filter((name) => !isDeepStrictEqual(profiles.get(name), newProfiles.get(name))),
  };
}
