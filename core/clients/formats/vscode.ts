// VS Code: `mcp.json` with comments, servers under `servers` and the prompts they use under `inputs`. It also reads the
// files of its profiles, of workspaces with several folders, and those that other programs left in a folder.
import type { ClientEnv, ClientFile, ClientFormat } from '../client-format.ts';
import { inAppData, joinFor } from '../client-paths.ts';
import { installLink, percentJson } from '../install-link.ts';
import { mcpServersClient } from '../mcp-servers-client.ts';
import { readInputs } from '../read-inputs.ts';

/** What tells the two editions apart. */
interface Edition extends Pick<ClientFormat, 'id' | 'displayName' | 'monogram' | 'processNames'> {
  /** Folder in that of application settings. */
  readonly folder: string;
  readonly scheme: string;
}

/** The format of one edition of VS Code. */
export function vscodeEdition({ folder, scheme, ...edition }: Edition): ClientFormat {
  return mcpServersClient({
    ...edition,
    files: (env) => [...userFiles(env, folder), ...projectFiles(env)],
    place: { root: ['servers'] },
    indent: '\t',
    variables: 'vscode',
    reload: `${edition.displayName} reads the file by itself; start the servers there when it asks.`,
    installLink: (name, entry) => installLink(entry, `${scheme}:mcp/install?${percentJson({ name, ...entry })}`),
    reads: {
      format: 'jsonc',
      rootKeys: ['servers', 'inputs'],
      untypedUrl: 'http-auto',
      oauthFields: ['oauth'],
      readInputs,
    },
    writes: {
      cwd: true,
      stdioType: 'stdio',
      remoteTypes: { 'streamable-http': 'http', sse: 'sse', 'http-auto': null },
      oauth: { field: 'oauth', clientId: 'clientId' },
    },
  });
}

export const vscode = vscodeEdition({
  id: 'vscode',
  displayName: 'VS Code',
  monogram: 'VS',
  processNames: ['Code', 'code'],
  folder: 'Code',
  scheme: 'vscode',
});

/** Before version 1.102 the servers stood in the settings. */
const LEGACY = { scope: 'legacy', format: 'jsonc', readOnly: true, place: { root: ['mcp', 'servers'] } } as const;

function userFiles(env: ClientEnv, folder: string): ClientFile[] {
  return [
    { scope: 'user', path: inAppData(env, folder, 'User', 'mcp.json'), format: 'jsonc' },
    { scope: 'profile', path: inAppData(env, folder, 'User', 'profiles', '*', 'mcp.json'), format: 'jsonc' },
    { ...LEGACY, path: inAppData(env, folder, 'User', 'settings.json') },
  ];
}

function projectFiles(env: ClientEnv): ClientFile[] {
  const { projectDir } = env;
  if (projectDir === undefined) return [];
  const inside = (...segments: string[]) => joinFor(env, projectDir, ...segments);
  return [
    { scope: 'project', path: inside('.vscode', 'mcp.json'), format: 'jsonc' },
    {
      scope: 'multi-root',
      path: inside('*.code-workspace'),
      format: 'jsonc',
      place: { root: ['settings', 'mcp', 'servers'] },
    },
    {
      scope: 'project-foreign',
      path: inside('.mcp.json'),
      format: 'json',
      readOnly: true,
      place: { root: ['mcpServers'] },
    },
    { ...LEGACY, path: inside('.vscode', 'settings.json') },
  ];
}
