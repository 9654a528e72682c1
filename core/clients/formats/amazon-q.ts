// Amazon Q Developer CLI: a file per user and per project, and a file per agent that may hold servers of its own.
import { inHome, inProject } from '../client-paths.ts';
import { mcpServersClient } from '../mcp-servers-client.ts';

export const amazonQ = mcpServersClient({
  id: 'amazon-q',
  displayName: 'Amazon Q Developer CLI',
  monogram: 'AQ',
  files: (env) => [
    { scope: 'user', path: inHome(env, '.aws', 'amazonq', 'mcp.json'), format: 'json' },
    { scope: 'agent', path: inHome(env, '.aws', 'amazonq', 'cli-agents', '*.json'), format: 'json' },
    ...inProject(env, '.amazonq', 'mcp.json'),
  ],
  variables: 'env',
  reload: 'Start a new session of q.',
  processNames: ['q', 'qchat'],
  reads: {
    untypedUrl: 'http-auto',
    oauthFields: ['oauth'],
    timeouts: [{ field: 'timeout', unit: 'ms', as: 'requestMs' }],
    ownFields: ['oauthScopes'],
    finish: (server, { fields }) => {
      if (server.transport === 'stdio' || !fields.has('oauthScopes')) return;
      server.oauth = { ...server.oauth, scopes: fields.list('oauthScopes') };
    },
  },
  writes: {
    cwd: false,
    remoteTypes: { 'streamable-http': 'http' },
    timeout: { field: 'timeout', unit: 'ms' },
    enabled: { field: 'disabled', negative: true },
  },
});
