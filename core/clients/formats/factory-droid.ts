// Factory Droid: a file per user and per project; every entry says its type.
import { inHome, inProject } from '../client-paths.ts';
import { mcpServersClient } from '../mcp-servers-client.ts';

export const factoryDroid = mcpServersClient({
  id: 'factory-droid',
  displayName: 'Factory Droid',
  monogram: 'FD',
  files: (env) => [
    { scope: 'user', path: inHome(env, '.factory', 'mcp.json'), format: 'json' },
    ...inProject(env, '.factory', 'mcp.json'),
  ],
  variables: 'braces',
  reload: 'Droid reads the file by itself.',
  processNames: ['droid'],
  reads: { untypedUrl: 'http-auto', oauthFields: ['oauth'], tools: { deny: 'disabledTools' } },
  writes: {
    cwd: false,
    stdioType: 'stdio',
    typeRequired: true,
    remoteTypes: { 'streamable-http': 'http', sse: 'sse' },
    enabled: { field: 'disabled', negative: true },
  },
});
