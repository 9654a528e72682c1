// Which findings of an import are shown: by what would happen to them, and by a search. Pure.
import { assertNever } from '../../../shared/assert-never.ts';
import type { ImportRow } from './import-words.ts';

export const FILTERS = ['all', 'new', 'same', 'clash', 'warnings'] as const;
export type ImportFilter = (typeof FILTERS)[number];

export const FILTER_WORDS: Readonly<Record<ImportFilter, string>> = {
  all: 'All',
  new: 'New',
  same: 'Already here',
  clash: 'Clash or left out',
  warnings: 'With remarks',
};

function fits(row: ImportRow, filter: ImportFilter): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'new':
      return row.action === 'add' || row.action === 'add-renamed';
    case 'same':
      return row.action === 'same';
    case 'clash':
      return row.action === 'clash' || row.action === 'skip';
    case 'warnings':
      return row.warnings.length > 0;
    default:
      return assertNever(filter);
  }
}

/** How many rows each filter would show. */
export function filterCounts(rows: readonly ImportRow[]): Readonly<Record<ImportFilter, number>> {
  const countOf = (filter: ImportFilter): number => rows.filter((row) => fits(row, filter)).length;
  return {
    all: rows.length,
    new: countOf('new'),
    same: countOf('same'),
    clash: countOf('clash'),
    warnings: countOf('warnings'),
  };
}

/** The rows of `filter` that hold every word of `search` in their name, place or the ids of their clients. */
export function shownRows(rows: readonly ImportRow[], filter: ImportFilter, search: string): readonly ImportRow[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (filter === 'all' && words.length === 0) return rows;
  return rows.filter((row) => {
    if (!fits(row, filter)) return false;
    const text = `${row.name} ${row.where} ${row.foundIn.map(({ client }) => client).join(' ')}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
