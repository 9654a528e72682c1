// Visual Studio on Windows: `.mcp.json` as Claude Code calls its file, with the servers under `servers`.
import type { ClientEnv, ClientFile } from '../client-format.ts';
import { inHome, joinFor } from '../client-paths.ts';
import { installLink, percentJson } from '../install-link.ts';
import { mcpServersClient } from '../mcp-servers-client.ts';
import { readInputs } from '../read-inputs.ts';

export const visualStudio = mcpServersClient({
  id: 'visual-studio',
  displayName: 'Visual Studio',
  monogram: 'ST',
  files: (env) => (env.platform === 'win32' ? windowsFiles(env) : []),
  place: { root: ['servers'] },
  variables: 'input',
  reload: 'Visual Studio reads the file when it is saved; switch the tools on in its tool picker.',
  processNames: ['devenv'],
  installLink: (name, entry) => installLink(entry, `vsweb+mcp:/install?${percentJson({ name, ...entry })}`),
  reads: { rootKeys: ['servers', 'inputs'], untypedUrl: 'http-auto', readInputs },
  writes: {
    cwd: false,
    stdioType: 'stdio',
    remoteTypes: { 'streamable-http': 'http', sse: 'sse', 'http-auto': null },
  },
});

function windowsFiles(env: ClientEnv): ClientFile[] {
  const user = { scope: 'user', path: inHome(env, '.mcp.json'), format: 'json' } as const;
  const { projectDir } = env;
  if (projectDir === undefined) return [user];
  const inside = (...segments: string[]) => joinFor(env, projectDir, ...segments);
  const foreign = { scope: 'project-foreign', format: 'jsonc', readOnly: true } as const;
  return [
    user,
    { scope: 'solution-user', path: inside('.vs', 'mcp.json'), format: 'json' },
    { scope: 'project', path: inside('.mcp.json'), format: 'json' },
    { ...foreign, path: inside('.vscode', 'mcp.json') },
    { ...foreign, path: inside('.cursor', 'mcp.json'), place: { root: ['mcpServers'] } },
  ];
}
