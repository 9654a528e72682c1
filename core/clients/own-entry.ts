// Tells the entries that Portolan wrote into other clients' files from those of servers.
import { isDeepStrictEqual } from 'node:util';
import type { ImportedServer } from '../../shared/model/import-result.ts';
import type { EntryRequest } from './client-format.ts';

/** True for `portolan connect NAME`, by its command on the path or as `launcher` starts it with whatever Node. */
export function isOwnEntry(server: ImportedServer, launcher: EntryRequest['launcher']): boolean {
  const { command = '', args = [] } = server;
  if (args.at(-2) !== 'connect') return false;
  const before = args.slice(0, -2);
  if (before.length === 0) return command === launcher.command || /(?:^|[\\/])portolan(?:\.\w+)?$/i.test(command);
  return isDeepStrictEqual(before, launcher.args);
}
