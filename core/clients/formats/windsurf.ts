// Windsurf: addresses stand under `serverUrl`. The plugin for JetBrains and the Devin agent have files of their own.
import { inHome } from '../client-paths.ts';
import { mcpServersClient } from '../mcp-servers-client.ts';

export const windsurf = mcpServersClient({
  id: 'windsurf',
  displayName: 'Windsurf',
  monogram: 'WS',
  files: (env) => [
    { scope: 'user', path: inHome(env, '.codeium', 'windsurf', 'mcp_config.json'), format: 'json' },
    { scope: 'user-jetbrains', path: inHome(env, '.codeium', 'mcp_config.json'), format: 'json' },
    { scope: 'user-devin', path: inHome(env, '.config', 'devin', 'mcp_config.json'), format: 'json' },
  ],
  variables: 'env-file',
  reload: 'Press the refresh button in the MCP view of Windsurf.',
  processNames: ['Windsurf', 'windsurf'],
  reads: { untypedUrl: 'http-auto', urlFields: ['serverUrl', 'url'], tools: { deny: 'disabledTools' } },
  writes: {
    cwd: false,
    remoteTypes: { 'streamable-http': null, sse: null, 'http-auto': null },
    urlFields: { 'streamable-http': 'serverUrl', sse: 'serverUrl', 'http-auto': 'serverUrl' },
    enabled: { field: 'disabled', negative: true },
  },
});
