// What starting an endpoint comes down to: the program's file, its folder and its environment. It starts nothing.
import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute } from 'node:path';
import { PortolanError } from '../../shared/errors.ts';
import type { StdioEndpoint } from '../../shared/model/server-entry.ts';
import { childEnvironment, pathOf } from './child-environment.ts';
import { findExecutable } from './find-executable.ts';

export interface StartPlan {
  /** The program, absolute; links are not followed. */
  readonly file: string;
  readonly cwd: string;
  readonly env: Record<string, string>;
  readonly loaderVariables: readonly string[];
}

/**
 * @param options.path PATH instead of the host's
 * @throws PortolanError SPAWN_NOT_FOUND, SPAWN_NOT_EXECUTABLE, SPAWN_WRONG_FORMAT (a batch file), SPAWN_BAD_CWD
 */
export function planStart(
  endpoint: StdioEndpoint,
  options: { readonly hostEnv: NodeJS.ProcessEnv; readonly path: string | undefined; readonly marker: string },
): StartPlan {
  const cwd = workingDirectory(endpoint.cwd);
  const { env, loaderVariables } = childEnvironment({ ...options, declared: endpoint.env });
  const pathExt = env['PATHEXT'];
  const file = findExecutable(endpoint.command, {
    cwd,
    path: pathOf(env),
    ...(pathExt === undefined ? {} : { pathExt }),
  });
  return { file, cwd, env, loaderVariables };
}

function workingDirectory(cwd = homedir()): string {
  const hint = 'Correct the working directory of this server, or leave it out to use your home folder.';
  if (!isAbsolute(cwd)) {
    throw new PortolanError('SPAWN_BAD_CWD', `The working directory "${cwd}" is not an absolute path.`, { hint });
  }
  let isDirectory: boolean;
  try {
    isDirectory = statSync(cwd).isDirectory();
  } catch (cause) {
    throw new PortolanError('SPAWN_BAD_CWD', `The working directory ${cwd} cannot be entered.`, { hint, cause });
  }
  if (!isDirectory) throw new PortolanError('SPAWN_BAD_CWD', `The working directory ${cwd} is not a folder.`, { hint });
  return cwd;
}
