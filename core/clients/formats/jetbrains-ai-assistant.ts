// JetBrains AI Assistant: no file of its own; a person pastes JSON into its settings.
import { mcpServersClient } from '../mcp-servers-client.ts';
import { genericDialect } from './generic.ts';

const ID = 'jetbrains-ai-assistant';

export const jetbrainsAiAssistant = mcpServersClient({
  id: ID,
  displayName: 'JetBrains AI Assistant',
  monogram: 'JA',
  files: () => [],
  reload: 'Press Apply in the settings of the IDE.',
  processNames: [],
  paste:
    'In the IDE open Settings, Tools, AI Assistant, Model Context Protocol (MCP), press Add, choose As JSON and paste the text.',
  reads: genericDialect(ID),
  writes: { cwd: false, remoteTypes: { 'streamable-http': null, sse: null, 'http-auto': null } },
});
