import type { Endpoint } from '../shared/model/server-entry.ts';

/** The command line or address of a server on one line, for lists. Secrets are references here, never values. */
export function whereOf(endpoint: Endpoint): string {
  return endpoint.type === 'stdio' ? [endpoint.command, ...endpoint.args].map(quoted).join(' ') : endpoint.url;
}

function quoted(word: string): string {
  return /^[\w@%+=:,./${}-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
