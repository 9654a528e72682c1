// What an entry of a client's file means to the catalog: it is read as an import would read it. So two entries can be
// compared by what they say, however they are written. Pure.
import { isDeepStrictEqual } from 'node:util';
import type { ImportedServer } from '../../shared/model/import-result.ts';
import type { ServerAuth } from '../../shared/model/server-auth.ts';
import type { Endpoint, ServerEntry } from '../../shared/model/server-entry.ts';
import type { ClientFormat } from './client-format.ts';
import { codecOf } from './text/text-codec.ts';
import { toEndpoint, toEntry } from './to-entry.ts';

/** An entry of a file as plain values. */
export type RawEntry = Readonly<Record<string, unknown>>;

export interface EntryMeaning {
  /** As the importer read it. */
  readonly server: ImportedServer;
  /** As the catalog would hold it, under `server.name`. */
  readonly entry: ServerEntry;
}

/** Undefined for what the catalog could not hold, and for a client whose entries cannot be read one by one. */
export function meaningOf(format: ClientFormat, name: string, raw: RawEntry): EntryMeaning | undefined {
  // Every codec gives the same tree, so one form is enough to read what entries of any say; JSON has no lists by name.
  const written = format.place.nameKey === undefined ? 'json' : 'yaml';
  const called = format.place.nameKey === undefined ? raw : { [format.place.nameKey]: name, ...raw };
  const text = codecOf(written).setEntry('', format.place, name, called, { unit: '  ' });
  const context = { scope: 'user', format: written, place: format.place } as const;
  const { result, variables } = format.parse(Buffer.from(text), context);
  const [server, ...others] = result.servers;
  if (server === undefined || server.name !== name || others.length > 0) return undefined;
  const converted = toEndpoint(format.effective?.(server) ?? server, server, variables ?? format.variables);
  return converted.kind === 'skip' ? undefined : { server, entry: toEntry(name, converted, server, format.id) };
}

/** The part of a catalog entry that clients' files can speak about. */
export interface Sayable {
  readonly endpoint: Endpoint;
  readonly enabled: boolean;
  readonly totalMs: number | undefined;
  readonly auth: ServerAuth | undefined;
}

export function sayable({ endpoint, options }: ServerEntry): Sayable {
  return { endpoint, enabled: options.enabled, totalMs: options.timeouts.totalMs, auth: options.auth };
}

/** Whether both say the same of the server, whatever they are called. */
export function isSameMeaning(a: ServerEntry, b: ServerEntry): boolean {
  return isDeepStrictEqual(plain(sayable(a)), plain(sayable(b)));
}

/** Maps without a prototype are equal to others. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}

export function isRawEntry(value: unknown): value is RawEntry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
