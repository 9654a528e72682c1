// What an import would do, in words; which rows can be ticked; what could not be read. Pure.
import type { ImportPlan } from '../../../shared/model/import-result.ts';
import { counted } from '../../words/numbers.ts';

export type ImportRow = ImportPlan['rows'][number];

/** Rows that an import can add. The others are shown and explained. */
export function canImport(row: ImportRow): boolean {
  return row.action === 'add' || row.action === 'add-renamed';
}

/** `Same in all 4`, `Only here`. */
export function comparedWords(row: ImportRow): string {
  const places = row.foundIn.length;
  if (row.action === 'clash') return 'Differs';
  if (places <= 1) return 'Only here';
  return places === 2 ? 'Same in both' : `Same in all ${places}`;
}

/** What pressing import does with this row. */
export function effectWords(row: ImportRow): string {
  switch (row.action) {
    case 'same':
      return 'Already in the catalog';
    case 'clash':
      return row.note ?? 'A server of this name exists and differs';
    case 'skip':
      return row.note ?? 'Left out: Portolan cannot hold this kind';
    default: {
      const { note, secrets } = row;
      const moved =
        secrets.length === 0 ? '' : `${counted(secrets.length, 'secret moves', 'secrets move')} to the keychain`;
      return [moved, note].filter(Boolean).join('. ') || 'Adds it as it is';
    }
  }
}

export interface UnreadFile {
  readonly client: string;
  readonly file: string;
  readonly code: string;
  readonly message: string;
}

/** Files that could not be read. They were left alone. */
export function unreadFiles(plan: ImportPlan): UnreadFile[] {
  return plan.results.flatMap((result) => {
    if (!result.error) return [];
    const { code, line, column, message } = result.error;
    const place = line === undefined ? '' : ` line ${line}${column === undefined ? '' : `, column ${column}`}`;
    const file = result.file ?? 'The pasted text';
    return [
      {
        client: result.client,
        file,
        code,
        message: `${file}${place}: ${message ?? 'it cannot be read'}. It was left alone.`,
      },
    ];
  });
}

/** How many entries all files hold together. */
export function entriesFound(plan: ImportPlan): number {
  return plan.results.reduce((sum, result) => sum + result.servers.length, 0);
}

/** `7 servers added, 1 left out: browser (SERVER_SKIPPED_TYPE).` */
export function doneWords(added: number, skipped: readonly { readonly name: string; readonly code: string }[]): string {
  const first = `${counted(added, 'server')} added`;
  if (skipped.length === 0) return `${first}.`;
  return `${first}, ${skipped.length} left out: ${skipped.map((row) => `${row.name} (${row.code})`).join(', ')}.`;
}
