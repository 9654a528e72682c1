// One small file per running child, so that the next host can end what a killed host left behind.
//
// `<runDir>/children/<marker>.json` is written before the process exists and removed when its whole tree is gone. The
// marker (128 random bits, in the child's environment too) proves a process ours; a pid alone proves nothing.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, delay, systemClock } from '../base/clock.ts';
import { errnoOf } from '../base/errno.ts';
import type { Logger } from '../base/logger.ts';
import { isAlive, ownIdentity, type ProcessIdentity } from './process-identity.ts';
import { ProcessTree } from './process-tree.ts';

/** What the file says: who wrote it, and the child once it runs. */
interface Leftover {
  readonly host: ProcessIdentity | undefined;
  readonly child: ProcessIdentity | undefined;
}

export interface ChildRecord {
  /** Adds the child's identity. */
  started(child: ProcessIdentity): void;
  /** The tree is gone: nothing is left over. */
  remove(): void;
}

/** What the name of a listening socket of error-pipe.ts ends with: it exists for a moment, beside the records. */
export const ERROR_PIPE_SUFFIX = '.err';

const REAP_LIMITS = { termMs: 0, killMs: 1_000, giveUpMs: 6_000 };

/**
 * Records a child that is about to be started.
 * @throws the system's error when the file cannot be written: then nothing must be started.
 */
export function recordChild(runDir: string, marker: string): ChildRecord {
  const dir = childrenDir(runDir);
  const path = join(dir, `${marker}.json`);
  const host = ownIdentity();
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  writeFileSync(path, JSON.stringify({ host }), { mode: 0o600 });
  return {
    started: (child) => {
      // Replaced whole: a host killed between two writes leaves one or the other.
      writeFileSync(`${path}.new`, JSON.stringify({ host, child }), { mode: 0o600 });
      renameSync(`${path}.new`, path);
    },
    remove: () => rmSync(path, { force: true }),
  };
}

/** Where the records are; exists once something was recorded. */
export function childrenDir(runDir: string): string {
  return join(runDir, 'children');
}

/**
 * Ends every tree that a dead host left in `runDir`: SIGTERM, a second later SIGKILL. A file whose host still lives
 * (it is draining) is left alone. Never ends a recycled pid: see ProcessTree.
 * @returns how many children had living processes
 */
export async function reapLeftovers(runDir: string, logger: Logger, clock: Clock = systemClock): Promise<number> {
  const dir = childrenDir(runDir);
  const reaped = await Promise.all(namesIn(dir).map((name) => reapOne(dir, name, logger, clock)));
  return reaped.filter(Boolean).length;
}

async function reapOne(dir: string, name: string, logger: Logger, clock: Clock): Promise<boolean> {
  const path = join(dir, name);
  const marker = /^([0-9a-f]{32})\.json$/.exec(name)?.[1];
  if (marker === undefined) {
    if (name.endsWith('.new') || name.endsWith(ERROR_PIPE_SUFFIX)) rmSync(path, { force: true });
    return false;
  }
  const { host, child } = readLeftover(path);
  if (host !== undefined && isAlive(host)) return false;
  const tree = new ProcessTree({ process: child, marker, held: false });
  const found = tree.alive();
  const gone = found.length === 0 || (await endTree(tree, clock, REAP_LIMITS));
  if (found.length > 0) logger.warn('ended processes that an earlier host left behind', { pids: found, gone });
  if (gone) rmSync(path, { force: true });
  return found.length > 0;
}

/**
 * Waits until no member of the tree lives: SIGTERM at `termMs`, SIGKILL at `killMs` and again until they are gone.
 * Looks more and more seldom (10 to 100 ms). False when members still live at `giveUpMs`.
 */
export async function endTree(
  tree: ProcessTree,
  clock: Clock,
  { termMs, killMs, giveUpMs }: { termMs: number; killMs: number; giveUpMs: number },
): Promise<boolean> {
  const began = clock.monotonic();
  let termed = false;
  for (let pause = 10; ; pause = Math.min(100, pause * 2)) {
    const elapsed = clock.monotonic() - began;
    const step: 'SIGTERM' | 'SIGKILL' | undefined =
      elapsed >= killMs ? 'SIGKILL' : elapsed >= termMs && !termed ? 'SIGTERM' : undefined;
    termed ||= step === 'SIGTERM';
    if (isGone(tree, step)) return true;
    if (elapsed >= giveUpMs) return false;
    await delay(clock, pause);
  }
}

function isGone(tree: ProcessTree, signal: 'SIGTERM' | 'SIGKILL' | undefined): boolean {
  try {
    return (signal === undefined ? tree.alive().length : tree.signal(signal)) === 0;
  } catch {
    // The process table could not be read just now (too many open files): nothing is known, so not gone.
    return false;
  }
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

function readLeftover(path: string): Leftover {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value !== 'object' || value === null) return { host: undefined, child: undefined };
    return {
      host: identityIn('host' in value ? value.host : undefined),
      child: identityIn('child' in value ? value.child : undefined),
    };
  } catch {
    // Half written by a host that was killed: the marker in the file's name still tells the processes.
    return { host: undefined, child: undefined };
  }
}

function identityIn(value: unknown): ProcessIdentity | undefined {
  if (typeof value !== 'object' || value === null || !('pid' in value) || !('startedAt' in value)) return undefined;
  const { pid, startedAt } = value;
  return Number.isSafeInteger(pid) && typeof pid === 'number' && pid > 1 && typeof startedAt === 'number'
    ? { pid, startedAt }
    : undefined;
}
