// Positions in YAML text: where a node's own content ends, which column it stands at, what follows it on its line.
import { type CST, isMap, isSeq, type Pair, type ParsedNode, type YAMLMap, type YAMLSeq } from 'yaml';
import { CannotEdit } from './cannot-edit.ts';
import type { YamlStyle } from './yaml-write.ts';

export type Node = ParsedNode;
export type Collection = YAMLMap.Parsed | YAMLSeq.Parsed;

/** The pairs of a map, in order. */
export function pairsOf(map: YAMLMap.Parsed): readonly Pair[] {
  return map.items;
}

/** True for `{…}` and `[…]`. */
export function isFlow(node: Collection): boolean {
  return node.srcToken?.type === 'flow-collection';
}

/** Where the content of `node` ends: behind its last value, before comments and blank lines that follow. */
export function contentEnd(node: Node): number {
  if (isMap(node) && !isFlow(node)) {
    const last = pairsOf(node).at(-1);
    return last === undefined ? node.range[1] : pairEnd(last);
  }
  if (isSeq(node) && !isFlow(node)) {
    const last = node.items.at(-1);
    return last === undefined || isMissing(last) ? dashOf(node, node.items.length - 1) + 1 : contentEnd(last);
  }
  return node.range[1];
}

/** Where a pair ends: behind its value, or its colon. */
export function pairEnd(pair: Pair): number {
  const value = pair.value as Node | null;
  return value === null || isMissing(value) ? colonOf(pair) + 1 : contentEnd(value);
}

/** True for a null that is written with no character at all. */
export function isMissing(node: Node): boolean {
  return node.range[0] === node.range[1];
}

/** Offset of the colon of a pair. Throws CannotEdit for a key without one. */
export function colonOf(pair: Pair): number {
  return tokenOffset(pair.srcToken?.sep, 'map-value-ind');
}

/** Offset of the dash of an item. Throws CannotEdit where it cannot be told. */
export function dashOf(list: YAMLSeq.Parsed, index: number): number {
  const token = list.srcToken;
  const items = token !== undefined && 'items' in token ? token.items : [];
  return tokenOffset(items[index]?.start, 'seq-item-ind');
}

function tokenOffset(tokens: readonly CST.SourceToken[] | undefined, type: string): number {
  const token = tokens?.find((candidate) => candidate.type === type);
  if (token === undefined) throw new CannotEdit('its place is written in an unusual way');
  return token.offset;
}

/** Characters between the start of its line and `offset`. */
export function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}

export function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
}

/** The start of the line behind the one that holds `offset`; the end of the text for the last line. */
export function nextLine(text: string, offset: number): number {
  const end = /\r\n|\r|\n/g;
  end.lastIndex = offset;
  return end.exec(text) === null ? text.length : end.lastIndex;
}

/**
 * Where lines can be added behind content that ends at `end`: on the next line, and behind comments of at least
 * `minColumn`.
 */
export function insertionPoint(text: string, end: number, minColumn: number): number {
  let point = end > 0 && /[\r\n]/.test(text[end - 1] ?? '') ? end : nextLine(text, end);
  for (let from = point; from < text.length; ) {
    const next = nextLine(text, from);
    const line = text.slice(from, next);
    const lead = /^ *(?=#)/.exec(line)?.[0];
    if (lead !== undefined && lead.length >= minColumn) point = next;
    else if (line.trim() !== '') break;
    from = next;
  }
  return point;
}

/** Line ending, indentation and the place of lists as `text` shows them; `unit` where it shows none. */
export function styleOf(text: string, root: Node | undefined, unit: string): YamlStyle {
  const shown = { unit: undefined as number | undefined, indentsLists: undefined as boolean | undefined };
  if (root !== undefined) observe(root, text, 0, shown);
  return {
    eol: /\r\n|\n|\r/.exec(text)?.[0] ?? '\n',
    unit: shown.unit === undefined ? unit.replaceAll('\t', '  ') : ' '.repeat(shown.unit),
    indentsLists: shown.indentsLists ?? true,
  };
}

function observe(
  node: Node,
  text: string,
  depth: number,
  shown: { unit: number | undefined; indentsLists: boolean | undefined },
): void {
  if (depth > 4 || !isMap(node) || isFlow(node) || (shown.unit !== undefined && shown.indentsLists !== undefined))
    return;
  for (const pair of pairsOf(node)) {
    const value = pair.value as Node | null;
    if (!(isMap(value) || isSeq(value)) || isFlow(value)) continue;
    const step = columnOf(text, value.range[0]) - columnOf(text, node.range[0]);
    if (isSeq(value)) shown.indentsLists ??= step > 0;
    if (step > 0 && step <= 8) shown.unit ??= step;
    observe(value, text, depth + 1, shown);
  }
}
