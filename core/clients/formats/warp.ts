// Warp: three keys for its servers, and a name of its own for the working directory.
import { membersOf } from '../../base/json-tree.ts';
import { inHome, inProject } from '../client-paths.ts';
import { locateAt } from '../locate-map.ts';
import { mcpServersClient } from '../mcp-servers-client.ts';

const ROOTS = ['mcpServers', 'mcp_servers', 'servers'];

export const warp = mcpServersClient({
  id: 'warp',
  displayName: 'Warp',
  monogram: 'WA',
  files: (env) => [
    { scope: 'user', path: inHome(env, '.warp', '.mcp.json'), format: 'json' },
    ...inProject(env, '.warp', '.mcp.json'),
  ],
  variables: 'braces',
  reload: 'Open the MCP servers in the settings of Warp; servers of a project are approved in each session.',
  processNames: ['Warp', 'warp', 'warp-terminal'],
  reads: {
    rootKeys: ROOTS,
    untypedUrl: 'http-auto',
    fields: { cwd: 'working_directory' },
    locate: (root) => locateAt(root, [ROOTS.find((key) => membersOf(root).has(key)) ?? 'mcpServers']),
  },
  writes: {
    cwd: true,
    fields: { cwd: 'working_directory' },
    remoteTypes: { 'streamable-http': null, sse: null, 'http-auto': null },
  },
});
