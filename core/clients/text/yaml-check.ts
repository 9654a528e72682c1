// Whether an edit of YAML changed what it should and nothing else, by reading both texts as anyone would.
import { isDeepStrictEqual } from 'node:util';
import { membersOf, nodeAt, plainValue } from '../../base/json-tree.ts';
import { CannotEdit } from './cannot-edit.ts';
import type { EntryPlace } from './text-codec.ts';
import { parseYamlTree } from './yaml-tree.ts';

/**
 * Reads both texts: the entry must be `wanted` now (absent when undefined), and every other value what it was. Throws
 * CannotEdit else.
 */
export function checkOthers(before: string, after: string, place: EntryPlace, name: string, wanted: unknown): void {
  if (before === after && wanted !== undefined) return;
  const [old, now] = [split(before, place, name), split(after, place, name)];
  const isEntry = wanted === undefined ? now.ours.length === 0 : now.ours.length > 0;
  const isRight = isEntry && now.ours.every((value) => isDeepStrictEqual(value, wanted));
  if (!isRight || !isDeepStrictEqual(old.others, now.others)) {
    throw new CannotEdit('it cannot be written without changing something else in the file');
  }
}

/** Every value of a file, ours apart from the others. */
function split(text: string, { root: keys, nameKey }: EntryPlace, name: string): { ours: unknown[]; others: unknown } {
  const parsed = parseYamlTree(text);
  if (parsed.kind === 'error') throw new CannotEdit('it cannot be written without breaking the file');
  const { root } = parsed.tree;
  const node = nodeAt(root, keys);
  const ours: unknown[] = [];
  const take = (value: unknown) => ours.push(plainCopy(value));
  const all = plainCopy(root === undefined ? {} : plainValue(root)) as Record<string, unknown>;
  const rest: unknown[] = [];
  if (nameKey === undefined) {
    for (const member of membersOf(node).values()) {
      if (member.key !== name) rest.push([member.key, plainCopy(plainValue(member.value))]);
      else for (const property of member.properties) take(property.children?.[1] && plainValue(property.children[1]));
    }
  } else {
    for (const item of node?.type === 'array' ? (node.children ?? []) : []) {
      const isOurs = membersOf(item).get(nameKey)?.value.value === name;
      if (isOurs) take(plainValue(item));
      else rest.push(plainCopy(plainValue(item)));
    }
  }
  return { ours, others: [rest, withoutPlace(all, keys)] };
}

/** `value` without what is at the place; what an insertion may create on the way does not count either. */
function withoutPlace(value: Record<string, unknown>, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) return {};
  const { [key]: below, ...others } = value;
  if (rest.length === 0) return others;
  const inner = typeof below === 'object' && below !== null ? (below as Record<string, unknown>) : {};
  return [others, withoutPlace(inner, rest)];
}

/** Plain data as JSON has it. */
export function plainCopy(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null)) as unknown;
}
