// Any plain `mcp.json`, and what people paste: a server map with or without its outer key or braces, or one server.
import type { ClientFormat, MutableServer } from '../client-format.ts';
import { entryFor, type EntryShape } from '../direct-entry.ts';
import type { EntryFields } from '../entry-dialect.ts';
import { type JsonNode, membersOf, plainValue } from '../../base/json-tree.ts';
import { locateBareMap, locateMap } from '../locate-map.ts';
import { type FileDialect, type Located, readFile } from '../read-file.ts';
import { inferName } from '../server-names.ts';

const ROOTS = ['mcpServers', 'servers', 'context_servers'] as const;
const ENTRY_KEYS = ['command', 'url', 'serverUrl', 'httpUrl'];

/** The reader for a format `id` that takes any of the common shapes. */
export function genericDialect(id: string): FileDialect {
  return {
    id,
    format: 'json',
    strictJson: false,
    rejectsBom: false,
    rootKeys: ROOTS,
    reservedNames: new Set(),
    variables: 'generic',
    untypedUrl: 'http-auto',
    transports: new Set(['stdio', 'remote']),
    urlFields: ['url', 'serverUrl', 'httpUrl'],
    oauthFields: ['oauth', 'auth'],
    // Plain `mcp.json` (SEP-2633) has both.
    ownFields: ['title', 'description'],
    finish,
    locate,
    repair: (text) =>
      /^\s*"(?:[^"\\]|\\.)*"\s*:/.test(text)
        ? { text: `{${text.replace(/,\s*$/, '')}\n}`, code: 'FRAGMENT_REPAIRED' }
        : undefined,
  };
}

const dialect = genericDialect('generic');

const shape: EntryShape = {
  displayName: 'a plain mcp.json',
  variables: 'generic',
  cwd: true,
  stdioType: 'stdio',
  remoteTypes: { 'streamable-http': 'http', sse: 'sse', 'http-auto': null },
};

export const generic: ClientFormat = {
  id: dialect.id,
  displayName: 'Any mcp.json',
  monogram: 'MJ',
  files: () => [],
  place: { root: ['mcpServers'] },
  variables: shape.variables,
  reload: 'Restart the program that reads this file.',
  processNames: [],
  rewritesFile: false,
  locksFile: false,
  clientName: (name) => name,
  parse: (bytes, context) => readFile(dialect, bytes, context),
  entryFor: (request) => entryFor(shape, request),
};

function finish(server: MutableServer, { members }: EntryFields): void {
  const text = (key: string) => {
    const node = members.get(key)?.value;
    return node?.type === 'string' && node.value !== '' ? String(node.value) : undefined;
  };
  const [title, description] = [text('title'), text('description')];
  if (title !== undefined) server.displayName = title;
  if (description !== undefined) server.description = description;
}

function locate(root: JsonNode): Located {
  const members = membersOf(root);
  const key = ROOTS.find((candidate) => members.has(candidate));
  if (key !== undefined) return locateMap(root, key);
  if (ENTRY_KEYS.some((field) => isScalarOrList(members.get(field)?.value))) {
    const name = nameOfSingle(root);
    return { kind: 'entries', entries: [{ name, node: root }], warnings: [{ code: 'NAME_INFERRED', server: name }] };
  }
  return locateBareMap(root, ENTRY_KEYS);
}

function nameOfSingle(node: JsonNode): string {
  const members = membersOf(node);
  const plain = (key: string): unknown => {
    const value = members.get(key)?.value;
    return value === undefined ? undefined : plainValue(value);
  };
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const name = text(plain('name'));
  if (name !== undefined && name !== '') return name;
  const args = plain('args');
  const url = text(plain('url')) ?? text(plain('serverUrl')) ?? text(plain('httpUrl'));
  return inferName(
    text(plain('command')),
    Array.isArray(args) ? args.filter((arg) => typeof arg === 'string') : [],
    url,
  );
}

function isScalarOrList(node: JsonNode | undefined): boolean {
  return node !== undefined && node.type !== 'object';
}
