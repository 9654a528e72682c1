// Reads what an import is made from: the files of the known clients, one file, or pasted text. Opens files for
// reading and nothing else.
import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { PortolanError } from '../../shared/errors.ts';
import { errnoOf, errnoSentence } from '../base/errno.ts';
import type { ClientEnv, ClientFormat, ParsedFile } from './client-format.ts';
import { CLIENT_FORMATS, clientFormat } from './client-formats.ts';
import { type ClientPlace, contextOf, placesAt, placesOf } from './client-places.ts';
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
  /** Absolute project folder, whose files are read too. */
  readonly projectDir?: string | undefined;
}

/** A program that is just writing its file is given this long, this often, to finish. */
const RETRIES_MS = [100, 200, 400] as const;

/**
 * Every source that `input` names; files that do not exist are left out unless their path was given, and a file that
 * several clients read is there once. Throws CLIENT_UNKNOWN, and FILE_NOT_READABLE for a path that was given.
 */
export async function readSources(input: SourceInput, machine: ClientEnv): Promise<Source[]> {
  const { client, link, path, text, projectDir } = input;
  const env = projectDir === undefined ? machine : { ...machine, projectDir };
  if (link !== undefined) return [{ ...readInstallLink(link), scope: 'link' }];
  if (text !== undefined && client === undefined) return [readPasted(text, CLIENT_FORMATS)];
  if (text !== undefined) {
    const format = clientFormat(client ?? generic.id);
    return [{ format, scope: 'clipboard', parsed: format.parse(Buffer.from(text), { scope: 'clipboard' }) }];
  }
  if (path !== undefined && isBundlePath(path, client)) return [await readBundle(path, env)];
  if (path !== undefined) return [await readGiven(path, client === undefined ? undefined : clientFormat(client), env)];
  const formats = client === undefined ? CLIENT_FORMATS : [clientFormat(client)];
  const places = await Promise.all(formats.map((format) => placesOf(format, env)));
  const found = await Promise.all(places.flat().map((place) => readPlace(place)));
  return oncePerFile(found.filter((each) => each !== undefined && !isEmptySideFile(each)) as FoundPlace[]);
}

interface FoundPlace extends ClientPlace {
  readonly parsed: ParsedFile;
}

async function readPlace(place: ClientPlace): Promise<FoundPlace | undefined> {
  const parsed = await readSourceFile(place).catch((error: unknown) => unreadable(place, error));
  return parsed === undefined ? undefined : { ...place, parsed };
}

/** The settings of an editor and the like are of interest only when there are servers in them. */
function isEmptySideFile({ file, parsed }: FoundPlace): boolean {
  const { servers, error } = parsed.result;
  return file.scope !== 'user' && file.scope !== 'project' && error === null && servers.length === 0;
}

/** Of the clients that read the same servers in the same file, the first that finds any speaks for all. */
function oncePerFile(found: readonly FoundPlace[]): Source[] {
  const groups = Map.groupBy(found, ({ format, file }) =>
    JSON.stringify([file.path, (file.place ?? format.place).root]),
  );
  return [...groups.values()].map((group) =>
    sourceOf(group.find(({ parsed }) => parsed.result.servers.length > 0) ?? (group[0] as FoundPlace)),
  );
}

function sourceOf({ format, file, parsed }: FoundPlace): Source {
  return { format, scope: file.scope, path: file.path, parsed };
}

/** Reads the file at `path` as `format` does, or as the client does whose file it is by its place and what is in it. */
async function readGiven(path: string, format: ClientFormat | undefined, env: ClientEnv): Promise<Source> {
  const places = placesAt(path, env, format === undefined ? CLIENT_FORMATS : [format]);
  const fallback = elsewhere(path, format ?? generic, env);
  const tried: FoundPlace[] = [];
  for (const place of format === undefined ? [...places, fallback] : [places[0] ?? fallback]) {
    const parsed = await readSourceFile(place);
    if (parsed === undefined) break;
    tried.push({ ...place, parsed });
    if (parsed.result.servers.length > 0) return sourceOf({ ...place, parsed });
  }
  const [first] = tried;
  if (first !== undefined) return sourceOf(first);
  throw new PortolanError('FILE_NOT_READABLE', `${path} cannot be read: it does not exist.`, {
    hint: 'Check the path.',
    data: { path },
  });
}

/** A file that is no known place; for a client without a file it holds what a person would paste. */
function elsewhere(path: string, format: ClientFormat, env: ClientEnv): ClientPlace {
  const [main] = format.files(env);
  const scope = format.looseScope ?? (format.paste === undefined ? 'user' : 'clipboard');
  return { format, file: { scope, path, format: main?.format ?? 'json' } };
}

/** Changes when what was read from the sources changes; other content of the files does not count. */
export function sourcesDigest(sources: readonly Source[]): string {
  return createHash('sha256')
    .update(JSON.stringify(sources.map(({ format, path, parsed }) => [format.id, path, parsed])))
    .digest('hex');
}

/** Reads a file as the format does; undefined when it does not exist. A text that does not parse is read again. */
async function readSourceFile(place: ClientPlace): Promise<ParsedFile | undefined> {
  for (const wait of [...RETRIES_MS, undefined]) {
    const bytes = await readBounded(place.file.path);
    if (bytes === undefined) return undefined;
    const parsed = place.format.parse(bytes, contextOf(place));
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

/** One unreadable file must not hide the other clients. */
function unreadable({ format, file }: ClientPlace, error: unknown): ParsedFile {
  const message = error instanceof PortolanError ? error.message : 'it cannot be read';
  return {
    result: {
      client: format.id,
      file: file.path,
      scope: file.scope,
      outcome: 'error',
      servers: [],
      warnings: [],
      error: { code: 'FILE_NOT_READABLE', message },
    },
    secrets: [],
  };
}
