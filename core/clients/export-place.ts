// Which file of a client an export writes: the one that was named, or the client's own of a scope.
import { stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { PortolanError } from '../../shared/errors.ts';
import type { ClientEnv, ClientFile, ClientFormat } from './client-format.ts';
import { matchesOf } from './expand-files.ts';
import type { FileForm } from './file-entries.ts';

export interface PlaceInput {
  /** A scope of the client's files that Portolan writes. */
  readonly scope: string;
  readonly projectDir?: string | undefined;
  readonly path?: string | undefined;
}

export interface ExportPlace extends FileForm {
  readonly path: string;
}

/**
 * The file that `input` means and how its servers are written. Of several files of a scope it is the last that exists.
 * Throws INPUT_INVALID for paths that are not absolute, EXPORT_REFUSED for a client without a file of that scope.
 */
export async function exportPlace(format: ClientFormat, input: PlaceInput, env: ClientEnv): Promise<ExportPlace> {
  for (const path of [input.path, input.projectDir]) {
    if (path !== undefined && !isAbsolute(path)) throw invalid(`${path} is not an absolute path.`);
  }
  if (input.path === undefined && input.scope === 'project' && input.projectDir === undefined)
    throw invalid('A project export needs its folder.');
  const declared = format
    .files(input.projectDir === undefined ? env : { ...env, projectDir: input.projectDir })
    .filter((file) => file.readOnly !== true);
  const files = (await Promise.all(declared.map(matchesOf))).flat();
  const formOf = (file: ClientFile | undefined): FileForm => ({
    format: file?.format ?? files[0]?.format ?? 'json',
    place: file?.place ?? format.place,
    scope: file?.scope ?? input.scope,
  });
  if (input.path !== undefined) {
    return { path: input.path, ...formOf(files.find((file) => file.path === input.path)) };
  }
  const ofScope = files.filter((file) => file.scope === input.scope);
  const present = await Promise.all(ofScope.map(async (file) => ({ file, there: await exists(file.path) })));
  const file = present.findLast(({ there }) => there)?.file ?? ofScope[0];
  if (file !== undefined) return { path: file.path, ...formOf(file) };
  throw new PortolanError('EXPORT_REFUSED', `${format.displayName} has no ${input.scope} file of its own.`, {
    hint: 'Name the file to write.',
  });
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function invalid(message: string): PortolanError {
  return new PortolanError('INPUT_INVALID', message, { hint: 'Give an absolute path.' });
}
