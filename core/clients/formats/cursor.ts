// Cursor: one file per user and one per project; finds the transport of a URL by itself. Its command line reads the
// same files.
import type { ClientFormat } from '../client-format.ts';
import { inHome, inProject } from '../client-paths.ts';
import { base64Json, installLink } from '../install-link.ts';
import { mcpServersClient } from '../mcp-servers-client.ts';

const LINK = 'cursor://anysphere.cursor-deeplink/mcp/install';

/** The format of one of Cursor's programs. */
export function cursorProgram(
  program: Pick<ClientFormat, 'id' | 'displayName' | 'monogram' | 'reload' | 'processNames'>,
): ClientFormat {
  return mcpServersClient({
    ...program,
    files: (env) => [
      { scope: 'user', path: inHome(env, '.cursor', 'mcp.json'), format: 'json' },
      ...inProject(env, '.cursor', 'mcp.json'),
    ],
    variables: 'cursor',
    installLink: (name, entry) =>
      installLink(entry, `${LINK}?name=${encodeURIComponent(name)}&config=${base64Json(entry)}`),
    reads: { untypedUrl: 'http-auto', oauthFields: ['auth'] },
    writes: {
      cwd: false,
      // It has no field for the transport: it tries HTTP first, then SSE.
      remoteTypes: { 'streamable-http': null, sse: null, 'http-auto': null },
      oauth: { field: 'auth', clientId: 'CLIENT_ID', clientSecret: 'CLIENT_SECRET', scopes: 'list' },
    },
  });
}

export const cursor = cursorProgram({
  id: 'cursor',
  displayName: 'Cursor',
  monogram: 'CU',
  reload: 'Cursor reads the file by itself; if the servers do not show, reload its window.',
  processNames: ['Cursor', 'cursor'],
});
