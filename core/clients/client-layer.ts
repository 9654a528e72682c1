// What an import keeps of a client's entry beside what the catalog has fields for, so that it can go back to that client.
import { isDeepStrictEqual } from 'node:util';
import type { ClientLayer } from '../../shared/model/client-layer.ts';
import { emptyRecord } from '../base/json-tree.ts';
import type { ClientEntry, ClientFormat } from './client-format.ts';
import { type EntryMeaning, isRawEntry, isSameMeaning, meaningOf, type RawEntry } from './entry-meaning.ts';
import { findSecrets } from './find-secrets.ts';
import { TOKEN_KEY } from './read-oauth.ts';
import { sealServer } from './seal-server.ts';

/**
 * The layer of the entry `raw`, called `name` in the file and `catalogName` in the catalog; undefined when it would be
 * empty. `referenceFor` gives the reference for a literal secret, or undefined when there is none: then the key that
 * holds it is left out. Cached tokens are always left out.
 */
export function layerOf(
  format: ClientFormat,
  { name, catalogName }: { readonly name: string; readonly catalogName: string },
  raw: unknown,
  referenceFor: (secret: string) => string | undefined,
): ClientLayer | undefined {
  const meaning = isRawEntry(raw) ? meaningOf(format, name, raw) : undefined;
  if (!isRawEntry(raw) || meaning === undefined) return undefined;
  const kept = keptKeys(format, name, raw, meaning);
  const extras = sealed(kept, referenceFor);
  const others = Object.keys(raw).filter((key) => !Object.hasOwn(kept, key));
  const isBridge = meaning.server.bridge !== undefined;
  const bridge = isBridge ? sealed(pick(raw, others), referenceFor) : {};
  const layer: ClientLayer = {
    ...(name === catalogName ? {} : { name }),
    ...(Object.keys(extras).length === 0 ? {} : { extras }),
    // A bridge of which a part is missing could not be put back.
    ...(Object.keys(bridge).length === others.length && isBridge ? { bridge } : {}),
  };
  return Object.keys(layer).length === 0 ? undefined : layer;
}

/** The keys of `raw` that say nothing to the catalog: without them it would hold the same. */
export function keptKeys(format: ClientFormat, name: string, raw: RawEntry, meaning: EntryMeaning): RawEntry {
  const written = writtenEntry(format, meaning);
  if (isDeepStrictEqual(plainCopy(written ?? {}), plainCopy(raw))) return {};
  return pick(
    raw,
    Object.keys(raw).filter((key) => {
      if (key === format.place.nameKey) return false;
      if (written !== undefined && isDeepStrictEqual(plainCopy(written[key] ?? null), plainCopy(raw[key])))
        return false;
      const without = meaningOf(
        format,
        name,
        pick(
          raw,
          Object.keys(raw).filter((other) => other !== key),
        ),
      );
      return without !== undefined && isSameMeaning(without.entry, meaning.entry);
    }),
  );
}

/** What Portolan itself would write for what an entry means; undefined when the client cannot hold it so. */
export function writtenEntry(format: ClientFormat, { entry, server }: EntryMeaning): ClientEntry | undefined {
  const inputs = new Set((server.refs ?? []).flatMap((ref) => (ref.kind === 'input' ? [ref.name] : [])));
  const answer = format.entryFor({ server: entry, mode: 'direct', launcher: { command: '', args: [] }, inputs });
  return answer.kind === 'entry' ? answer.entry : undefined;
}

export function plainCopy(value: unknown): unknown {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);
}

function pick(raw: RawEntry, keys: readonly string[]): RawEntry {
  const result = emptyRecord<unknown>();
  for (const key of keys) result[key] = raw[key];
  return result;
}

/** `keys` with references for literal secrets, without those that hold one of which none is stored. */
function sealed(keys: RawEntry, referenceFor: (secret: string) => string | undefined): Record<string, unknown> {
  const result = emptyRecord<unknown>();
  for (const [key, given] of Object.entries(keys)) {
    if (TOKEN_KEY.test(key)) continue;
    const holder = { name: '', transport: 'stdio', enabled: true, extras: { [key]: withoutTokens(given) } } as const;
    const findings = findSecrets(holder).map((finding) => ({ ...finding, server: 0 }));
    if (findings.some(({ value }) => referenceFor(value) === undefined)) continue;
    result[key] = sealServer(holder, findings, ({ value }) => referenceFor(value) ?? '').extras?.[key];
  }
  return result;
}

function withoutTokens(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutTokens);
  if (!isRawEntry(value)) return value;
  const result = emptyRecord<unknown>();
  for (const [key, item] of Object.entries(value)) if (!TOKEN_KEY.test(key)) result[key] = withoutTokens(item);
  return result;
}
