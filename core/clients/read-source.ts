// Reads what an import is made from: the user files of the known clients, one file, or pasted text. Opens files for
// reading and nothing else.
import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { PortolanError } from '../../shared/errors.ts';
import { errnoOf, errnoSentence } from '../base/errno.ts';
import type { ClientEnv, ClientFormat, ParsedFile } from './client-format.ts';
import { CLIENT_FORMATS, clientFormat } from './client-formats.ts';
import { generic } from './formats/generic.ts';
import { MAX_CONFIG_BYTES } from './read-file.ts';
import { readInstallLink } from './sources/install-link.ts';
import { isBundlePath, readBundle } from './sources/bundle-source.ts';
import { readPasted } from './sources/pasted-text.ts';

export interface Source {
  readonly format: ClientFormat;
  readonly scope: string;
  readonly path?: string;
  readonly parsed: ParsedFile;
}

export interface SourceInput {
  readonly client?: string | undefined;
  readonly path?: string | undefined;
  readonly text?: string | undefined;
  /** A link by which another client installs a server. */
  readonly link?: string | undefined;
}

/** A program that is just writing its file is given this long, this often, to finish. */
const RETRIES_MS = [100, 200, 400] as const;

/**
 * Every source that `input` names; files that do not exist are left out unless their path was given.
 * Throws CLIENT_UNKNOWN, and FILE_NOT_READABLE for a path that was given.
 */
export async function readSources(input: SourceInput, env: ClientEnv): Promise<Source[]> {
  if (input.link !== undefined) return [{ ...readInstallLink(input.link), scope: 'link' }];
  if (input.text !== undefined && input.client === undefined) return [readPasted(input.text, CLIENT_FORMATS)];
  if (input.text !== undefined) {
    const format = clientFormat(input.client ?? generic.id);
    return [{ format, scope: 'clipboard', parsed: format.parse(Buffer.from(input.text), { scope: 'clipboard' }) }];
  }
  if (input.path !== undefined && isBundlePath(input.path, input.client)) return [await readBundle(input.path, env)];
  if (input.path !== undefined) {
    const format = input.client === undefined ? ownerOf(input.path, env) : clientFormat(input.client);
    const scope = format.files(env).find((file) => file.path === input.path)?.scope ?? 'user';
    const parsed = await readSourceFile(format, scope, input.path);
    if (parsed !== undefined) return [{ format, scope, path: input.path, parsed }];
    throw new PortolanError('FILE_NOT_READABLE', `${input.path} cannot be read: it does not exist.`, {
      hint: 'Check the path.',
      data: { path: input.path },
    });
  }
  const formats = input.client === undefined ? CLIENT_FORMATS : [clientFormat(input.client)];
  const found = await Promise.all(
    formats.flatMap((format) =>
      format.files(env).map(async ({ scope, path }) => {
        const parsed = await readSourceFile(format, scope, path).catch((error: unknown) =>
          unreadable(format, scope, path, error),
        );
        return parsed === undefined ? [] : [{ format, scope, path, parsed }];
      }),
    ),
  );
  return found.flat();
}

/** Changes when what was read from the sources changes; other content of the files does not count. */
export function sourcesDigest(sources: readonly Source[]): string {
  return createHash('sha256')
    .update(JSON.stringify(sources.map(({ format, path, parsed }) => [format.id, path, parsed])))
    .digest('hex');
}

/** Reads a file as the format does; undefined when it does not exist. A text that does not parse is read again. */
async function readSourceFile(format: ClientFormat, scope: string, path: string): Promise<ParsedFile | undefined> {
  for (const wait of [...RETRIES_MS, undefined]) {
    const bytes = await readBounded(path);
    if (bytes === undefined) return undefined;
    const parsed = format.parse(bytes, { scope, file: path });
    if (parsed.result.error?.code !== 'PARSE_ERROR' || wait === undefined) return parsed;
    await delay(wait);
  }
  return undefined;
}

/** The bytes of a regular file, one more than is allowed at most; undefined when there is none. */
export async function readBounded(path: string): Promise<Buffer | undefined> {
  try {
    // Opening a pipe would wait for its other end, a device may answer without end.
    if (!(await stat(path)).isFile()) throw new Error('it is not a regular file');
    const file = await open(path, 'r');
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of file.createReadStream({ autoClose: false, end: MAX_CONFIG_BYTES })) {
        chunks.push(chunk as Buffer);
      }
      return Buffer.concat(chunks);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined;
    throw new PortolanError('FILE_NOT_READABLE', `${path} cannot be read: ${errnoSentence(error)}.`, {
      hint: 'Make the file readable for you and try again.',
      data: { path, errno: errnoOf(error) ?? null },
      cause: error,
    });
  }
}

function ownerOf(path: string, env: ClientEnv): ClientFormat {
  return CLIENT_FORMATS.find((format) => format.files(env).some((file) => file.path === path)) ?? generic;
}

/** One unreadable file must not hide the other clients. */
function unreadable(format: ClientFormat, scope: string, path: string, error: unknown): ParsedFile {
  const message = error instanceof PortolanError ? error.message : 'it cannot be read';
  return {
    result: {
      client: format.id,
      file: path,
      scope,
      outcome: 'error',
      servers: [],
      warnings: [],
      error: { code: 'FILE_NOT_READABLE', message },
    },
    secrets: [],
  };
}
