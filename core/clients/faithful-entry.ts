// The native entry of a server for one client's file, as faithful to what stands or stood there as can be: what was not
// edited stays as it is written, and what only that client knows goes back to it.
import { isDeepStrictEqual } from 'node:util';
import type { ClientLayer } from '../../shared/model/client-layer.ts';
import { emptyRecord } from '../base/json-tree.ts';
import type { ClientEntry, ClientFormat, EntryAnswer, EntryRequest } from './client-format.ts';
import { keptKeys, plainCopy, writtenEntry } from './client-layer.ts';
import { isRawEntry, isSameMeaning, meaningOf, type RawEntry } from './entry-meaning.ts';

/**
 * The entry for `request` (mode `direct`) called `name` in a file that holds `present` under that name. `present` itself
 * when it says what the catalog says.
 */
export function faithfulEntry(
  format: ClientFormat,
  request: EntryRequest,
  name: string,
  present: unknown,
): EntryAnswer {
  const { server } = request;
  const layer = server.options.clients?.[format.id];
  const raw = isRawEntry(present) ? present : undefined;
  const before = raw === undefined ? undefined : meaningOf(format, name, raw);
  if (raw !== undefined && before !== undefined && isSameMeaning(before.entry, server)) {
    const kept = keptKeys(format, name, raw, before);
    if (layer?.extras === undefined || isDeepStrictEqual(plainCopy(kept), plainCopy(layer.extras))) return entry(raw);
  }
  const answer = format.entryFor(request);
  if (answer.kind === 'refused') return bridgeEntry(format, server, name, layer) ?? answer;
  const base = before === undefined ? undefined : writtenEntry(format, before);
  const merged = raw === undefined || base === undefined ? answer.entry : changedOnly(raw, base, answer.entry);
  const extras = writableExtras(layer);
  // Also over what this client always gets, such as every tool, where the entry still says the same then.
  const all = { ...merged, ...extras };
  const meaning = raw === undefined ? meaningOf(format, name, all) : undefined;
  if (meaning !== undefined && isSameMeaning(meaning.entry, server)) return entry(all);
  return entry({ ...merged, ...missing(merged, extras) });
}

/** Keys of the layer that hold a reference to a secret: they stay in the keychain. */
export function secretExtras(layer: ClientLayer | undefined): string[] {
  return Object.entries(layer?.extras ?? {}).flatMap(([key, value]) => (holdsReference(value) ? [key] : []));
}

/** `raw` with those keys changed that differ between what it was written as and what is to be written. */
function changedOnly(raw: RawEntry, base: ClientEntry, now: ClientEntry): ClientEntry {
  const result = emptyRecord<unknown>();
  for (const [key, value] of Object.entries(raw)) {
    const isOurs = Object.hasOwn(base, key) || Object.hasOwn(now, key);
    if (!isOurs || isDeepStrictEqual(plainCopy(base[key]), plainCopy(now[key]))) result[key] = value;
    else if (Object.hasOwn(now, key)) result[key] = now[key];
  }
  for (const [key, value] of Object.entries(now)) {
    if (Object.hasOwn(raw, key) || isDeepStrictEqual(plainCopy(base[key]), plainCopy(value))) continue;
    result[key] = value;
  }
  return result;
}

/** The bridge that the server was lifted from, when it still leads to the same server. */
function bridgeEntry(
  format: ClientFormat,
  server: EntryRequest['server'],
  name: string,
  layer: ClientLayer | undefined,
): EntryAnswer | undefined {
  if (layer?.bridge === undefined || holdsReference(layer.bridge)) return undefined;
  const candidate = { ...layer.bridge, ...missing(layer.bridge, writableExtras(layer)) };
  const meaning = meaningOf(format, name, candidate);
  return meaning !== undefined && isSameMeaning(meaning.entry, server) ? entry(candidate) : undefined;
}

function writableExtras(layer: ClientLayer | undefined): RawEntry {
  const secret = new Set(secretExtras(layer));
  return Object.fromEntries(Object.entries(layer?.extras ?? {}).filter(([key]) => !secret.has(key)));
}

function missing(entry: ClientEntry, extras: RawEntry): RawEntry {
  return Object.fromEntries(Object.entries(extras).filter(([key]) => !Object.hasOwn(entry, key)));
}

function holdsReference(value: unknown): boolean {
  return JSON.stringify(value).includes('${secret:');
}

function entry(fields: ClientEntry): EntryAnswer {
  return { kind: 'entry', entry: fields };
}
