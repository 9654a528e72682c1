// Changes single entries of YAML text by offsets and leaves every other byte: comments, quotes, indentation, line ends.
// What cannot be done so is refused. Every edit is read again, and what it would change elsewhere refuses it too.
import { isDeepStrictEqual } from 'node:util';
import { isAlias, isMap, isScalar, isSeq, type Pair } from 'yaml';
import { type JsonNode, plainValue } from '../../base/json-tree.ts';
import { CannotEdit } from './cannot-edit.ts';
import type { EntryPlace, EntryStyle } from './text-codec.ts';
import { readYaml, type YamlFile } from './yaml-document.ts';
import { applyEdits, insertInFlow, removeFromFlow, type TextEdit } from './yaml-flow.ts';
import {
  type Collection,
  colonOf,
  columnOf,
  contentEnd,
  dashOf,
  insertionPoint,
  isFlow,
  isMissing,
  lineStart,
  nextLine,
  type Node,
  pairEnd,
  pairsOf,
  styleOf,
} from './yaml-place.ts';
import { checkOthers, plainCopy } from './yaml-check.ts';
import { parseYamlTree } from './yaml-tree.ts';
import { blockLines, flowText, itemLines, memberLines, type YamlStyle } from './yaml-write.ts';

/** Sets the entry; throws CannotEdit when that cannot be done without changing what is not ours. */
export function setYamlEntry(
  text: string,
  place: EntryPlace,
  name: string,
  value: unknown,
  { unit }: EntryStyle,
): string {
  const wanted = entryValue(place, name, value);
  const { root } = readFile(text);
  const edits = new Setter(text, styleOf(text, root, unit), place, name, wanted).edits(root);
  const result = applyEdits(text, edits);
  checkOthers(text, result, place, name, wanted);
  return result;
}

/** Removes the entry with all its duplicates; throws CannotEdit like `setYamlEntry`. */
export function removeYamlEntry(text: string, place: EntryPlace, name: string): string {
  let result = text;
  for (;;) {
    const edits = removal(result, readFile(result).root, place, name);
    if (edits === undefined) break;
    result = applyEdits(result, edits);
  }
  checkOthers(text, result, place, name, undefined);
  return result;
}

function readFile(text: string): YamlFile {
  const file = readYaml(text);
  if (file.kind === 'error') throw new CannotEdit('the file is not valid YAML');
  return file;
}

function entryValue({ nameKey }: EntryPlace, name: string, value: unknown): unknown {
  const plain: unknown = JSON.parse(JSON.stringify(value));
  if (nameKey === undefined || typeof plain !== 'object') return plain;
  return Object.assign({ [nameKey]: name }, plain, { [nameKey]: name });
}

class Setter {
  readonly #text: string;
  readonly #style: YamlStyle;
  readonly #place: EntryPlace;
  readonly #name: string;
  readonly #value: unknown;

  constructor(text: string, style: YamlStyle, place: EntryPlace, name: string, value: unknown) {
    this.#text = text;
    this.#style = style;
    this.#place = place;
    this.#name = name;
    this.#value = value;
  }

