// BoltAI on macOS: local commands are all that is known of its file.
import { inHome } from '../client-paths.ts';
import { mcpServersClient } from '../mcp-servers-client.ts';

export const boltai = mcpServersClient({
  id: 'boltai',
  displayName: 'BoltAI',
  monogram: 'BO',
  files: (env) =>
    env.platform === 'darwin' ? [{ scope: 'user', path: inHome(env, '.boltai', 'mcp.json'), format: 'json' }] : [],
  reload: 'Restart BoltAI.',
  processNames: ['BoltAI'],
  reads: { untypedUrl: 'http-auto' },
  writes: { cwd: false, remoteTypes: {} },
});
