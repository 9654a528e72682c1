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

/** The format called `id`, `generic` included. Throws CLIENT_UNKNOWN. */
export function clientFormat(id: string): ClientFormat {
  const format = [...CLIENT_FORMATS, generic].find((candidate) => candidate.id === id);
  if (format !== undefined) return format;
  throw new PortolanError('CLIENT_UNKNOWN', `No client is called ${id}.`, {
    hint: `Use one of ${[...CLIENT_FORMATS, generic].map((candidate) => candidate.id).join(', ')}.`,
  });
}
