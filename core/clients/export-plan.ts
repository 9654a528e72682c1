// What an export would write: the new text of one client's file with only Portolan's entries in it changed, and a view
// of the difference. Pure: it reads and writes nothing.
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { PortolanError } from '../../shared/errors.ts';
import type { ExportPlan, FileDiff } from '../../shared/model/import-result.ts';
import type { ServerEntry } from '../../shared/model/server-entry.ts';
import type { ClientEntry, ClientFormat, EntryAnswer, EntryRequest, ExportMode } from './client-format.ts';
import { isRawEntry, isSameMeaning, meaningOf } from './entry-meaning.ts';
import { lossesOf } from './export-losses.ts';
import { faithfulEntry } from './faithful-entry.ts';
import { bareEntry, entriesIn, type FileForm, inputIds, readText } from './file-entries.ts';
import { encodeFile } from './file-text.ts';
import { diffLines } from './line-diff.ts';
import { maskText } from './mask-text.ts';
import { entryTarget, profileOf } from './own-entry.ts';
import { uniqueName } from './server-names.ts';
import type { TargetFile } from './target-file.ts';
import { CannotEdit } from './text/cannot-edit.ts';
import { codecOf, type EntryPlace } from './text/text-codec.ts';

type PlannedServer = ExportPlan['servers'][number];

/** An entry that is to be in a file. */
export interface WantedEntry {
  /** A server, or `profile:NAME`. */
  readonly target: string;
  /** For a profile it carries only the name. */
  readonly server: ServerEntry;
  readonly mode: ExportMode;
}

/** An entry of Portolan's as it stands in a planned text. */
export interface PlannedEntry {
  readonly name: string;
  readonly target: string;
  readonly mode: ExportMode;
  readonly digest: string;
}

/** The gateway for entries of mode `http`. */
export interface GatewayAccess {
  readonly urlOf: (target: string) => string;
  /** Stands in new entries. */
  readonly token: string;
  /** Whether a token that is in the file already opens `target`. */
  readonly opens: (token: string, target: string) => boolean;
}

export interface PlanContext {
  readonly launcher: EntryRequest['launcher'];
  /** Or why this file gets no entry of mode `http`. */
  readonly gateway: GatewayAccess | { readonly refused: string };
}

export interface PlannedExport {
  /** Undefined: nothing changes. */
  readonly data: Buffer | undefined;
  readonly diff: FileDiff;
  readonly servers: readonly PlannedServer[];
  /** The wanted entries that are in the text, those that were there already included. */
  readonly entries: readonly PlannedEntry[];
  readonly before: string;
  readonly after: string;
}

/**
 * Plans a file with the entries `wanted` in it and those called `removed` not. Throws PARSE_ERROR (data: path, line) when
 * the file is not one that can be changed without losing something.
 */
export function buildExportPlan(
  format: ClientFormat,
  form: FileForm,
  file: TargetFile,
  wanted: readonly WantedEntry[],
  removed: readonly PlannedServer[],
  context: PlanContext,
): PlannedExport {
  const before = readText(file);
  const codec = codecOf(form.format);
  const map = entriesIn(form, file, before.text);
  const inputs = inputIds(codec, before.text);
  const planned: PlannedServer[] = [];
  const entries: PlannedEntry[] = [];
  const style = { unit: format.indent ?? '  ' };
  const changes: [name: string, entry: ClientEntry][] = [];
  let { text } = before;
  for (const entry of removed) {
    if (!map.delete(entry.clientName)) continue;
    planned.push(entry);
    text = codec.removeEntry(text, form.place, entry.clientName);
  }
  const used = new Set<string>();
  const held = new Map([...map].reverse().map(([name, value]) => [entryTarget(value), name]));
  for (const want of wanted) {
    const { target, server, mode } = want;
    const profile = profileOf(target);
    const own = held.get(target);
    const gateway =
      mode === 'http' ? accessFor(context.gateway, target, own === undefined ? null : map.get(own)) : undefined;
    const request: EntryRequest = {
      server,
      mode,
      launcher: context.launcher,
      inputs,
      place: form.place,
      ...(form.scope !== undefined && { scope: form.scope }),
      ...(profile !== undefined && { profile }),
      ...(gateway !== undefined && !('refused' in gateway) && { gateway }),
    };
    const plain: EntryAnswer =
      gateway !== undefined && 'refused' in gateway
        ? { kind: 'refused', reason: gateway.refused }
        : format.entryFor(request);
    const clientName = nameInFile(format, form.place, want, plain, map, own, used);
    const there = map.get(clientName);
    const answer = mode === 'direct' ? faithfulEntry(format, request, clientName, there) : plain;
    if (answer.kind === 'refused') {
      planned.push({ name: server.name, clientName: server.name, action: 'refuse', reason: answer.reason });
      continue;
    }
    const { entry } = answer;
    const bare = bareEntry(entry, form.place);
    used.add(clientName);
    const same = there !== undefined && isDeepStrictEqual(there, bare);
    const called = entryCalled(clientName, entry, form.place);
    try {
      if (!same && codec.setEntries === undefined) text = codec.setEntry(text, form.place, clientName, called, style);
      else if (!same) changes.push([clientName, called]);
    } catch (error) {
      if (!(error instanceof CannotEdit)) throw error;
      planned.push({ name: server.name, clientName, action: 'refuse', reason: error.message });
      continue;
    }
    entries.push({ name: clientName, target, mode, digest: entryDigest(bare) });
    const losses = mode === 'direct' ? lossesOf(format, server, clientName, entry) : [];
    planned.push({
      name: server.name,
      clientName,
      action: same ? 'same' : there === undefined ? 'add' : 'replace',
      ...(losses.length === 0 ? {} : { losses }),
    });
  }
  text = codec.setEntries?.(text, form.place, changes, style) ?? text;
  verifyEdit(entriesIn(form, file, text), entries, planned, file);
  const changed = text !== before.text;
  return {
    data: changed ? encodeFile({ ...before, text }) : undefined,
    diff: {
      client: format.id,
      path: file.path,
      exists: file.bytes !== undefined,
      lines: diffLines(
        linesOf(before.text),
        linesOf(text),
        linesOf(maskText(before.text, codec)),
        linesOf(maskText(text, codec)),
      ),
      changed,
    },
    servers: planned,
    entries,
    before: before.text,
    after: text,
  };
}

