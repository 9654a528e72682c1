// The sample files of other clients that Portolan reads today, each with its expected result beside it.
import { join } from 'node:path';

export const SAMPLE_FOLDER = join(import.meta.dirname, '..', 'fixtures', 'client-samples');

export const SAMPLES = [
  'claude-desktop.basic',
  'claude-desktop.mcp-remote',
  'claude-code.user',
  'cursor.duplicates',
  'cursor.global-jsonc',
  'vscode.user',
  'generic.truncated',
  'generic.wrong-types',
  'jetbrains-ai.paste',
  'codex.user',
  'zed.settings',
  'gemini-cli.user',
  'opencode.user',
];
