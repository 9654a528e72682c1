// The list of clients that Portolan knows. A new client is one file and one line here.
import { PortolanError } from '../../shared/errors.ts';
import { claudeCode } from './formats/claude-code.ts';
import { claudeDesktop } from './formats/claude-desktop.ts';
import type { ClientFormat } from './client-format.ts';
import { continueDev } from './formats/continue.ts';
import { cursor } from './formats/cursor.ts';
import { generic } from './formats/generic.ts';
import { goose } from './formats/goose.ts';
import { librechat } from './formats/librechat.ts';
import { vscode } from './formats/vscode.ts';
import { mcpb } from './sources/mcpb.ts';
import { mcpRegistry } from './sources/server-json.ts';

/** Clients with files of their own, in the order in which they are shown and scanned. */
export const CLIENT_FORMATS: readonly ClientFormat[] = [
  claudeDesktop,
  claudeCode,
  cursor,
  vscode,
  continueDev,
  goose,
  librechat,
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
