// GitHub Copilot CLI: a file of its own per user; in projects the `.mcp.json` of each folder up to the root of the
// repository, bare server maps included.
import { membersOf } from '../../base/json-tree.ts';
import { absolute, inHome, inProject, joinFor } from '../client-paths.ts';
import { locateAt, locateBareMap } from '../locate-map.ts';
import { mcpServersClient } from '../mcp-servers-client.ts';

export const githubCopilotCli = mcpServersClient({
  id: 'github-copilot-cli',
  displayName: 'GitHub Copilot CLI',
  monogram: 'GC',
  files: (env) => {
    const home = absolute(env, env.env['COPILOT_HOME']) ?? inHome(env, '.copilot');
    const upwards = true;
    return [
      { scope: 'user', path: joinFor(env, home, 'mcp-config.json'), format: 'json' },
      ...inProject(env, '.mcp.json').map((file) => ({ ...file, upwards }) as const),
      ...inProject(env, '.github', 'mcp.json').map((file) => ({ ...file, scope: 'project-shared', upwards }) as const),
    ];
  },
  variables: 'braces',
  reload: 'Start a new session of copilot.',
  processNames: ['copilot'],
  reads: {
    strictJson: true,
    untypedUrl: 'http-auto',
    tools: { allow: 'tools' },
    locate: (root, { scope }) =>
      scope !== 'user' && !membersOf(root).has('mcpServers')
        ? locateBareMap(root, ['command', 'url'])
        : locateAt(root, ['mcpServers']),
  },
  writes: {
    cwd: false,
    stdioType: 'local',
    typeRequired: true,
    remoteTypes: { 'streamable-http': 'http', sse: 'sse' },
    always: () => ({ tools: ['*'] }),
  },
});
