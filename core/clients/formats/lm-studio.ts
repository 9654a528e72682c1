// LM Studio: one file in the notation of Cursor, without its variables.
import { inHome } from '../client-paths.ts';
import { base64Json, installLink } from '../install-link.ts';
import { mcpServersClient } from '../mcp-servers-client.ts';

export const lmStudio = mcpServersClient({
  id: 'lm-studio',
  displayName: 'LM Studio',
  monogram: 'LM',
  files: (env) => [{ scope: 'user', path: inHome(env, '.lmstudio', 'mcp.json'), format: 'json' }],
  reload: 'Open mcp.json in the editor of LM Studio and save it there, or restart LM Studio.',
  processNames: ['LM Studio', 'lm-studio'],
  installLink: (name, entry) =>
    installLink(entry, `lmstudio://add_mcp?name=${encodeURIComponent(name)}&config=${base64Json(entry)}`),
  reads: { untypedUrl: 'http-auto' },
  writes: { cwd: false, remoteTypes: { 'streamable-http': null, 'http-auto': null } },
});
