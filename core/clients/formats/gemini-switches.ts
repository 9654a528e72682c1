// Which servers Gemini CLI and its kin switch on, in lists beside the servers.
import { type JsonNode, membersOf } from '../../base/json-tree.ts';
import { type Located, stringList } from '../read-file.ts';

/** A server is on when it is in `mcp.allowed`, if that list is there, and not in `mcp.excluded`. */
export function withSwitches(root: JsonNode, located: Located): Located {
  if (located.kind === 'error') return located;
  const lists = membersOf(membersOf(root).get('mcp')?.value);
  const [allowed, excluded] = [lists.get('allowed')?.value, stringList(lists.get('excluded')?.value)];
  const isOff = (name: string) =>
    (allowed !== undefined && !stringList(allowed).includes(name)) || excluded.includes(name);
  const entries = located.entries.map((entry) => (isOff(entry.name) ? { ...entry, enabled: false as const } : entry));
  return { ...located, entries };
}
