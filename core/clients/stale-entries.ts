// Entries that Portolan once wrote into other clients' files and that lead nowhere now: it was moved, updated or removed.
import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { ImportedServer } from '../../shared/model/import-result.ts';
import type { ClientEnv } from './client-format.ts';
import { ownTarget } from './own-entry.ts';
import { readSources } from './read-source.ts';

export interface StaleEntry {
  /** Id of the client. */
  readonly client: string;
  readonly path: string;
  readonly name: string;
  /** The server that it starts, or `profile:NAME`. */
  readonly target: string;
  /** The program or script that is not there. */
  readonly missing: string;
}

/** Looks at the user files of all known clients. Never throws for their state. */
export async function findStaleEntries(env: ClientEnv): Promise<StaleEntry[]> {
  const sources = await readSources({}, env);
  return sources.flatMap(({ format, path = '', parsed }) =>
    parsed.result.servers.flatMap((server) => {
      const target = ownTarget(server);
      const missing = target === undefined ? undefined : missingPart(server);
      if (target === undefined || missing === undefined) return [];
      return [{ client: format.id, path, name: server.name, target, missing }];
    }),
  );
}

/** The first absolute path before `connect` that does not exist. */
function missingPart({ command = '', args = [] }: ImportedServer): string | undefined {
  const words = args.slice(0, args.lastIndexOf('connect'));
  return [command, ...words].find((part) => isAbsolute(part) && !existsSync(part));
}
