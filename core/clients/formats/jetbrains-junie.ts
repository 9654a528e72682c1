// JetBrains Junie, in the IDE and on the command line. Its file has no field for the transport.
import { inHome, inProject } from '../client-paths.ts';
import { mcpServersClient } from '../mcp-servers-client.ts';

export const jetbrainsJunie = mcpServersClient({
  id: 'jetbrains-junie',
  displayName: 'JetBrains Junie',
  monogram: 'JU',
  files: (env) => [
    { scope: 'user', path: inHome(env, '.junie', 'mcp', 'mcp.json'), format: 'json' },
    ...inProject(env, '.junie', 'mcp', 'mcp.json'),
  ],
  reload: 'Open the MCP settings of Junie again, or restart it.',
  processNames: ['junie'],
  reads: { untypedUrl: 'http-auto' },
  writes: { cwd: false, remoteTypes: { 'streamable-http': null, 'http-auto': null } },
});
