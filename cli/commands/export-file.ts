// `portolan export --to FILE`: the catalog, or a part of it, as one portable file without secrets.
import { lstat, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { PortolanError } from '../../shared/errors.ts';
import { confirm } from '../confirm.ts';
import { host } from '../command.ts';
import { printJson, printLine, printNote } from '../output.ts';

export interface FileExport {
  readonly to: string;
  readonly format: 'portolan' | 'mcp-json';
  readonly servers?: readonly string[];
  readonly profile?: string;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

/** Shows what goes into the file and writes it; a file that is there is replaced only on the person's word. */
export async function exportFile({ to, format, servers, profile, dryRun, yes, json }: FileExport): Promise<number> {
  const client = await host();
  const path = resolve(to);
  const written = await client.portable.write({
    format,
    ...(servers === undefined ? {} : { servers: [...servers] }),
    ...(profile === undefined ? {} : { profile }),
  });
  const { text, ...facts } = written;
  if (!json) {
    for (const { server, reason } of written.refused) printNote(`Left out ${server}: ${reason}`);
    for (const { server, field, reason } of written.losses) printNote(`Lost of ${server}: ${field}. ${reason}`);
  }
  if (dryRun) {
    if (json) printJson({ path, ...facts });
    else process.stdout.write(text);
    return 0;
  }
  const isThere = (await lstat(path).catch(() => undefined)) !== undefined;
  if (isThere && !yes && !(await confirm(`Replace ${path}?`, json))) {
    printLine('Nothing was written.');
    return 0;
  }
  await replaceFile(path, text);
  if (json) printJson({ path, ...facts });
  else {
    printLine(`Wrote ${written.servers.length} ${written.servers.length === 1 ? 'server' : 'servers'} to ${path}.`);
    if (written.inputs.length > 0) printLine(`Whoever imports it is asked for: ${written.inputs.join(', ')}.`);
  }
  return 0;
}

/** The new text or the old one, never half of it. */
async function replaceFile(path: string, text: string): Promise<void> {
  const staged = join(dirname(path), `.${basename(path)}.${process.pid}.portolan-tmp`);
  try {
    await writeFile(staged, text, { flag: 'wx' });
    await rename(staged, path);
  } catch (error) {
    await rm(staged, { force: true });
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'error';
    throw new PortolanError('FILE_NOT_WRITABLE', `${path} cannot be written (${reason})`, { data: { path } });
  }
}
