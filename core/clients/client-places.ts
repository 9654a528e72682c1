// Which files of which clients there are to read, and whose file a given path is.
import { posix, win32 } from 'node:path';
import type { ClientEnv, ClientFile, ClientFormat, ParseContext } from './client-format.ts';
import { expandFiles, isPathOf } from './expand-files.ts';

/** A file of one client. */
export interface ClientPlace {
  readonly format: ClientFormat;
  readonly file: ClientFile;
  /** The project that the file belongs to, when it was asked about. */
  readonly projectDir?: string;
}

/**
 * The places of `format` on this machine, each path once: what a second scope keeps in a file is read with the first.
 * Those of a project are there when `env` names one.
 */
export async function placesOf(format: ClientFormat, env: ClientEnv): Promise<ClientPlace[]> {
  const { projectDir, ...alone } = env;
  const ofUser = new Set(format.files(alone).map((file) => file.path));
  const declared = format.files(env);
  const first = declared.filter((file, index) => declared.findIndex((other) => other.path === file.path) === index);
  const [user, project] = await Promise.all([
    expandFiles(
      first.filter((file) => ofUser.has(file.path)),
      env,
    ),
    expandFiles(
      first.filter((file) => !ofUser.has(file.path)),
      env,
    ),
  ]);
  return [
    ...user.map((file) => ({ format, file })),
    ...project.map((file) => ({ format, file, ...(projectDir === undefined ? {} : { projectDir }) })),
  ];
}

/**
 * The places that `path` may be, user files before those of the project it would lie in. Only a project that `env` names
 * is told as the one that the file belongs to.
 */
export function placesAt(path: string, env: ClientEnv, formats: readonly ClientFormat[]): ClientPlace[] {
  const { projectDir, ...alone } = env;
  const named = projectDir === undefined ? {} : { projectDir };
  const ofUser = placesIn(alone, path, formats);
  const ofNamed = projectDir === undefined ? [] : placesIn(env, path, formats);
  const above = foldersAbove(path, env).flatMap((folder) => placesIn({ ...alone, projectDir: folder }, path, formats));
  return [...ofUser, ...ofNamed.map((place) => ({ ...place, ...named })), ...above];
}

function placesIn(env: ClientEnv, path: string, formats: readonly ClientFormat[]): ClientPlace[] {
  return formats.flatMap((format) => {
    const file = format.files(env).find((candidate) => isPathOf(candidate, path, env));
    return file === undefined ? [] : [{ format, file: { ...file, path } }];
  });
}

/** What a format is told of a file of it. */
export function contextOf({ file, projectDir }: ClientPlace): ParseContext {
  const { scope, path, format, place, readOnly } = file;
  return {
    scope,
    file: path,
    format,
    ...(place === undefined ? {} : { place }),
    ...(readOnly === undefined ? {} : { readOnly }),
    ...(projectDir === undefined ? {} : { projectDir }),
  };
}

function foldersAbove(path: string, { platform }: ClientEnv): string[] {
  const style = platform === 'win32' ? win32 : posix;
  const folders: string[] = [];
  for (let folder = style.dirname(path); ; folder = style.dirname(folder)) {
    folders.push(folder);
    if (style.dirname(folder) === folder) return folders;
  }
}
