// Tells the entries that Portolan wrote into other clients' files from those of servers.
import { isDeepStrictEqual } from 'node:util';
import type { ImportedServer } from '../../shared/model/import-result.ts';
import type { EntryRequest } from './client-format.ts';

/** True for `portolan connect NAME` and `portolan connect --profile NAME`, by its command on the path or as `launcher` starts it with whatever Node. */
export function isOwnEntry(server: ImportedServer, launcher: EntryRequest['launcher']): boolean {
  const { command = '', args = [] } = server;
  const words = args.at(-2) === '--profile' ? 3 : 2;
  if (args.at(-words) !== 'connect') return false;
  const before = args.slice(0, -words);
  if (before.length === 0) return command === launcher.command || /(?:^|[\\/])portolan(?:\.\w+)?$/i.test(command);
  return isDeepStrictEqual(before, launcher.args);
}
