// What an export would write: the new text of one client's file with only Portolan's entries in it changed, and a view
// of the difference. Pure: it reads and writes nothing.
import { isDeepStrictEqual } from 'node:util';
import { PortolanError } from '../../shared/errors.ts';
import { type JsonNode, membersOf, plainValue } from '../base/json-tree.ts';
import type { ExportPlan, FileDiff } from '../../shared/model/import-result.ts';
import type { ServerEntry } from '../../shared/model/server-entry.ts';
import type { ClientFormat, EntryAnswer, EntryRequest, ExportMode } from './client-format.ts';
import { connectWords } from './direct-entry.ts';
import { lossesOf } from './export-losses.ts';
import { faithfulEntry } from './faithful-entry.ts';
import { isRawEntry, isSameMeaning, meaningOf } from './entry-meaning.ts';
import { plainCopy } from './client-layer.ts';
import { decodeFile, encodeFile, type FileText } from './file-text.ts';
import { diffLines } from './line-diff.ts';
import { maskText } from './mask-text.ts';
import { parseProblem } from './read-file.ts';
import { uniqueName } from './server-names.ts';
import type { TargetFile } from './target-file.ts';
import { codecOf, type EntryPlace, type TextCodec, type TextFormat } from './text/text-codec.ts';

type PlannedServer = ExportPlan['servers'][number];

export interface PlannedExport {
  /** Undefined: nothing changes. */
  readonly data: Buffer | undefined;
  readonly diff: FileDiff;
  readonly servers: readonly PlannedServer[];
}

/** How the servers of one file are written. */
export interface FileForm {
  readonly format: TextFormat;
  readonly place: EntryPlace;
}

/**
 * Plans writing `servers` into `file`. Throws PARSE_ERROR (data: path, line) when the file is not one that can be
 * changed without losing something.
 */
export function buildExportPlan(
  format: ClientFormat,
  form: FileForm,
  file: TargetFile,
  servers: readonly ServerEntry[],
  mode: ExportMode,
  launcher: EntryRequest['launcher'],
  profile?: string,
): PlannedExport {
  const before = readText(file);
  const codec = codecOf(form.format);
  const map = serverMap(codec, form.place, file, before.text);
  const inputs = inputIds(codec, before.text);
  const used = new Set<string>();
  const planned: PlannedServer[] = [];
  let { text } = before;
  for (const server of servers) {
    const request = { server, mode, launcher, inputs, ...(profile !== undefined && { profile }) };
    const own = { server, mode, words: connectWords(server.name, profile) };
    const clientName = nameInFile(format, own, format.entryFor(request), map, used);
    const present = map.get(clientName);
    const answer = mode === 'direct' ? faithfulEntry(format, request, clientName, present) : format.entryFor(request);
    if (answer.kind === 'refused') {
      planned.push({ name: server.name, clientName: server.name, action: 'refuse', reason: answer.reason });
      continue;
    }
    used.add(clientName);
    const losses = mode === 'direct' ? lossesOf(format, server, clientName, answer.entry) : [];
    const same = present !== undefined && isDeepStrictEqual(present, plainCopy(answer.entry));
    planned.push({
      name: server.name,
      clientName,
      action: same ? 'same' : present === undefined ? 'add' : 'replace',
      ...(losses.length === 0 ? {} : { losses }),
    });
    if (same) continue;
    text = codec.setEntry(text, form.place, clientName, answer.entry, { unit: format.indent ?? '  ' });
  }
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
  };
}

function readText(file: TargetFile): FileText {
  if (file.bytes === undefined) return { text: '', encoding: 'utf-8', bom: false };
  const decoded = decodeFile(file.bytes);
  if (decoded === undefined || !encodeFile(decoded).equals(file.bytes)) {
    throw notParsed(file, 'it is neither UTF-8 nor UTF-16 text');
  }
  return decoded;
}

