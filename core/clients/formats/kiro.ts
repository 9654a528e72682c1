// Kiro, the editor and the command line: a file per user and per workspace, and agents with servers of their own.
import { inHome, inProject } from '../client-paths.ts';
import { installLink, percentJson } from '../install-link.ts';
import { mcpServersClient } from '../mcp-servers-client.ts';

const LINK = 'https://kiro.dev/launch/mcp/add';

export const kiro = mcpServersClient({
  id: 'kiro',
  displayName: 'Kiro',
  monogram: 'KI',
  files: (env) => [
    { scope: 'user', path: inHome(env, '.kiro', 'settings', 'mcp.json'), format: 'json' },
    { scope: 'agent', path: inHome(env, '.kiro', 'agents', '*.json'), format: 'json' },
    ...inProject(env, '.kiro', 'settings', 'mcp.json'),
  ],
  variables: 'braces',
  reload: 'Kiro reads the file by itself and connects again.',
  processNames: ['Kiro', 'kiro', 'kiro-cli'],
  installLink: (name, entry) =>
    installLink(entry, `${LINK}?name=${encodeURIComponent(name)}&config=${percentJson(entry)}`),
  reads: {
    untypedUrl: 'http-auto',
    oauthFields: ['oauth'],
    timeouts: [{ field: 'timeout', unit: 'ms', as: 'requestMs' }],
    tools: { deny: 'disabledTools', autoApprove: 'autoApprove' },
  },
  writes: {
    cwd: false,
    remoteTypes: { 'streamable-http': null, 'http-auto': null },
    timeout: { field: 'timeout', unit: 'ms' },
    enabled: { field: 'disabled', negative: true },
    finish: (entry) => {
      const { url } = entry;
      const isOpen = typeof url === 'string' && /^http:\/\/(?!(?:localhost|127\.0\.0\.1|\[::1\])(?:[:/]|$))/i.test(url);
      return isOpen
        ? { kind: 'refused', reason: 'Kiro reaches http:// addresses only on this computer' }
        : { kind: 'entry', entry };
    },
  },
});
