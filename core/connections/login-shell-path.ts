// PATH as the person's login shell sets it. A program started from a dock or menu gets a bare PATH without the folders
// of Homebrew, nvm and the like, and servers named `npx` or `uvx` would not be found.
//
// The shell is the person's own, run once per host with an empty input; only PATH is taken from what it says.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import { type Clock, systemClock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { childEnvironment } from './child-environment.ts';
import { ProcessTree } from './process-tree.ts';
import { identityOfNewChild } from './process-identity.ts';

/** `auto`: ask the shell only when this process was not started from a terminal, on macOS and Linux. */
export type LoginShellMode = 'auto' | 'always' | 'never';

const TIMEOUT_MS = 5_000;
const MAX_OUTPUT_BYTES = 256 * 1024;

/**
 * A function that gives the PATH for children: asks the shell at its first call and keeps the answer. The shell's
 * folders come first, then those of the host's own PATH that it lacks; the host's PATH alone when the shell fails, says
 * nothing within five seconds, or need not be asked.
 */
export function createPathSource(options: {
  readonly env: NodeJS.ProcessEnv;
  readonly mode?: LoginShellMode;
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly platform?: NodeJS.Platform;
}): () => Promise<string | undefined> {
  const { env, mode = 'auto', logger, clock = systemClock, platform = process.platform } = options;
  let answer: Promise<string | undefined> | undefined;
  const ask = async () => {
    if (!isAskNeeded(mode, env, platform)) return undefined;
    const shell = env['SHELL'] ?? shellOfAccount();
    if (shell === undefined) return undefined;
    const found = await askShell(shell, env, clock);
    if (found === undefined)
      logger.warn('the login shell did not tell its PATH; using the one of this process', { shell });
    return found === undefined ? undefined : joinPaths(found, env['PATH']);
  };
  return () => {
    answer ??= ask();
    return answer;
  };
}

/** Terminals set TERM; docks, menus and session managers do not. */
function isAskNeeded(mode: LoginShellMode, env: NodeJS.ProcessEnv, platform: NodeJS.Platform): boolean {
  if (platform === 'win32' || mode === 'never') return false;
  return mode === 'always' || env['TERM'] === undefined || env['TERM'] === 'dumb';
}

function shellOfAccount(): string | undefined {
  try {
    return userInfo().shell ?? undefined;
  } catch {
    return undefined;
  }
}

function joinPaths(first: string, second = ''): string {
  return [...new Set([...first.split(':'), ...second.split(':')].filter((folder) => folder !== ''))].join(':');
}

/** Runs `env` in an interactive login shell, between two marks: start-up files may print whatever they like. */
function askShell(shell: string, env: NodeJS.ProcessEnv, clock: Clock): Promise<string | undefined> {
  const marker = randomBytes(16).toString('hex');
  return new Promise((resolve) => {
    const child = spawn(shell, ['-i', '-l', '-c', `echo ${marker}; env; echo ${marker}`], {
      // Its own session: an interactive shell must not touch our terminal.
      detached: true,
      env: childEnvironment({ hostEnv: env, declared: {}, path: undefined, marker }).env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const identity = child.pid === undefined ? undefined : identityOfNewChild(child.pid);
    let text = '';
    const finish = (path: string | undefined) => {
      timer.cancel();
      child.stdout.destroy();
      new ProcessTree({ process: identity, marker, held: true }).signal('SIGKILL');
      resolve(path);
    };
    const timer = clock.setTimeout(() => finish(undefined), TIMEOUT_MS);
    child.once('error', () => finish(undefined));
    child.once('exit', () => finish(pathBetween(text, marker)));
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      if (text.length < MAX_OUTPUT_BYTES) text += chunk;
      // Start-up files may leave something running that keeps the pipe open: do not wait for its end.
      const path = pathBetween(text, marker);
      if (path !== undefined) finish(path);
    });
  });
}

function pathBetween(text: string, marker: string): string | undefined {
  const [, between] = text.split(new RegExp(`^${marker}$`, 'm'));
  // Three parts: before, between, after. Two: `env` has not finished.
  if (between === undefined || text.split(marker).length < 4) return undefined;
  return /^PATH=(.+)$/m.exec(between)?.[1];
}
