// The list of clients that Portolan knows. A new client is one file and one line here.
import { PortolanError } from '../../shared/errors.ts';
import { claudeCode } from './formats/claude-code.ts';
import { claudeDesktop } from './formats/claude-desktop.ts';
import type { ClientFormat } from './client-format.ts';
import { codex } from './formats/codex.ts';
import { crush } from './formats/crush.ts';
import { cursor } from './formats/cursor.ts';
import { geminiCli } from './formats/gemini-cli.ts';
import { generic } from './formats/generic.ts';
import { kiloCode } from './formats/kilo-code.ts';
import { opencode } from './formats/opencode.ts';
import { qwenCode } from './formats/qwen-code.ts';
import { vscode } from './formats/vscode.ts';
import { zed } from './formats/zed.ts';

/** Clients with files of their own, in the order in which they are shown and scanned. */
export const CLIENT_FORMATS: readonly ClientFormat[] = [
  claudeDesktop,
  claudeCode,
  cursor,
  vscode,
  zed,
  kiloCode,
  codex,
  geminiCli,
  qwenCode,
  opencode,
  crush,
];

/** The format called `id`, `generic` included. Throws CLIENT_UNKNOWN. */
export function clientFormat(id: string): ClientFormat {
  const format = [...CLIENT_FORMATS, generic].find((candidate) => candidate.id === id);
  if (format !== undefined) return format;
  throw new PortolanError('CLIENT_UNKNOWN', `No client is called ${id}.`, {
    hint: `Use one of ${[...CLIENT_FORMATS, generic].map((candidate) => candidate.id).join(', ')}.`,
  });
}
