// Starts a host in the background. Loaded by the stdio shim when nobody listens, so it loads next to nothing itself.
import { spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepareDataDir, type Paths, resolvePaths } from '../core/base/paths.ts';
import { withoutCoreDump } from './core-dumps.ts';
import { takeStartMarker } from './start-marker.ts';

/** What the host runs as: the compiled entry, or the source when this very file is one. */
export const HOST_ENTRY = fileURLToPath(new URL(`./main${extname(import.meta.url)}`, import.meta.url));

/**
 * Nobody opens an inspector in the host. What a call leaves behind is collected sooner than by default, which costs no time since
 * next to nothing of it survives: after a busy minute the host holds a third less memory, and stands still for shorter times.
 */
const NODE_FLAGS = ['--disable-sigusr1', '--max-semi-space-size=8'];

export interface StartedHost {
  gone(): boolean;
  failed(): boolean;
}

/**
 * Starts a detached host of the data directory that `env` chooses, unless someone else has just begun to: then undefined.
 * Throws DATA_DIR_* when the directory cannot be used.
 */
export function startHost(
  env: NodeJS.ProcessEnv,
  entry = HOST_ENTRY,
  paths: Paths = resolvePaths(env),
): StartedHost | undefined {
  prepareDataDir(paths);
  if (!takeStartMarker(paths.runDir)) return undefined;
  const log = openSync(join(paths.logDir, 'host.log'), 'a', 0o600);
  const { NODE_OPTIONS: _options, NODE_COMPILE_CACHE: _cache, PORTOLAN_VAULT_FD: descriptor, ...clean } = env;
  const passed = openDescriptor(descriptor);
  const { command, args } = withoutCoreDump({ command: process.execPath, args: [...NODE_FLAGS, entry] });
  const child = spawn(command, args, {
    cwd: paths.home,
    detached: true,
    env: { ...clean, PORTOLAN_HOME: paths.home, ...(passed === undefined ? {} : { PORTOLAN_VAULT_FD: '3' }) },
    stdio: ['ignore', log, log, ...(passed === undefined ? [] : [passed])],
    windowsHide: true,
  });
  closeSync(log);
  let code: number | undefined;
  child.once('exit', (exitCode) => {
    code = exitCode ?? 1;
  });
  child.once('error', () => {
    code = 1;
  });
  child.unref();
  return { gone: () => code !== undefined, failed: () => code !== undefined && code !== 0 };
}

/** The descriptor with the vault's passphrase that this process was given, for the host to read. */
function openDescriptor(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,6}$/.test(text)) return undefined;
  try {
    fstatSync(Number(text));
    return Number(text);
  } catch {
    return undefined;
  }
}
