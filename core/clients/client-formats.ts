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
import { codex } from './formats/codex.ts';
import { continueDev } from './formats/continue.ts';
import { crush } from './formats/crush.ts';
import { cursor } from './formats/cursor.ts';
import { cursorAgent } from './formats/cursor-agent.ts';
import { factoryDroid } from './formats/factory-droid.ts';
import { geminiCli } from './formats/gemini-cli.ts';
import { generic } from './formats/generic.ts';
import { githubCopilotCli } from './formats/github-copilot-cli.ts';
import { goose } from './formats/goose.ts';
import { jetbrainsAiAssistant } from './formats/jetbrains-ai-assistant.ts';
import { jetbrainsJunie } from './formats/jetbrains-junie.ts';
import { kiloCode } from './formats/kilo-code.ts';
import { kiro } from './formats/kiro.ts';
import { librechat } from './formats/librechat.ts';
import { lmStudio } from './formats/lm-studio.ts';
import { mcpInspector } from './formats/mcp-inspector.ts';
import { opencode } from './formats/opencode.ts';
import { openWebui } from './formats/open-webui.ts';
import { qwenCode } from './formats/qwen-code.ts';
import { rooCode } from './formats/roo-code.ts';
import { trae } from './formats/trae.ts';
import { visualStudio } from './formats/visual-studio.ts';
import { vscode } from './formats/vscode.ts';
import { vscodeInsiders } from './formats/vscode-insiders.ts';
import { warp } from './formats/warp.ts';
import { windsurf } from './formats/windsurf.ts';
import { zed } from './formats/zed.ts';
import { mcpb } from './sources/mcpb.ts';
import { mcpRegistry } from './sources/server-json.ts';

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
  zed,
  cline,
  rooCode,
  kiloCode,
  continueDev,
  codex,
  geminiCli,
  qwenCode,
  goose,
  opencode,
  amazonQ,
  kiro,
  warp,
  lmStudio,
  cherryStudio,
  boltai,
  crush,
  factoryDroid,
  antigravity,
  trae,
  librechat,
  openWebui,
  mcpInspector,
];

/** What is imported beside other clients' own files. */
const SOURCES: readonly ClientFormat[] = [generic, mcpRegistry, mcpb];

/** The format called `id`, sources that are no clients included. Throws CLIENT_UNKNOWN. */
export function clientFormat(id: string): ClientFormat {
  const known = [...CLIENT_FORMATS, ...SOURCES];
  const format = known.find((candidate) => candidate.id === id);
  if (format !== undefined) return format;
  throw new PortolanError('CLIENT_UNKNOWN', `No client is called ${id}.`, {
    hint: `Use one of ${known.map((candidate) => candidate.id).join(', ')}.`,
  });
}
