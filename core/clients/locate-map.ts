// The usual place of servers: an object under one root key, or deeper.
import { type JsonNode, membersOf, pointerSegment } from '../base/json-tree.ts';
import { entriesOf, type Located } from './read-file.ts';

/** The entries under `root[key]`; `origins` adds each entry's pointer, for files with several maps. */
export function locateMap(root: JsonNode, key: string, origins = false): Located {
  return locateAt(root, [key], origins);
}

/** The entries of the object at `keys`; `origins` adds each entry's pointer, by default when that lies below the root's keys. */
export function locateAt(root: JsonNode, keys: readonly string[], origins = keys.length > 1): Located {
  const duplicated: { code: string; path: string }[] = [];
  let [node, pointer] = [root, ''];
  for (const key of keys) {
    if (node.type !== 'object') return { kind: 'error', code: 'SERVERS_NOT_OBJECT' };
    const member = membersOf(node).get(key);
    if (member === undefined) return { kind: 'entries', entries: [], warnings: [{ code: 'NO_SERVERS_KEY' }] };
    pointer += pointerSegment(key);
    if (member.properties.length > 1) duplicated.push({ code: 'DUPLICATE_KEY', path: pointer });
    node = member.value;
  }
  if (node.type !== 'object') return { kind: 'error', code: 'SERVERS_NOT_OBJECT' };
  const found = entriesOf(node, (name) => (origins ? { origin: pointer + pointerSegment(name) } : {}));
  return { kind: 'entries', entries: found.entries, warnings: [...duplicated, ...found.warnings] };
}

/** The entries of a root that is the server map itself, one of whose values has a key of an entry; else nothing. */
export function locateBareMap(root: JsonNode, entryKeys: readonly string[]): Located {
  const looksLikeMap = [...membersOf(root).values()].some(({ value }) =>
    entryKeys.some((field) => membersOf(value).has(field)),
  );
  if (!looksLikeMap) return { kind: 'entries', entries: [], warnings: [{ code: 'NO_SERVERS_KEY' }] };
  const found = entriesOf(root);
  return { kind: 'entries', entries: found.entries, warnings: [{ code: 'BARE_SERVER_MAP' }, ...found.warnings] };
}