  edits(root: Node | undefined): TextEdit[] {
    const { root: keys, nameKey } = this.#place;
    if (root === undefined) return this.#lines(insertionPoint(this.#text, 0, 0), 0, this.#below(0));
    let node: Node = root;
    for (const [depth, key] of keys.entries()) {
      if (!isMap(node)) throw new CannotEdit('its place in the file is not a map');
      const pair = pairNamed(node, key).at(-1);
      if (pair === undefined) return this.#insertMember(node, key, this.#missing(depth + 1));
      const value = pair.value as Node | null;
      if (value === null || isMissing(value) || isNull(value) || isEmpty(value)) {
        return this.#fill(pair, value, this.#missing(depth + 1));
      }
      if (isAlias(value)) throw new CannotEdit('its place in the file is an alias');
      node = value;
    }
    if (nameKey === undefined) {
      if (!isMap(node)) throw new CannotEdit('its place in the file is not a map');
      const present = pairNamed(node, this.#name);
      if (present.length === 0) return this.#insertMember(node, this.#name, this.#value);
      return present.flatMap((pair) => this.#replacePair(pair, isFlow(node as Collection)));
    }
    if (!isSeq(node)) throw new CannotEdit('its place in the file is not a list');
    const present = itemsNamed(node, nameKey, this.#name);
    if (present.length > 0) return present.flatMap((item) => this.#replace(item, false));
    return this.#insertItem(node);
  }

  /** The value that is missing below the first `depth` keys of the place. */
  #missing(depth: number): unknown {
    const { root, nameKey } = this.#place;
    const servers = nameKey === undefined ? { [this.#name]: this.#value } : [this.#value];
    return root.slice(depth).reduceRight<unknown>((below, key) => ({ [key]: below }), servers);
  }

  #below(depth: number): string[] {
    return blockLines(this.#missing(depth), this.#style);
  }

  #insertMember(map: Node, key: string, value: unknown): TextEdit[] {
    if (!isMap(map)) throw new CannotEdit('its place in the file is not a map');
    if (isFlow(map)) return insertInFlow(this.#text, map, flowText({ [key]: value }).slice(2, -2));
    const column = columnOf(this.#text, map.range[0]);
    const point = insertionPoint(this.#text, contentEnd(map), this.#ownColumn(map, column));
    return this.#lines(point, column, memberLines(key, value, this.#style));
  }

  #insertItem(list: Collection): TextEdit[] {
    if (isFlow(list)) return insertInFlow(this.#text, list, flowText(this.#value));
    const column = columnOf(this.#text, list.range[0]);
    const point = insertionPoint(this.#text, contentEnd(list), this.#ownColumn(list, column));
    return this.#lines(point, column, itemLines(this.#value, this.#style));
  }

  /** The smallest column of a comment that surely belongs to the collection, rather than to what follows. */
  #ownColumn(node: Collection, column: number): number {
    return isSeq(node) && !this.#style.indentsLists ? column + 1 : column;
  }

  /** Gives a key without a value one. */
  #fill(pair: Pair, value: Node | null, added: unknown): TextEdit[] {
    const colon = colonOf(pair);
    const keyColumn = columnOf(this.#text, (pair.key as Node).range[0]);
    const lists = Array.isArray(added) && !this.#style.indentsLists;
    const column = keyColumn + (lists ? 0 : this.#style.unit.length);
    const edits: TextEdit[] = [];
    let end = colon + 1;
    if (value !== null && !isMissing(value)) {
      const before = this.#text.slice(colon + 1, value.range[0]);
      if (before.trim() !== '') throw new CannotEdit('its place in the file is written in an unusual way');
      end = value.range[1];
      edits.push({ offset: colon + 1, length: end - colon - 1, text: '' });
    }
    return [...edits, ...this.#lines(nextLine(this.#text, end), column, blockLines(added, this.#style))];
  }

  #replacePair(pair: Pair, inFlow: boolean): TextEdit[] {
    const value = pair.value as Node | null;
    if (value !== null && !isMissing(value)) return this.#replace(value, inFlow, pair);
    if (inFlow) return [{ offset: colonOf(pair) + 1, length: 0, text: ` ${flowText(this.#value)}` }];
    return this.#fill(pair, value, this.#value);
  }

  #replace(node: Node, inFlow: boolean, pair?: Pair): TextEdit[] {
    if (isAlias(node)) throw new CannotEdit('its entry is an alias');
    const isSame = isDeepStrictEqual(plainOf(this.#text, node), this.#value);
    if (isSame) return [];
    const [offset] = node.range;
    const block = (isMap(node) || isSeq(node)) && !isFlow(node);
    if (!block && !inFlow && !isMap(node) && !isSeq(node) && pair !== undefined)
      return this.#fill(pair, node, this.#value);
    const indent = ' '.repeat(columnOf(this.#text, offset));
    const end = block ? trimmedEnd(this.#text, offset, contentEnd(node)) : node.range[1];
    const text = block ? blockLines(this.#value, this.#style).join(this.#style.eol + indent) : flowText(this.#value);
    return [{ offset, length: end - offset, text }];
  }

  /** Adds `lines` at `point`, which is the start of a line or the end of the text. */
  #lines(point: number, column: number, lines: readonly string[]): TextEdit[] {
    const { eol } = this.#style;
    const text = lines.map((line) => ' '.repeat(column) + line).join(eol);
    const isOpenEnd = point === this.#text.length && point > 0 && !/[\r\n]$/.test(this.#text);
    return [{ offset: point, length: 0, text: isOpenEnd ? eol + text : text + eol }];
  }
}

function removal(
  text: string,
  root: Node | undefined,
  { root: keys, nameKey }: EntryPlace,
  name: string,
): TextEdit[] | undefined {
  let [node, holder]: [Node | null | undefined, Pair | undefined] = [root, undefined];
  for (const key of keys) {
    holder = isMap(node) ? pairNamed(node, key).at(-1) : undefined;
    node = holder?.value as Node | null | undefined;
    if (isAlias(node)) throw new CannotEdit('its place in the file is an alias');
  }
  if (isMap(node) && nameKey === undefined) {
    const pair = pairNamed(node, name)[0];
    if (pair === undefined) return undefined;
    if (isFlow(node)) return removeFromFlow(text, node, pairsOf(node).indexOf(pair));
    const start = (pair.key as Node).range[0];
    return linesOut(text, start, pairEnd(pair), node.items.length === 1 ? holder : undefined, ' {}');
  }
  if (isSeq(node) && nameKey !== undefined) {
    const item = itemsNamed(node, nameKey, name)[0];
    if (item === undefined) return undefined;
    const index = node.items.indexOf(item);
    if (isFlow(node)) return removeFromFlow(text, node, index);
    const end = contentEnd(item);
    return linesOut(text, dashOf(node, index), end, node.items.length === 1 ? holder : undefined, ' []');
  }
  return undefined;
}

/** Takes out the lines of an entry; a comment behind it stays. A collection that becomes empty is written as `empty`. */
function linesOut(text: string, start: number, end: number, holder: Pair | undefined, empty: string): TextEdit[] {
  const line = lineStart(text, start);
  if (text.slice(line, start).trim() !== '') throw new CannotEdit('it shares its line with something else');
  const edits: TextEdit[] = [];
  if (holder !== undefined) edits.push({ offset: colonOf(holder) + 1, length: 0, text: empty });
  const closed = /[\r\n]/.test(text[end - 1] ?? '');
  const comment = closed ? undefined : /^[ \t]*(?=#)/.exec(text.slice(end, nextLine(text, end)))?.[0].length;
  if (comment !== undefined) return [...edits, { offset: start, length: end + comment - start, text: '' }];
  const stop = closed ? end : nextLine(text, end);
  // The last line of a text without a final line end takes the line end before it along.
  const isOpenEnd = stop === text.length && !/[\r\n]$/.test(text);
  const from = isOpenEnd ? line - (/(?:\r\n|\r|\n)$/.exec(text.slice(0, line))?.[0].length ?? 0) : line;
  return [...edits, { offset: from, length: stop - from, text: '' }];
}

function pairNamed(map: Collection, name: string): Pair[] {
  return (map.items as Pair[]).filter(({ key }) => isScalar(key) && keyText(key as Node) === name);
}

function keyText(key: Node): string {
  if (!isScalar(key)) return '';
  return typeof key.value === 'string' ? key.value : (key.source ?? '');
}

function itemsNamed(list: Collection, nameKey: string, name: string): Node[] {
  return (list.items as Node[]).filter((item) => {
    if (!isMap(item)) return false;
    const value = pairNamed(item, nameKey).at(-1)?.value;
    return isScalar(value) && value.value === name;
  });
}

function isNull(node: Node): boolean {
  return isScalar(node) && node.value === null;
}

function isEmpty(node: Node): boolean {
  return (isMap(node) || isSeq(node)) && isFlow(node) && node.items.length === 0 && node.range[1] - node.range[0] === 2;
}

/** Without line ends that a block scalar at the end takes along. */
function trimmedEnd(text: string, from: number, end: number): number {
  return from + text.slice(from, end).trimEnd().length;
}

/** The value that `node` stands for, aliases resolved; undefined when it is not in the tree. */
function plainOf(text: string, node: Node): unknown {
  const parsed = parseYamlTree(text);
  const root = parsed.kind === 'tree' ? parsed.tree.root : undefined;
  const found = root === undefined ? undefined : findNode(root, node.range[0], node.range[1]);
  return found === undefined ? undefined : plainCopy(plainValue(found));
}

function findNode(node: JsonNode | undefined, start: number, end: number): JsonNode | undefined {
  if (node === undefined) return undefined;
  if (node.offset === start && node.length === end - start && node.type !== 'property') return node;
  for (const child of node.children ?? []) {
    const found = findNode(child, start, end);
    if (found !== undefined) return found;
  }
  return undefined;
}
