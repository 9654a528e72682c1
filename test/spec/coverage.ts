// Finds which ids the tests name. A test names ids by beginning a string with them: its title, or a cell of its table.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKLIST } from './checklist.ts';
import { LATER } from './later.ts';
import { SECURITY_IDS } from './security-ids.ts';

/** Ids, separated by spaces or commas, at the beginning of a string. */
const LEADING_IDS = /['"`]((?:[A-Z]{2,4}-\d\d(?:, ?| |(?=[:'"`])))+)/g;

/** Id → the test files that name it, relative to `root`, in order. */
function idsInTests(root: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .map((file) => join('test', file))
    .filter((file) => /\.test\.tsx?$/.test(file) && !file.startsWith(join('test', 'spec')));
  for (const file of files.sort()) {
    for (const id of new Set(idsIn(readFileSync(join(root, file), 'utf8'))))
      found.set(id, [...(found.get(id) ?? []), file]);
  }
  return found;
}

/** Ids that the source of a test file names. */
export function idsIn(source: string): string[] {
  return [...source.matchAll(LEADING_IDS)].flatMap(([, ids = '']) => ids.match(/[A-Z]{2,4}-\d\d/g) ?? []);
}

export interface Coverage {
  readonly title: string;
  readonly covered: readonly { readonly id: string; readonly files: readonly string[] }[];
  /** Not named by any test; what only a release can test, or is left for a reason, is not among them. */
  readonly missing: readonly { readonly id: string; readonly about: string }[];
  /** Left to the release, and not named by any test. */
  readonly release: readonly string[];
  /** Left for a named reason, and not named by any test. */
  readonly later: readonly { readonly id: string; readonly reason: string }[];
}

/** Both lists against the tests under `root`. */
export function coverage(root: string): Coverage[] {
  const found = idsInTests(root);
  return [
    { title: 'protocol', list: CHECKLIST },
    { title: 'security', list: SECURITY_IDS },
  ].map(({ title, list }) => {
    const rows = Object.entries<readonly [string, string]>(list);
    const unnamed = rows.filter(([id]) => !found.has(id) && !(id in LATER));
    const later = rows.filter(([id]) => !found.has(id) && id in LATER);
    return {
      title,
      covered: rows.filter(([id]) => found.has(id)).map(([id]) => ({ id, files: found.get(id) ?? [] })),
      missing: unnamed.filter(([, [kind]]) => kind !== 'release').map(([id, row]) => ({ id, about: row.join(': ') })),
      later: later.map(([id]) => ({ id, reason: LATER[id] ?? '' })),
      release: unnamed.filter(([, [kind]]) => kind === 'release').map(([id]) => id),
    };
  });
}
