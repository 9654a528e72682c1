// MCP Inspector 2: one catalog that it writes; other files it is given are read by it and never written.
import { absolute, inHome } from '../client-paths.ts';
import { mcpServersClient } from '../mcp-servers-client.ts';

export const mcpInspector = mcpServersClient({
  id: 'mcp-inspector',
  displayName: 'MCP Inspector',
  monogram: 'MI',
  files: (env) => [
    {
      scope: 'user',
      path: absolute(env, env.env['MCP_CATALOG_PATH']) ?? inHome(env, '.mcp-inspector', 'mcp.json'),
      format: 'json',
    },
  ],
  reload: 'Reload the page of the Inspector.',
  processNames: ['mcp-inspector'],
  reads: {
    untypedUrl: 'http-auto',
    oauthFields: ['oauth'],
    timeouts: [{ field: 'connectionTimeout', unit: 'ms', as: 'connectMs' }],
  },
  writes: {
    cwd: true,
    stdioType: 'stdio',
    remoteTypes: { 'streamable-http': 'streamable-http', sse: 'sse' },
  },
});
