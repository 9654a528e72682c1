// The entries of one client's file as plain values, whatever its text form. Reads only.
import { PortolanError } from '../../shared/errors.ts';
import { type JsonNode, membersOf, plainValue } from '../base/json-tree.ts';
import { decodeFile, encodeFile, type FileText } from './file-text.ts';
import { parseProblem } from './read-file.ts';
import type { TargetFile } from './target-file.ts';
import { codecOf, type EntryPlace, type TextCodec, type TextFormat } from './text/text-codec.ts';

/** How the servers of one file are written. */
export interface FileForm {
  readonly format: TextFormat;
  readonly place: EntryPlace;
  /** Scope of the file in its client. */
  readonly scope?: string;
}

/** The text of a file; empty for one that is not there. Throws PARSE_ERROR for bytes that would not survive. */
export function readText(file: TargetFile): FileText {
  if (file.bytes === undefined) return { text: '', encoding: 'utf-8', bom: false };
  const decoded = decodeFile(file.bytes);
  if (decoded === undefined || !encodeFile(decoded).equals(file.bytes)) {
    throw notParsed(file, 'it is neither UTF-8 nor UTF-16 text');
  }
  return decoded;
}

/** The entries of `text`, which is or will be in `file`, by name as plain values. Throws PARSE_ERROR (data: path, line). */
export function entriesIn({ format, place }: FileForm, file: TargetFile, text: string): Map<string, unknown> {
  const node = placeNode({ format, place }, file, text);
  return new Map(entryNodes(node, place).map(([name, entry]) => [name, bareEntry(plainValue(entry), place)]));
}

/** Names that stand more than once in `text`, which parses. */
export function repeatedNames({ format, place }: FileForm, text: string): ReadonlySet<string> {
  const node = placeNode({ format, place }, { path: '' }, text);
  const names =
    place.nameKey === undefined
      ? [...membersOf(node).values()].flatMap(({ key, properties }) => properties.map(() => key))
      : entryNodes(node, place).map(([name]) => name);
  const seen = new Set<string>();
  return new Set(names.filter((name) => seen.size === seen.add(name).size));
}

/** The map or list of entries; undefined when there is none yet. */
function placeNode({ format, place }: FileForm, file: Pick<TargetFile, 'path'>, text: string): JsonNode | undefined {
  const parsed = codecOf(format).parse(text);
  if (parsed.kind === 'error') throw notParsed(file, parseProblem(parsed, format), parsed.line);
  let node: JsonNode | undefined = parsed.tree.root;
  for (const [depth, key] of [undefined, ...place.root].entries()) {
    if (key !== undefined) node = membersOf(node).get(key)?.value;
    if (node === undefined || (node.type === 'null' && depth > 0)) {
      if (isBareMap(parsed.tree.root)) throw notParsed(file, 'its servers are not under a key of their own');
      return undefined;
    }
    const wanted = place.nameKey !== undefined && depth === place.root.length ? 'array' : 'object';
    if (node.type !== wanted)
      throw notParsed(file, `${key ?? 'its root'} is not ${wanted === 'array' ? 'a list' : 'an object'}`);
  }
  return node;
}

/** Some clients take a file that is nothing but servers; a key of another kind beside them would hide them all. */
function isBareMap(root: JsonNode | undefined): boolean {
  const members = [...membersOf(root).values()];
  return (
    members.length > 0 && members.every(({ value }) => membersOf(value).has('command') || membersOf(value).has('url'))
  );
}

/** An entry as plain JSON without its name, which is a key of it where entries are items of a list. */
export function bareEntry(entry: unknown, { nameKey }: EntryPlace): unknown {
  const plain = plainCopy(entry);
  if (nameKey !== undefined && typeof plain === 'object' && plain !== null) Reflect.deleteProperty(plain, nameKey);
  return plain;
}

/** The entries of a file by name, in order; of duplicates the last value counts. */
function entryNodes(node: JsonNode | undefined, { nameKey }: EntryPlace): [name: string, node: JsonNode][] {
  if (nameKey === undefined) return [...membersOf(node).values()].map((member) => [member.key, member.value]);
  return (node?.children ?? []).flatMap((item) => {
    const name = membersOf(item).get(nameKey)?.value;
    return name?.type === 'string' ? [[String(name.value), item] as [string, JsonNode]] : [];
  });
}

/** Ids of the prompts that a text defines. */
export function inputIds(codec: TextCodec, text: string): ReadonlySet<string> {
  const parsed = codec.parse(text);
  const inputs = parsed.kind === 'tree' ? membersOf(parsed.tree.root).get('inputs')?.value : undefined;
  const ids = (inputs?.type === 'array' ? (inputs.children ?? []) : []).map((node) => membersOf(node).get('id')?.value);
  return new Set(ids.flatMap((id) => (id?.type === 'string' ? [String(id.value)] : [])));
}

/** `value` as JSON would give it back. */
function plainCopy(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}

function notParsed(file: Pick<TargetFile, 'path'>, cause: string, line?: number): PortolanError {
  const place = line === undefined ? file.path : `${file.path} line ${line}`;
  return new PortolanError('PARSE_ERROR', `${place}: ${cause}. It was left alone.`, {
    hint: 'Correct the file in an editor and try again.',
    data: { path: file.path, ...(line === undefined ? {} : { line }) },
  });
}
