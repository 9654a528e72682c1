// The usual place of servers: an object under one root key.
import { type JsonNode, membersOf, pointerSegment } from '../base/json-tree.ts';
import { entriesOf, type Located } from './read-file.ts';

/** The entries under `root[key]`; `origins` adds each entry's pointer, for files with several maps. */
export function locateMap(root: JsonNode, key: string, origins = false): Located {
  const member = membersOf(root).get(key);
  if (member === undefined) return { kind: 'entries', entries: [], warnings: [{ code: 'NO_SERVERS_KEY' }] };
  if (member.value.type !== 'object') return { kind: 'error', code: 'SERVERS_NOT_OBJECT' };
  const found = entriesOf(member.value, (name) =>
    origins ? { origin: pointerSegment(key) + pointerSegment(name) } : {},
  );
  const duplicated = member.properties.length > 1 ? [{ code: 'DUPLICATE_KEY', path: pointerSegment(key) }] : [];
  return { kind: 'entries', entries: found.entries, warnings: [...duplicated, ...found.warnings] };
}
