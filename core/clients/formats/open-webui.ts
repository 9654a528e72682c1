// Open WebUI: a server program that reaches MCP servers over HTTP alone and keeps them in its database. Its settings give
// and take a JSON list of connections; that form is known from third parties only.
import { emptyRecord, type JsonNode, membersOf } from '../../base/json-tree.ts';
import type { MutableServer } from '../client-format.ts';
import type { EntryFields } from '../entry-dialect.ts';
import { mcpServersClient } from '../mcp-servers-client.ts';
import type { FoundEntry } from '../read-file.ts';
import { inferName } from '../server-names.ts';
import { genericDialect } from './generic.ts';

const ID = 'open-webui';
const pasted = genericDialect(ID);

export const openWebui = mcpServersClient({
  id: ID,
  displayName: 'Open WebUI',
  monogram: 'OW',
  files: () => [],
  reload: 'Press Save in the settings of Open WebUI.',
  processNames: [],
  paste:
    'In Open WebUI open Admin Settings, External Tools, add a connection of type MCP (Streamable HTTP) and enter the address and the header. The address must be reachable from the machine or container that Open WebUI runs on.',
  pasteText: (entries) =>
    [...entries]
      .map(([name, { url, headers }]) => [name, `  ${String(url)}`, ...headerLines(headers)].join('\n'))
      .join('\n'),
  reads: {
    ...pasted,
    untypedUrl: 'streamable-http',
    types: { mcp: 'streamable-http' },
    ownFields: ['info', 'auth_type', 'key', 'config', 'path', 'spec', 'spec_type'],
    listRoot: true,
    locate: (root, context) =>
      root.type === 'array'
        ? { kind: 'entries', entries: connections(root), warnings: [] }
        : pasted.locate(root, context),
    accept: ({ fields, warn }) => {
      if (fields.string('type') !== 'openapi') return true;
      warn('NOT_PORTABLE_SKIPPED');
      return false;
    },
    finish,
  },
  writes: { cwd: false, stdio: false, remoteTypes: { 'streamable-http': null } },
});

function connections(list: JsonNode): FoundEntry[] {
  return (list.children ?? []).map((node, index) => {
    const info = membersOf(node).get('info')?.value;
    const name = text(info, 'name') ?? text(info, 'id') ?? inferName(undefined, [], text(node, 'url'));
    return { name, node, origin: `/${index}` };
  });
}

function text(holder: JsonNode | undefined, key: string): string | undefined {
  const value = membersOf(holder).get(key)?.value;
  return value?.type === 'string' && value.value !== '' ? String(value.value) : undefined;
}

/** The key of a connection is the header that it is sent in. */
function finish(server: MutableServer, { members, fields }: EntryFields): void {
  const key = fields.string('auth_type') === 'bearer' ? fields.string('key') : undefined;
  if (key !== undefined && key !== '' && server.transport !== 'stdio') {
    server.headers = Object.assign(emptyRecord<string>(), server.headers, { Authorization: `Bearer ${key}` });
  }
  const description = text(members.get('info')?.value, 'description');
  if (description !== undefined) server.description = description;
  if (membersOf(members.get('config')?.value).get('enable')?.value.value === false) server.enabled = false;
}

function headerLines(headers: unknown): string[] {
  if (typeof headers !== 'object' || headers === null) return [];
  return Object.entries(headers).map(([name, value]) => `  ${name}: ${String(value)}`);
}
