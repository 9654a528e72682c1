// Roo Code, an extension of VS Code: an address needs its type, and a command beside an address is an error.
import { inAppData, inProject } from '../client-paths.ts';
import { mcpServersClient } from '../mcp-servers-client.ts';

const FOLDER = ['Code', 'User', 'globalStorage', 'rooveterinaryinc.roo-cline', 'settings'];

export const rooCode = mcpServersClient({
  id: 'roo-code',
  displayName: 'Roo Code',
  monogram: 'RO',
  files: (env) => [
    { scope: 'user', path: inAppData(env, ...FOLDER, 'mcp_settings.json'), format: 'json' },
    ...inProject(env, '.roo', 'mcp.json'),
  ],
  variables: 'cursor',
  reload: 'Roo Code reads the file by itself.',
  processNames: [],
  reads: {
    strictJson: true,
    untypedUrl: 'rejects',
    timeouts: [{ field: 'timeout', unit: 's', as: 'requestMs', max: 3600 }],
    tools: { deny: 'disabledTools', autoApprove: 'alwaysAllow' },
  },
  writes: {
    cwd: true,
    remoteTypes: { 'streamable-http': 'streamable-http', sse: 'sse' },
    timeout: { field: 'timeout', unit: 's', max: 3600 },
    enabled: { field: 'disabled', negative: true },
  },
});
