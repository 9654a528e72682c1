// The files of a client as they are on this machine: a `*` in a path becomes the files that are there, and a file that
// is also looked for in parent folders is found there. It only looks.
import { readdir, stat } from 'node:fs/promises';
import { dirname, join, posix, relative, win32 } from 'node:path';
import type { ClientEnv, ClientFile } from './client-format.ts';

/** A folder with more matches than these holds no configuration. */
const MAX_MATCHES = 200;

/**
 * `files` without stars, in order: each pattern as the files that match it, sorted; each `upwards` file followed by those
 * of the same name in the parents of the project, nearest first, up to the root of its repository.
 */
export async function expandFiles(files: readonly ClientFile[], env: ClientEnv): Promise<ClientFile[]> {
  const parents = files.some((file) => file.upwards === true) ? await parentsInRepository(env.projectDir) : [];
  const expanded = await Promise.all(
    files.map(async (file) => {
      const above = file.upwards === true ? await inParents(file, env, parents) : [];
      return [...(await matchesOf(file)), ...above];
    }),
  );
  return expanded.flat();
}

/** The files that are there for a path with a star; the file itself, there or not, for one without. */
export async function matchesOf(file: ClientFile): Promise<ClientFile[]> {
  if (!file.path.includes('*')) return [file];
  const parts = file.path.split(/(?<=[\\/])/);
  const at = parts.findIndex((part) => part.includes('*'));
  const [folder, pattern, rest] = [parts.slice(0, at).join(''), parts[at] ?? '', parts.slice(at + 1).join('')];
  const wanted = segmentPattern(pattern.replace(/[\\/]$/, ''));
  const names = await readdir(folder).catch(() => []);
  const paths = names
    .filter((name) => wanted.test(name))
    .toSorted()
    .slice(0, MAX_MATCHES)
    .map((name) => join(folder, name, rest));
  const there = await Promise.all(paths.map(isFile));
  return paths.filter((_path, index) => there[index]).map((path) => ({ ...file, path }));
}

/** True when `path` is the file, or one that its star stands for. */
export function isPathOf(file: ClientFile, path: string, { platform }: ClientEnv): boolean {
  const style = platform === 'win32' ? win32 : posix;
  const [wanted, given] = [file.path, style.normalize(path)].map((text) => text.split(style.sep));
  if (wanted?.length !== given?.length) return false;
  return (wanted ?? []).every((part, index) => segmentPattern(part, platform).test(given?.[index] ?? ''));
}

function segmentPattern(segment: string, platform: NodeJS.Platform = process.platform): RegExp {
  const source = segment
    .split('*')
    .map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join('.*');
  return new RegExp(`^${source}$`, platform === 'win32' ? 'is' : 's');
}

async function inParents(file: ClientFile, env: ClientEnv, parents: readonly string[]): Promise<ClientFile[]> {
  const name = relative(env.projectDir ?? '', file.path);
  const paths = parents.map((folder) => join(folder, name));
  const there = await Promise.all(paths.map(isFile));
  return paths.filter((_path, index) => there[index]).map((path) => ({ ...file, path }));
}

/** The folders above `projectDir` up to the root of the repository it lies in; none outside of a repository. */
async function parentsInRepository(projectDir: string | undefined): Promise<string[]> {
  const parents: string[] = [];
  let folder = projectDir ?? '';
  while (folder !== '') {
    if (await exists(join(folder, '.git'))) return parents;
    const parent = dirname(folder);
    if (parent === folder) break;
    parents.push(parent);
    folder = parent;
  }
  return [];
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (info) => info.isFile(),
    () => false,
  );
}
