// Entries that Portolan once wrote into other clients' files and that lead nowhere now: it was moved, updated or removed.
import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { ImportedServer } from '../../shared/model/import-result.ts';
import type { ClientEnv } from './client-format.ts';
import { readSources } from './read-source.ts';

export interface StaleEntry {
  /** Id of the client. */
  readonly client: string;
  readonly path: string;
  readonly name: string;
  /** The program or script that is not there. */
  readonly missing: string;
}

/** Looks at the user files of all known clients. Never throws for their state. */
export async function findStaleEntries(env: ClientEnv): Promise<StaleEntry[]> {
  const sources = await readSources({}, env);
  return sources.flatMap(({ format, path = '', parsed }) =>
    parsed.result.servers.flatMap((server) => {
      const missing = missingPart(server);
      return missing === undefined ? [] : [{ client: format.id, path, name: server.name, missing }];
    }),
  );
}

/** `COMMAND [SCRIPT] connect NAME`: the first absolute path of it that does not exist. */
function missingPart({ command = '', args = [] }: ImportedServer): string | undefined {
  if (args.at(-2) !== 'connect') return undefined;
  const [script] = args.slice(0, -2);
  const isOurs = /(?:^|[\\/])portolan(?:\.\w+)?$/i.test(command) || /[\\/]cli[\\/]main\.[jt]s$/.test(script ?? '');
  if (!isOurs || args.length > 3) return undefined;
  return [command, script].find((part) => part !== undefined && isAbsolute(part) && !existsSync(part));
}
