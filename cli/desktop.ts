// Finds the Electron runtime of this installation and starts the desktop shell with it. Never downloads one.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

/** Absolute path of the Electron executable, or undefined where there is none. */
export function electronRuntime(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const override = env['ELECTRON_OVERRIDE_DIST_PATH'];
  const packageDir = join(root, 'node_modules', 'electron');
  const relative =
    process.platform === 'darwin'
      ? 'Electron.app/Contents/MacOS/Electron'
      : process.platform === 'win32'
        ? 'electron.exe'
        : 'electron';
  if (override) return existing(join(override, relative));
  const pathFile = join(packageDir, 'path.txt');
  const named = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : relative;
  return existing(join(packageDir, 'dist', named));
}

/** Starts the desktop shell, detached; a second start brings the first one's window forward. `link`: shown for review. */
export function startDesktop(runtime: string, link?: string): void {
  const { NODE_OPTIONS: _removed, ...env } = process.env;
  spawn(runtime, link === undefined ? [root] : [root, link], { detached: true, stdio: 'ignore', env }).unref();
}

function existing(path: string): string | undefined {
  return existsSync(path) ? path : undefined;
}
