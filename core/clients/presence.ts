// Which servers and profiles stand in which clients, and how: through Portolan, by an entry of the client's own, or not.
import { toPortolanError } from '../../shared/errors.ts';
import type { SyncMatrix } from '../../shared/model/client-sync.ts';
import type { ImportedServer } from '../../shared/model/import-result.ts';
import type { ServerEntry } from '../../shared/model/server-entry.ts';
import type { ClientEnv, ClientFormat, EntryRequest, SecretFinding } from './client-format.ts';
import { entryDigest } from './export-plan.ts';
import { exportPlace } from './export-place.ts';
import { bareEntry, entriesIn, readText } from './file-entries.ts';
import { gatewayTarget, ownTarget, profileOf } from './own-entry.ts';
import { sealServer } from './seal-server.ts';
import { serverIdentity } from './server-identity.ts';
import type { WrittenEntry } from './set-store.ts';
import { readTarget } from './target-file.ts';
import { toEndpoint } from './to-entry.ts';

export interface PresenceOptions {
  readonly env: ClientEnv;
  readonly launcher: EntryRequest['launcher'];
  readonly servers: readonly ServerEntry[];
  readonly written: readonly WrittenEntry[];
  readonly isRunning: (format: ClientFormat) => Promise<boolean>;
}

/** One client's column with what stands in it. */
export interface Presence {
  readonly column: Column;
  readonly cells: Cell[];
}

type Cell = SyncMatrix['cells'][number];
type Column = SyncMatrix['clients'][number];

/** What stands in the file that an export to `format` would write; undefined for a client without one. Never throws for its state. */
export async function presenceIn(format: ClientFormat, options: PresenceOptions): Promise<Presence | undefined> {
  const { env, servers, written } = options;
  const place = await exportPlace(format, { scope: 'user' }, env).catch(() => undefined);
  if (place === undefined) return undefined;
  const { path } = place;
  const running = await options.isRunning(format).catch(() => false);
  const { id, displayName, monogram } = format;
  const column = { id, displayName, monogram, path, running };
  try {
    const file = await readTarget(path);
    if (file.bytes === undefined) return { column, cells: [] };
    const present = entriesIn(place, file, readText(file).text);
    const context = { scope: 'user', file: path, format: place.format, place: place.place };
    const { result, secrets } = format.parse(file.bytes, context);
    const byIdentity = new Map(servers.map((server) => [serverIdentity(server.endpoint), server.name]));
    const cells = result.servers.flatMap((server, index): Cell[] => {
      if (server.projectPath !== undefined || !present.has(server.name)) return [];
      const target = ownTarget(server, options.launcher);
      if (target === undefined) {
        const found = secrets.filter((finding) => finding.server === index);
        const native = nativeName(server, found, format, byIdentity);
        return native === undefined ? [] : [{ client: id, target: native, state: 'native', name: server.name }];
      }
      const isHttp = gatewayTarget(server.url) !== undefined;
      const digest = entryDigest(present.get(server.name));
      const kept = written.find((entry) => entry.path === path && entry.name === server.name);
      const wanted = isHttp ? kept?.digest : connectDigest(format, target, options.launcher, place.place);
      const state = wanted === undefined || wanted === digest ? 'ours' : 'changed';
      return [{ client: id, target, state, name: server.name, mode: isHttp ? 'http' : 'connect' }];
    });
    return { column, cells };
  } catch (error) {
    const { code, message } = toPortolanError(error);
    return { column: { ...column, problem: { code, message } }, cells: [] };
  }
}

/** The digest of the entry that an export in mode `connect` would write now. */
function connectDigest(
  format: ClientFormat,
  target: string,
  launcher: EntryRequest['launcher'],
  place: ClientFormat['place'],
): string | undefined {
  const profile = profileOf(target);
  const name = profile ?? target;
  const endpoint = { type: 'stdio', command: 'portolan', args: [], env: {} } as const;
  const options = { enabled: true, protocolEra: 'auto', capture: 'digest', timeouts: {} } as const;
  const server: ServerEntry = { name, endpoint: { ...endpoint, args: [] }, options };
  const request: EntryRequest = { server, mode: 'connect', launcher, inputs: new Set() };
  const answer = format.entryFor(profile === undefined ? request : { ...request, profile });
  return answer.kind === 'entry' ? entryDigest(bareEntry(answer.entry, place)) : undefined;
}

/** The server of the catalog that a client's own entry reaches. */
function nativeName(
  server: ImportedServer,
  secrets: readonly SecretFinding[],
  format: ClientFormat,
  byIdentity: ReadonlyMap<string, string>,
): string | undefined {
  const converted = toEndpoint(
    sealServer(server, secrets, () => '${secret:x}'),
    server,
    format.variables,
  );
  return converted.kind === 'skip' ? undefined : byIdentity.get(serverIdentity(converted.endpoint));
}
