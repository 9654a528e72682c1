// Trae, and its edition for China with a folder of its own. A command with spaces in it is not started.
import { inAppData, inProject } from '../client-paths.ts';
import { base64Json, installLink } from '../install-link.ts';
import { mcpServersClient } from '../mcp-servers-client.ts';
import { readInputs } from '../read-inputs.ts';

const LINK = 'trae://trae.ai-ide/mcp-import';

export const trae = mcpServersClient({
  id: 'trae',
  displayName: 'Trae',
  monogram: 'TR',
  files: (env) => [
    { scope: 'user', path: inAppData(env, 'Trae', 'User', 'mcp.json'), format: 'json' },
    { scope: 'user-cn', path: inAppData(env, 'Trae CN', 'User', 'mcp.json'), format: 'json' },
    ...inProject(env, '.trae', 'mcp.json'),
  ],
  reload: 'Look at the MCP view of Trae; project files also need Enable Project MCP in its settings.',
  processNames: ['Trae', 'trae', 'Trae CN'],
  installLink: (name, entry) => {
    const type = 'command' in entry ? 'stdio' : 'http';
    return installLink(entry, `${LINK}?type=${type}&name=${encodeURIComponent(name)}&config=${base64Json(entry)}`);
  },
  reads: { rootKeys: ['mcpServers', 'inputs'], untypedUrl: 'http-auto', readInputs },
  writes: {
    cwd: false,
    spacelessCommand: true,
    remoteTypes: { 'streamable-http': null, sse: null, 'http-auto': null },
  },
});
