// Cherry Studio: keeps its servers in a database; JSON is pasted into it or comes by link, and goes out of it the same way.
import { base64Json, installLink } from '../install-link.ts';
import { mcpServersClient } from '../mcp-servers-client.ts';
import { genericDialect } from './generic.ts';

const ID = 'cherry-studio';

export const cherryStudio = mcpServersClient({
  id: ID,
  displayName: 'Cherry Studio',
  monogram: 'CH',
  files: () => [],
  reload: 'Switch the server on in the list of MCP servers.',
  processNames: ['Cherry Studio', 'cherry-studio'],
  paste: 'In Cherry Studio open Settings, MCP Servers, press Add, choose Import from JSON and paste the text.',
  installLink: (name, entry) =>
    installLink(entry, `cherrystudio://mcp/install?servers=${base64Json({ mcpServers: { [name]: entry } })}`),
  reads: {
    ...genericDialect(ID),
    urlFields: ['baseUrl', 'url'],
    oauthFields: [],
    fields: { enabled: 'isActive' },
    timeouts: [{ field: 'timeout', unit: 's', as: 'requestMs' }],
    tools: { deny: 'disabledTools' },
    ownFields: ['name', 'description'],
    accept: ({ fields, warn }) => {
      if (fields.string('type') !== 'inMemory') return true;
      warn('NOT_PORTABLE_SKIPPED');
      return false;
    },
    finish: (server, { fields }) => {
      const [name, description] = [fields.string('name'), fields.string('description')];
      if (name !== undefined && name !== server.name) server.displayName = name;
      if (description !== undefined) server.description = description;
    },
  },
  writes: {
    cwd: false,
    stdioType: 'stdio',
    typeRequired: true,
    remoteTypes: { 'streamable-http': 'streamableHttp', sse: 'sse' },
    urlFields: { 'streamable-http': 'baseUrl', sse: 'baseUrl' },
    timeout: { field: 'timeout', unit: 's' },
    enabled: { field: 'isActive', negative: false, always: true },
    always: (name) => ({ name }),
  },
});
