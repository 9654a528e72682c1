// Starts one server's process and ends its whole tree. It knows nothing of messages: see stdio-upstream.ts.
//
// No shell, no window, own session, an environment allow-list; recorded on disk before it exists (leftovers.ts). When
// the host is killed, the child's input ends, and what ignores that is ended by the next host.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';
import { PortolanError } from '../../shared/errors.ts';
import type { StdioEndpoint } from '../../shared/model/server-entry.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { openErrorPipe } from './error-pipe.ts';
import { checkExecutableFormat } from './executable-format.ts';
import { type ChildRecord, childrenDir, endTree, recordChild } from './leftovers.ts';
import { identityOfNewChild, type ProcessIdentity } from './process-identity.ts';
import { ProcessTree } from './process-tree.ts';
import { spawnError } from './spawn-error.ts';
import { planStart, type StartPlan } from './start-plan.ts';

export interface ExitInfo {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface StdioProcess {
  readonly pid: number;
  /** The program that runs, absolute. */
  readonly file: string;
  readonly loaderVariables: readonly string[];
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Tells only its end: what it reads goes to `onErrorOutput`. */
  readonly stderr: Readable;
  /** Resolves when the process itself has ended, even if others still hold its pipes. Never rejects. */
  readonly exited: Promise<ExitInfo>;
  /**
   * Ends the tree: end of input at once, SIGTERM after 1 s, SIGKILL after 3 s. Resolves when no descendant lives.
   * Idempotent; begins by itself when the process exits.
   */
  stop(): Promise<void>;
}

const TERM_AFTER_MS = 1_000;
const KILL_AFTER_MS = 3_000;
/** A process that SIGKILL does not end hangs in the kernel; the next host tries again. */
const GIVE_UP_AFTER_MS = 10_000;

export interface StdioProcessOptions {
  readonly runDir: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly hostEnv?: NodeJS.ProcessEnv;
  /** PATH instead of the host's. */
  readonly path?: string | undefined;
  /** Gets what the process writes on stderr; the bytes are to be used or copied before it returns. */
  readonly onErrorOutput: (bytes: Buffer) => void;
  /** The last word before anything runs; what it throws is why nothing does. */
  readonly approve?: ((plan: StartPlan) => Promise<void>) | undefined;
}

/**
 * Starts the endpoint's program; resolves once it runs.
 * @throws PortolanError SPAWN_NOT_FOUND, SPAWN_NOT_EXECUTABLE, SPAWN_WRONG_FORMAT, SPAWN_BAD_CWD, SPAWN_NO_RESOURCES,
 *   and what `approve` throws
 */
export async function startStdioProcess(endpoint: StdioEndpoint, options: StdioProcessOptions): Promise<StdioProcess> {
  const { runDir, clock, logger, hostEnv = process.env } = options;
  const marker = randomBytes(16).toString('hex');
  const plan = planStart(endpoint, { hostEnv, path: options.path, marker });
  const { file, cwd, env, loaderVariables } = plan;
  const interpreter = checkExecutableFormat(file);
  await options.approve?.(plan);
  const record = beginRecord(runDir, marker, file);
  const errorPipe = await openErrorPipe(childrenDir(runDir));
  let child: ChildProcess;
  try {
    child = spawn(file, endpoint.args, {
      cwd,
      env,
      // A session and process group of its own. On Windows `detached` would open a console window.
      detached: process.platform !== 'win32',
      windowsHide: true,
      stdio: ['pipe', 'pipe', errorPipe.childEnd],
    });
    await spawned(child);
  } catch (error) {
    errorPipe.discard();
    record.remove();
    throw spawnError(error, file, interpreter);
  }
  const stderr = errorPipe.read(child, options.onErrorOutput);
  return superviseChild(child, { stderr, file, loaderVariables, marker, record, clock, logger });
}

/**
 * The program that would run, and its interpreter when it is a script. It starts nothing.
 * @throws PortolanError SPAWN_BAD_CWD, SPAWN_NOT_FOUND, SPAWN_NOT_EXECUTABLE, SPAWN_WRONG_FORMAT
 */
export function locateProgram(
  endpoint: StdioEndpoint,
  options: Pick<StdioProcessOptions, 'path' | 'hostEnv'>,
): { readonly file: string; readonly interpreter: string | undefined } {
  const { path, hostEnv = process.env } = options;
  const { file } = planStart(endpoint, { hostEnv, path, marker: '' });
  return { file, interpreter: checkExecutableFormat(file) };
}

function beginRecord(runDir: string, marker: string, file: string): ChildRecord {
  try {
    return recordChild(runDir, marker);
  } catch (error) {
    throw spawnError(error, file, undefined);
  }
}

function spawned(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
}

interface Supervision {
  readonly stderr: Readable;
  readonly file: string;
  readonly loaderVariables: readonly string[];
  readonly marker: string;
  readonly record: ChildRecord;
  readonly clock: Clock;
  readonly logger: Logger;
}

function superviseChild(child: ChildProcess, supervision: Supervision): StdioProcess {
  const { stderr, file, loaderVariables, marker, record, clock, logger } = supervision;
  const { pid, stdin, stdout } = child;
  if (pid === undefined || stdin === null || stdout === null) {
    throw new PortolanError('INTERNAL', `${file} was started without its pipes.`);
  }
  const root = identify(child, pid, file);
  const tree = new ProcessTree({ process: root, marker, held: true });
  const exited = new Promise<ExitInfo>((resolve) => {
    child.once('exit', (code, signal) => {
      tree.rootEnded();
      resolve({ code, signal });
    });
  });
  // Errors after the start concern signals that we never send this way.
  child.on('error', (error) => logger.warn('a child reported an error', { pid, error }));
  if (root !== undefined) noteStart(record, root, logger);

  const end = async () => {
    // A first look while all ancestors live: later ones find also what was orphaned meanwhile.
    look(tree);
    stdin.end();
    const limits = { termMs: TERM_AFTER_MS, killMs: KILL_AFTER_MS, giveUpMs: GIVE_UP_AFTER_MS };
    const gone = await endTree(tree, clock, limits);
    if (gone) record.remove();
    else logger.error('processes of a server could not be ended', { pid, left: look(tree) });
  };
  let ending: Promise<void> | undefined;
  const stop = () => {
    ending ??= end();
    return ending;
  };
  void exited.then(stop);
  return { pid, file, loaderVariables, stdin, stdout, stderr, exited, stop };
}

/** Without its identity a child could not be ended later: then it ends now. */
function identify(child: ChildProcess, pid: number, file: string): ProcessIdentity | undefined {
  try {
    return identityOfNewChild(pid);
  } catch (error) {
    child.kill('SIGKILL');
    throw spawnError(error, file, undefined);
  }
}

function look(tree: ProcessTree): readonly number[] {
  try {
    return tree.alive();
  } catch {
    return [];
  }
}

function noteStart(record: ChildRecord, root: ProcessIdentity, logger: Logger): void {
  try {
    record.started(root);
  } catch (error) {
    // The marker file exists and finds the child by its environment.
    logger.warn('the record of a child could not be completed', { pid: root.pid, error });
  }
}
