import type { Endpoint } from '../shared/model/server-entry.ts';

/** The command line or address of a server on one line, for lists. Secrets are references here, never values. */
export function whereOf(endpoint: Endpoint): string {
  return endpoint.type === 'stdio' ? [endpoint.command, ...endpoint.args].map(quoted).join(' ') : endpoint.url;
}

/** `, line 2, column 1`, as far as it is known. */
export function placeOf(place: { readonly line?: number | undefined; readonly column?: number | undefined }): string {
  if (place.line === undefined) return '';
  return `, line ${place.line}${place.column === undefined ? '' : `, column ${place.column}`}`;
}

function quoted(word: string): string {
  return /^[\w@%+=:,./${}-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
