// Google Antigravity: an address counts only under `serverUrl`; snippets with `url` are about, and do not work in it.
import { inHome, inProject } from '../client-paths.ts';
import { mcpServersClient } from '../mcp-servers-client.ts';

export const antigravity = mcpServersClient({
  id: 'antigravity',
  displayName: 'Google Antigravity',
  monogram: 'AG',
  files: (env) => [
    { scope: 'user', path: inHome(env, '.gemini', 'config', 'mcp_config.json'), format: 'json' },
    ...['antigravity', 'antigravity-cli'].map(
      (folder) =>
        ({
          scope: 'legacy',
          path: inHome(env, '.gemini', folder, 'mcp_config.json'),
          format: 'json',
          readOnly: true,
        }) as const,
    ),
    ...inProject(env, '.agents', 'mcp_config.json'),
  ],
  reload: 'Press the refresh button in the MCP view of Antigravity.',
  processNames: ['Antigravity', 'antigravity'],
  reads: {
    rejectsBom: true,
    untypedUrl: 'http-auto',
    urlFields: ['serverUrl', 'url'],
    oauthFields: ['oauth'],
    tools: { deny: 'disabledTools' },
    finish: (server, { fields, warn }) => {
      if (server.transport === 'stdio' || fields.has('serverUrl')) return;
      server.clientWouldReject = true;
      warn('CLIENT_REJECTS_SERVER', '/url');
    },
  },
  writes: {
    cwd: true,
    remoteTypes: { 'streamable-http': null, 'http-auto': null },
    urlFields: { 'streamable-http': 'serverUrl', 'http-auto': 'serverUrl' },
    oauth: { field: 'oauth', clientId: 'clientId' },
    enabled: { field: 'disabled', negative: true },
  },
});
