// What is not as Portolan left it in other clients' files: entries that are gone, changed, there twice or lead nowhere, and
// clients that read another file now. It only looks.
import { stat } from 'node:fs/promises';
import { PortolanError, toPortolanError } from '../../shared/errors.ts';
import type { ChangeInput, Drift } from '../../shared/model/client-sync.ts';
import type { ClientEnv, ClientFormat } from './client-format.ts';
import { clientFormat } from './client-formats.ts';
import { entryDigest } from './export-plan.ts';
import { exportPlace } from './export-place.ts';
import { entriesIn, readText, repeatedNames } from './file-entries.ts';
import { entryTarget, profileOf } from './own-entry.ts';
import type { WrittenEntry } from './set-store.ts';
import { findStaleEntries } from './stale-entries.ts';
import { readTarget } from './target-file.ts';

export interface DriftOptions {
  readonly env: ClientEnv;
  readonly written: readonly WrittenEntry[];
  /** Whether a server, or `profile:NAME`, is in the catalog: what is not is not missed. */
  readonly isKnown: (target: string) => boolean;
}

/** A drift with what repairs it. */
export interface FoundDrift {
  readonly drift: Drift;
  readonly repair?: ChangeInput;
}

type About = Pick<WrittenEntry, 'client' | 'path' | 'name' | 'target'>;

/** Everything that drifted, file by file. Never throws for the state of a file. */
export async function findDrift(options: DriftOptions): Promise<FoundDrift[]> {
  const watched = options.written.filter(({ target }) => options.isKnown(target));
  const byPath = Map.groupBy(watched, ({ path }) => path);
  const found = await Promise.all([
    ...[...byPath].map(([path, entries]) => driftOfFile(path, entries, options.env)),
    ...watched.map((entry) => movedFile(entry, options.env)),
    staleEntries(watched, options),
  ]);
  return found.flat();
}

async function driftOfFile(path: string, entries: readonly WrittenEntry[], env: ClientEnv): Promise<FoundDrift[]> {
  const [first] = entries;
  const format = formatOf(first?.client);
  if (first === undefined || format === undefined) return [];
  try {
    const form = await exportPlace(format, { scope: 'user', path }, env);
    const file = await readTarget(path);
    const { text } = readText(file);
    const present = entriesIn(form, file, text);
    const repeated = repeatedNames(form, text);
    const leading = Map.groupBy(present.keys(), (name) => entryTarget(present.get(name)));
    return entries.flatMap((entry) => driftOfEntry(entry, present, leading.get(entry.target) ?? [], repeated));
  } catch (error) {
    const { code, message } = toPortolanError(error);
    if (code === 'INTERNAL') throw error;
    return [{ drift: describe('unreadable', first, `It cannot be read: ${message}`, false) }];
  }
}

function driftOfEntry(
  entry: WrittenEntry,
  present: ReadonlyMap<string, unknown>,
  /** Names of all entries that lead to the same server through Portolan. */
  leading: readonly string[],
  repeated: ReadonlySet<string>,
): FoundDrift[] {
  const { client, path, name, target, mode } = entry;
  const again = { client, scope: 'user', path, mode, ...named(target) } as const;
  const value = present.get(name);
  const others = leading.filter((other) => other !== name);
  if (value === undefined) {
    // Under another name it still leads to Portolan: the client or a person renamed it.
    if (others.length > 0) return [];
    return [{ drift: describe('gone', entry, 'The entry is not in the file any more.'), repair: again }];
  }
  const found: FoundDrift[] = [];
  if (entryDigest(value) !== entry.digest) {
    const message =
      mode === 'direct' || entryTarget(value) === target
        ? 'The entry says something else now.'
        : 'The entry does not lead to Portolan any more.';
    found.push({ drift: describe('changed', entry, message), repair: again });
  }
  if (repeated.has(name)) {
    const repair = { ...again, removeNames: [name] };
    found.push({ drift: describe('duplicated', entry, 'The name stands in the file more than once.'), repair });
  }
  for (const other of mode === 'direct' ? [] : others) {
    const message = `${other} starts the same server a second time.`;
    const repair: ChangeInput = { client, scope: 'user', path, mode, removeNames: [other] };
    found.push({ drift: describe('duplicated', { ...entry, name: other }, message), repair });
  }
  return found;
}

/** The client has a newer file of the same scope, which it reads instead, and the entry is not in it. */
async function movedFile(entry: WrittenEntry, env: ClientEnv): Promise<FoundDrift[]> {
  const format = formatOf(entry.client);
  const files = (format?.files(env) ?? []).filter(({ scope, readOnly }) => scope === 'user' && readOnly !== true);
  const at = files.findIndex(({ path }) => path === entry.path);
  if (format === undefined || at < 0) return [];
  for (const { path } of files.slice(at + 1)) {
    const info = await stat(path).catch(() => undefined);
    if (info === undefined || info.mtimeMs < Date.parse(entry.at)) continue;
    const form = await exportPlace(format, { scope: 'user', path }, env);
    const file = await readTarget(path).catch(() => undefined);
    const present = file === undefined ? undefined : entriesOrNothing(() => entriesIn(form, file, readText(file).text));
    if (present === undefined || [...present.values()].some((value) => entryTarget(value) === entry.target)) continue;
    const message = `${format.displayName} reads ${path} now, which does not have the entry.`;
    const repair = { client: entry.client, scope: 'user', path, mode: entry.mode, ...named(entry.target) } as const;
    return [{ drift: describe('moved', entry, message), repair }];
  }
  return [];
}

/** Entries whose program is gone, also those that this Portolan did not write. */
async function staleEntries(watched: readonly WrittenEntry[], options: DriftOptions): Promise<FoundDrift[]> {
  const stale = await findStaleEntries(options.env);
  return stale.flatMap(({ client, path, name, target, missing }) => {
    if (!options.isKnown(target)) return [];
    const entry = watched.find((held) => held.path === path && held.name === name);
    const repair = { client, scope: 'user', path, mode: entry?.mode ?? 'connect', ...named(target) } as const;
    return [
      { drift: describe('stale', { client, path, name, target }, `It starts ${missing}, which is not there.`), repair },
    ];
  });
}

function describe(kind: Drift['kind'], about: About, message: string, repairable = true): Drift {
  const { client, path, name, target } = about;
  const displayName = formatOf(client)?.displayName ?? client;
  return {
    id: [kind, client, path, name].join('\n'),
    kind,
    client,
    displayName,
    path,
    name,
    target,
    message,
    repairable,
  };
}

function named(target: string): Pick<ChangeInput, 'servers' | 'profiles'> {
  const profile = profileOf(target);
  return profile === undefined ? { servers: [target] } : { profiles: [profile] };
}

function formatOf(id: string | undefined): ClientFormat | undefined {
  return entriesOrNothing(() => clientFormat(id ?? ''));
}

/** What `read` gives; undefined when the file, or the client, is not one that can be used. */
function entriesOrNothing<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof PortolanError) return undefined;
    throw error;
  }
}
