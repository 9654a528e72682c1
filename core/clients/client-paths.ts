// Places of configuration files on each platform, computed from arguments alone.
import { posix, win32 } from 'node:path';
import type { ClientEnv, ClientFile } from './client-format.ts';

/** `segments` under the home directory, in the path style of the platform. */
export function inHome(env: ClientEnv, ...segments: string[]): string {
  return joinFor(env, env.homeDir, ...segments);
}

/** `segments` under the directory where desktop programs keep their settings. */
export function inAppData(env: ClientEnv, ...segments: string[]): string {
  switch (env.platform) {
    case 'darwin':
      return inHome(env, 'Library', 'Application Support', ...segments);
    case 'win32':
      return joinFor(env, absolute(env, env.env['APPDATA']) ?? inHome(env, 'AppData', 'Roaming'), ...segments);
    default:
      return joinFor(env, absolute(env, env.env['XDG_CONFIG_HOME']) ?? inHome(env, '.config'), ...segments);
  }
}

/** `segments` under $XDG_CONFIG_HOME or `~/.config`, for programs that use it on every platform. */
export function inConfigHome(env: ClientEnv, ...segments: string[]): string {
  return joinFor(env, absolute(env, env.env['XDG_CONFIG_HOME']) ?? inHome(env, '.config'), ...segments);
}

/** `segments` under %LOCALAPPDATA%. */
export function inLocalAppData(env: ClientEnv, ...segments: string[]): string {
  return joinFor(env, absolute(env, env.env['LOCALAPPDATA']) ?? inHome(env, 'AppData', 'Local'), ...segments);
}

/** The JSON file at `segments` in the project folder, as scope `project`; nothing when no project is asked about. */
export function inProject(env: ClientEnv, ...segments: string[]): ClientFile[] {
  if (env.projectDir === undefined) return [];
  return [{ scope: 'project', path: joinFor(env, env.projectDir, ...segments), format: 'json' }];
}

/** Joins in the path style of the platform. */
export function joinFor(env: ClientEnv, ...segments: string[]): string {
  return env.platform === 'win32' ? win32.join(...segments) : posix.join(...segments);
}

/** A directory from the environment; the XDG specification has relative ones ignored. */
export function absolute(env: ClientEnv, path: string | undefined): string | undefined {
  const style = env.platform === 'win32' ? win32 : posix;
  return path !== undefined && style.isAbsolute(path) ? path : undefined;
}
