// Cline: one file for the extension and the command line, written under a lock directory. An address alone means SSE,
// and the tokens of a sign-in stand beside the servers.
import { type JsonMember, membersOf, pointerSegment } from '../../base/json-tree.ts';
import { absolute, inAppData, inHome, joinFor } from '../client-paths.ts';
import type { ClientEnv } from '../client-format.ts';
import type { EntryFields } from '../entry-dialect.ts';
import { mcpServersClient } from '../mcp-servers-client.ts';

const FILE = 'cline_mcp_settings.json';

export const cline = mcpServersClient({
  id: 'cline',
  displayName: 'Cline',
  monogram: 'CL',
  files: (env) => [
    { scope: 'user', path: userFile(env), format: 'json' },
    {
      scope: 'legacy',
      path: inAppData(env, 'Code', 'User', 'globalStorage', 'saoudrizwan.claude-dev', 'settings', FILE),
      format: 'json',
      readOnly: true,
    },
  ],
  variables: 'env',
  reload: 'Cline reads the file by itself.',
  processNames: ['cline'],
  locksFile: true,
  reads: {
    strictJson: true,
    untypedUrl: 'sse',
    oauthFields: ['oauthClient'],
    timeouts: [{ field: 'timeout', unit: 's', as: 'requestMs', max: 3600 }],
    tools: { autoApprove: 'autoApprove' },
    ownFields: ['oauth'],
    reshape,
    finish: (server, { members, warn }) => {
      if (members.has('remoteConfigured')) warn('MANAGED_BY_CLIENT', '/remoteConfigured');
      const tokens = membersOf(members.get('oauth')?.value).get('tokens')?.value;
      if (tokens === undefined) return;
      warn('OAUTH_TOKENS_IN_FILE', '/oauth/tokens');
      const names = [...membersOf(tokens).keys()].filter((name) => name.endsWith('_token'));
      server.secretCandidates = names.map((name) => `/oauth/tokens${pointerSegment(name)}`);
    },
  },
  writes: {
    cwd: true,
    remoteTypes: { 'streamable-http': 'streamableHttp', sse: 'sse' },
    timeout: { field: 'timeout', unit: 's', max: 3600 },
    oauth: { field: 'oauthClient', clientId: 'clientId', clientSecret: 'clientSecret' },
    enabled: { field: 'disabled', negative: true },
  },
});

function userFile(env: ClientEnv): string {
  const [file, data, folder] = ['CLINE_MCP_SETTINGS_PATH', 'CLINE_DATA_DIR', 'CLINE_DIR'].map((name) =>
    absolute(env, env.env[name]),
  );
  if (file !== undefined) return file;
  return joinFor(env, data ?? joinFor(env, folder ?? inHome(env, '.cline'), 'data'), 'settings', FILE);
}

/** The command line nests what says how to reach a server in `transport`; old files call the type `transportType`. */
function reshape(members: ReadonlyMap<string, JsonMember>, warn: EntryFields['warn']): Map<string, JsonMember> {
  const flat = new Map(members);
  const [transport, type] = [members.get('transport'), members.get('transportType')];
  if (transport?.value.type === 'object') {
    flat.delete('transport');
    for (const [key, member] of membersOf(transport.value)) flat.set(key, member);
  }
  if (type !== undefined) {
    warn('LEGACY_FIELD', '/transportType');
    flat.delete('transportType');
    if (!flat.has('type')) flat.set('type', { ...type, key: 'type' });
  }
  return flat;
}
