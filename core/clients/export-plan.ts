// What an export would write: the new text of one client's file with only Portolan's entries in it changed, and a view
// of the difference. Pure: it reads and writes nothing.
import { isDeepStrictEqual } from 'node:util';
import { PortolanError } from '../../shared/errors.ts';
import { type JsonNode, membersOf, plainValue } from '../base/json-tree.ts';
import type { ExportPlan, FileDiff } from '../../shared/model/import-result.ts';
import type { ServerEntry } from '../../shared/model/server-entry.ts';
import type { ClientEntry, ClientFormat, EntryRequest, ExportMode } from './client-format.ts';
import { connectWords } from './direct-entry.ts';
import { decodeFile, encodeFile, type FileText } from './file-text.ts';
import { diffLines } from './line-diff.ts';
import { maskText } from './mask-text.ts';
import { parseProblem } from './read-file.ts';
import { uniqueName } from './server-names.ts';
import type { TargetFile } from './target-file.ts';
import { CannotEdit } from './text/cannot-edit.ts';
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
  readonly scope?: string;
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
  const map = serverMap(codec, form, file, before.text);
  const inputs = inputIds(codec, before.text);
  const used = new Set<string>();
  const planned: PlannedServer[] = [];
  const style = { unit: format.indent ?? '  ' };
  const changes: [name: string, entry: ClientEntry][] = [];
  let { text } = before;
  for (const server of servers) {
    const { place } = form;
    const answer = format.entryFor({
      server,
      mode,
      launcher,
      inputs,
      place,
      ...(form.scope !== undefined && { scope: form.scope }),
      ...(profile !== undefined && { profile }),
    });
    if (answer.kind === 'refused') {
      planned.push({ name: server.name, clientName: server.name, action: 'refuse', reason: answer.reason });
      continue;
    }
    const clientName = nameInFile(
      format,
      server,
      { entry: answer.entry, words: connectWords(server.name, profile) },
      map,
      used,
    );
    used.add(clientName);
    const present = map.get(clientName);
    const entry = entryCalled(clientName, answer.entry, form.place);
    const same = present !== undefined && isDeepStrictEqual(present, plainCopy(entry));
    try {
      if (!same && codec.setEntries === undefined) text = codec.setEntry(text, form.place, clientName, entry, style);
      else if (!same) changes.push([clientName, entry]);
    } catch (error) {
      if (!(error instanceof CannotEdit)) throw error;
      planned.push({ name: server.name, clientName, action: 'refuse', reason: error.message });
      continue;
    }
    planned.push({ name: server.name, clientName, action: same ? 'same' : present === undefined ? 'add' : 'replace' });
  }
  text = codec.setEntries?.(text, form.place, changes, style) ?? text;
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

/** In a list the entry says its own name. */
function entryCalled(name: string, entry: ClientEntry, { nameKey }: EntryPlace): ClientEntry {
  return nameKey === undefined ? entry : { ...entry, [nameKey]: name };
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
function serverMap(codec: TextCodec, form: FileForm, file: TargetFile, text: string): Map<string, unknown> {
  const { place } = form;
  const parsed = codec.parse(text);
  if (parsed.kind === 'error') throw notParsed(file, parseProblem(parsed, form.format), parsed.line);
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
  server: ServerEntry,
  own: OwnEntry,
  map: ReadonlyMap<string, unknown>,
  used: ReadonlySet<string>,
): string {
  const { title, source } = server.options;
  if (source?.kind === 'import' && title !== undefined && map.has(title) && !map.has(server.name) && !used.has(title)) {
    return title;
  }
  const wanted = format.clientName(server.name);
  return uniqueName(wanted, (name) => {
    if (used.has(name)) return true;
    return name !== server.name && map.has(name) && !isOurs(map.get(name), own);
  });
}

interface OwnEntry {
  readonly entry: ClientEntry;
  /** How its arguments end, whatever starts Portolan. */
  readonly words: readonly string[];
}

function isOurs(present: unknown, { entry, words }: OwnEntry): boolean {
  if (isDeepStrictEqual(present, plainCopy(entry))) return true;
  if (typeof present !== 'object' || present === null) return false;
  // Some clients keep the arguments in the list of the command.
  const args = 'args' in present ? present.args : 'command' in present ? present.command : undefined;
  return Array.isArray(args) && isDeepStrictEqual(args.slice(-words.length), words);
}

function plainCopy(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
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