/** The entries of the file as plain values. */
function serverMap(codec: TextCodec, place: EntryPlace, file: TargetFile, text: string): Map<string, unknown> {
  const parsed = codec.parse(text);
  if (parsed.kind === 'error') throw notParsed(file, parseProblem(parsed), parsed.line);
  let node: JsonNode | undefined = parsed.tree.root;
  for (const [depth, key] of [undefined, ...place.root].entries()) {
    if (key !== undefined) node = membersOf(node).get(key)?.value;
    if (node === undefined || (node.type === 'null' && depth > 0)) return new Map();
    const wanted = place.nameKey !== undefined && depth === place.root.length ? 'array' : 'object';
    if (node.type !== wanted)
      throw notParsed(file, `${key ?? 'its root'} is not ${wanted === 'array' ? 'a list' : 'an object'}`);
  }
  return new Map(entryNodes(node, place).map(([name, entry]) => [name, plainCopy(plainValue(entry))]));
}

/** The entries of a file by name, in order; of duplicates the last value counts. */
function entryNodes(node: JsonNode | undefined, { nameKey }: EntryPlace): [name: string, node: JsonNode][] {
  if (nameKey === undefined) return [...membersOf(node).values()].map((member) => [member.key, member.value]);
  return (node?.children ?? []).flatMap((item) => {
    const name = membersOf(item).get(nameKey)?.value;
    return name?.type === 'string' ? [[String(name.value), item] as [string, JsonNode]] : [];
  });
}

function inputIds(codec: TextCodec, text: string): ReadonlySet<string> {
  const parsed = codec.parse(text);
  const inputs = parsed.kind === 'tree' ? membersOf(parsed.tree.root).get('inputs')?.value : undefined;
  const ids = (inputs?.type === 'array' ? (inputs.children ?? []) : []).map((node) => membersOf(node).get('id')?.value);
  return new Set(ids.flatMap((id) => (id?.type === 'string' ? [String(id.value)] : [])));
}

/**
 * Where the entry goes: under the name it has in this file already, which an import may have made portable, or the
 * nearest one that the client accepts and that is not someone else's.
 */
function nameInFile(
  format: ClientFormat,
  own: OwnEntry,
  answer: EntryAnswer,
  map: ReadonlyMap<string, unknown>,
  used: ReadonlySet<string>,
): string {
  const { server, mode } = own;
  const { title, source, clients } = server.options;
  const kept = clients?.[format.id]?.name;
  if (kept !== undefined && !used.has(kept) && (mode === 'direct' || map.has(kept))) return kept;
  if (source?.kind === 'import' && title !== undefined && map.has(title) && !map.has(server.name) && !used.has(title)) {
    return title;
  }
  const wanted = format.clientName(server.name);
  return uniqueName(wanted, (name) => {
    if (used.has(name)) return true;
    return name !== server.name && map.has(name) && !isOurs(format, name, map.get(name), own, answer);
  });
}

interface OwnEntry {
  readonly server: ServerEntry;
  readonly mode: ExportMode;
  /** How its arguments end, whatever starts Portolan. */
  readonly words: readonly string[];
}

function isOurs(
  format: ClientFormat,
  name: string,
  present: unknown,
  { server, mode, words }: OwnEntry,
  answer: EntryAnswer,
): boolean {
  if (answer.kind === 'entry' && isDeepStrictEqual(present, plainCopy(answer.entry))) return true;
  if (mode === 'direct' && isRawEntry(present)) {
    const meaning = meaningOf(format, name, present);
    if (meaning !== undefined && isSameMeaning(meaning.entry, server)) return true;
  }
  if (typeof present !== 'object' || present === null || !('args' in present)) return false;
  return Array.isArray(present.args) && isDeepStrictEqual(present.args.slice(-words.length), words);
}

function linesOf(text: string): string[] {
  const lines = text.split(/\r\n|\r|\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function notParsed(file: TargetFile, cause: string, line?: number): PortolanError {
  const place = line === undefined ? file.path : `${file.path} line ${line}`;
  return new PortolanError('PARSE_ERROR', `${place}: ${cause}. It was left alone.`, {
    hint: 'Correct the file in an editor and try again.',
    data: { path: file.path, ...(line === undefined ? {} : { line }) },
  });
}
