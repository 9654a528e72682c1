// Changes in YAML's flow style (`{…}`, `[…]`), and edits of a text by offsets.
import type { Pair } from 'yaml';
import { CannotEdit } from './cannot-edit.ts';
import type { Collection, Node } from './yaml-place.ts';
import { scanYaml } from './yaml-scan.ts';

export interface TextEdit {
  readonly offset: number;
  readonly length: number;
  readonly text: string;
}

const ANY_DEPTH = 10_000;

/** `text` with `edits`, which do not overlap; at one offset what is taken out stands before what is put in. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  return [...edits]
    .sort((a, b) => b.offset - a.offset || b.length - a.length)
    .reduce((result, edit) => result.slice(0, edit.offset) + edit.text + result.slice(edit.offset + edit.length), text);
}

/** Adds `added` behind the last item. Throws CannotEdit when comments stand between the items. */
export function insertInFlow(text: string, node: Collection, added: string): TextEdit[] {
  refuseComments(text, node);
  const close = node.range[1] - 1;
  const last = node.items.length === 0 ? undefined : itemRange(node, node.items.length - 1)[1];
  if (last === undefined) return [{ offset: node.range[0] + 1, length: 0, text: ` ${added} ` }];
  const comma = text.slice(last, close).indexOf(',');
  // A trailing comma is kept as what parts the two.
  if (comma >= 0) return [{ offset: last + comma + 1, length: 0, text: ` ${added}` }];
  return [{ offset: last, length: 0, text: `, ${added}` }];
}

/** Takes the item number `index` out with its comma. Throws CannotEdit when comments stand between the items. */
export function removeFromFlow(text: string, node: Collection, index: number): TextEdit[] {
  refuseComments(text, node);
  const [start, end] = itemRange(node, index);
  if (node.items.length === 1) {
    return [{ offset: node.range[0] + 1, length: node.range[1] - node.range[0] - 2, text: '' }];
  }
  if (index + 1 < node.items.length)
    return [{ offset: start, length: itemRange(node, index + 1)[0] - start, text: '' }];
  const [, before] = itemRange(node, index - 1);
  return [{ offset: before, length: end - before, text: '' }];
}

function itemRange(node: Collection, index: number): [start: number, end: number] {
  const item = node.items[index] as Pair | Node | undefined;
  if (item !== undefined && 'key' in item) {
    const [key, value] = [item.key as Node, item.value as Node | null];
    return [key.range[0], Math.max(key.range[1], value?.range[1] ?? 0)];
  }
  if (item === undefined) throw new CannotEdit('its place is written in an unusual way');
  return [item.range[0], item.range[1]];
}

function refuseComments(text: string, node: Collection): void {
  const [start, end] = node.range;
  const has = scanYaml(text, ANY_DEPTH).comments.some(({ offset }) => offset > start && offset < end);
  if (has) throw new CannotEdit('its place is a map in braces with comments');
}
