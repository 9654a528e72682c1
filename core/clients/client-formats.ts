// The list of clients that Portolan knows. A new client is one file and one line here.
import { PortolanError } from '../../shared/errors.ts';
import { claudeCode } from './claude-code.ts';
import { claudeDesktop } from './claude-desktop.ts';
import type { ClientFormat } from './client-format.ts';
import { cursor } from './cursor.ts';
import { generic } from './generic.ts';
import { vscode } from './vscode.ts';

/** Clients with files of their own, in the order in which they are shown and scanned. */
export const CLIENT_FORMATS: readonly ClientFormat[] = [claudeDesktop, claudeCode, cursor, vscode];

/** The format called `id`, `generic` included. Throws CLIENT_UNKNOWN. */
export function clientFormat(id: string): ClientFormat {
  const format = [...CLIENT_FORMATS, generic].find((candidate) => candidate.id === id);
  if (format !== undefined) return format;
  throw new PortolanError('CLIENT_UNKNOWN', `No client is called ${id}.`, {
    hint: `Use one of ${[...CLIENT_FORMATS, generic].map((candidate) => candidate.id).join(', ')}.`,
  });
}
