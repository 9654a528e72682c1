// The clients on this computer, each file once.
import type { ClientInfo } from '../../../shared/model/import-result.ts';

/**
 * The clients that were found, without those that only read what another one before them holds, as a command line beside
 * its editor does: that their file is there does not show that they are.
 */
export function clientsHere(clients: readonly ClientInfo[]): ClientInfo[] {
  const seen = new Set<string>();
  return clients.filter(({ found, files }) => {
    if (!found) return false;
    const paths = files.filter(({ exists }) => exists).map(({ path }) => path);
    const isNew = paths.length === 0 || paths.some((path) => !seen.has(path));
    for (const path of paths) seen.add(path);
    return isNew;
  });
}