/** In a list the entry says its own name. */
function entryCalled(name: string, entry: ClientEntry, { nameKey }: EntryPlace): ClientEntry {
  return nameKey === undefined ? entry : { ...entry, [nameKey]: name };
}

/** Equal for entries that say the same, whatever the order of their keys; SHA-256 in hex. */
export function entryDigest(entry: unknown): string {
  const sorted = JSON.stringify(entry, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return createHash('sha256').update(sorted).digest('hex');
}

/** What a token of the gateway looks like. */
const TOKEN = /(?<![\w-])[\w-]{43}(?![\w-])/g;

/** Everything in `text` that may be a token of the gateway. */
export function tokensIn(text: string): string[] {
  return [...new Set(text.match(TOKEN))];
}

/** Address and token for one entry: the token that it has already, while that is good. */
function accessFor(
  gateway: PlanContext['gateway'],
  target: string,
  present: unknown,
): { url: string; token: string } | { refused: string } {
  if ('refused' in gateway) return gateway;
  const { urlOf, opens, token } = gateway;
  const kept = tokensIn(JSON.stringify(present)).find((candidate) => opens(candidate, target));
  return { url: urlOf(target), token: kept ?? token };
}

/** The edited text must read back as it was meant; a difference is a mistake of ours and nothing may be written. */
function verifyEdit(
  map: ReadonlyMap<string, unknown>,
  entries: readonly PlannedEntry[],
  planned: readonly PlannedServer[],
  file: TargetFile,
): void {
  const gone = planned.filter(({ action }) => action === 'remove').map(({ clientName }) => clientName);
  const names = new Set(entries.map(({ name }) => name));
  const isRight =
    entries.every(({ name, digest }) => map.has(name) && entryDigest(map.get(name)) === digest) &&
    gone.every((name) => !map.has(name) || names.has(name));
  if (isRight) return;
  throw new PortolanError('INTERNAL', `${file.path} would not read back as it was meant, so it was left alone.`);
}

/**
 * Where the entry goes: under the name it has in this file already, which an import may have made portable, or the
 * nearest one that the client accepts and that is not someone else's.
 */
function nameInFile(
  format: ClientFormat,
  place: EntryPlace,
  want: WantedEntry,
  answer: EntryAnswer,
  map: ReadonlyMap<string, unknown>,
  held: string | undefined,
  used: ReadonlySet<string>,
): string {
  const { server, mode } = want;
  const { title, source, clients } = server.options;
  const kept = clients?.[format.id]?.name;
  if (kept !== undefined && !used.has(kept) && (mode === 'direct' || map.has(kept))) return kept;
  if (source?.kind === 'import' && title !== undefined && map.has(title) && !map.has(server.name) && !used.has(title)) {
    return title;
  }
  // Under its own name already, be it one that the client does not take.
  const isThere = mode === 'direct' && map.has(server.name) && !used.has(server.name);
  if (isThere && isOurs(format, place, server.name, map.get(server.name), want, answer)) return server.name;
  const wanted = format.clientName(server.name);
  if (
    held !== undefined &&
    !used.has(held) &&
    !(map.has(wanted) && isOurs(format, place, wanted, map.get(wanted), want, answer))
  )
    return held;
  return uniqueName(wanted, (name) => {
    if (used.has(name)) return true;
    return name !== server.name && map.has(name) && !isOurs(format, place, name, map.get(name), want, answer);
  });
}

function isOurs(
  format: ClientFormat,
  place: EntryPlace,
  name: string,
  present: unknown,
  { target, server, mode }: WantedEntry,
  answer: EntryAnswer,
): boolean {
  if (entryTarget(present) === target) return true;
  if (answer.kind === 'entry' && isDeepStrictEqual(present, bareEntry(answer.entry, place))) return true;
  if (mode !== 'direct' || !isRawEntry(present)) return false;
  const meaning = meaningOf(format, name, present);
  return meaning !== undefined && isSameMeaning(meaning.entry, server);
}

function linesOf(text: string): string[] {
  const lines = text.split(/\r\n|\r|\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
