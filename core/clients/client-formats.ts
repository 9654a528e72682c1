// The list of clients that Portolan knows. A new client is one file and one line here.
import { PortolanError } from '../../shared/errors.ts';
import type { ClientFormat } from './client-format.ts';
import { amazonQ } from './formats/amazon-q.ts';
import { antigravity } from './formats/antigravity.ts';
import { boltai } from './formats/boltai.ts';
import { cherryStudio } from './formats/cherry-studio.ts';
import { claudeCode } from './formats/claude-code.ts';
import { claudeDesktop } from './formats/claude-desktop.ts';
import { cline } from './formats/cline.ts';
import { cursor } from './formats/cursor.ts';
import { cursorAgent } from './formats/cursor-agent.ts';
import { factoryDroid } from './formats/factory-droid.ts';
import { generic } from './formats/generic.ts';
import { githubCopilotCli } from './formats/github-copilot-cli.ts';
import { jetbrainsAiAssistant } from './formats/jetbrains-ai-assistant.ts';
import { jetbrainsJunie } from './formats/jetbrains-junie.ts';
import { kiro } from './formats/kiro.ts';
import { lmStudio } from './formats/lm-studio.ts';
import { mcpInspector } from './formats/mcp-inspector.ts';
import { openWebui } from './formats/open-webui.ts';
import { rooCode } from './formats/roo-code.ts';
import { trae } from './formats/trae.ts';
import { visualStudio } from './formats/visual-studio.ts';
import { vscode } from './formats/vscode.ts';
import { vscodeInsiders } from './formats/vscode-insiders.ts';
import { warp } from './formats/warp.ts';
import { windsurf } from './formats/windsurf.ts';

/** Every known client but `generic`, in the order in which they are shown and scanned; some have no file of their own. */
export const CLIENT_FORMATS: readonly ClientFormat[] = [
  claudeDesktop,
  claudeCode,
  cursor,
  cursorAgent,
  vscode,
  vscodeInsiders,
  visualStudio,
  githubCopilotCli,
  jetbrainsAiAssistant,
  jetbrainsJunie,
  windsurf,
  cline,
  rooCode,
  amazonQ,
  kiro,
  warp,
  lmStudio,
  cherryStudio,
  boltai,
  factoryDroid,
  antigravity,
  trae,
  openWebui,
  mcpInspector,
];

/** The format called `id`, `generic` included. Throws CLIENT_UNKNOWN. */
export function clientFormat(id: string): ClientFormat {
  const format = [...CLIENT_FORMATS, generic].find((candidate) => candidate.id === id);
  if (format !== undefined) return format;
  throw new PortolanError('CLIENT_UNKNOWN', `No client is called ${id}.`, {
    hint: `Use one of ${[...CLIENT_FORMATS, generic].map((candidate) => candidate.id).join(', ')}.`,
  });
}
