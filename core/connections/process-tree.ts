// The whole tree of processes below one child: found and ended, descendants that left the session (setsid) included.
//
// A process belongs to the tree when it is the root itself, carries the tree's marker in its environment (Linux), has a
// parent in the tree, shares a session with a member, or was seen as a member before. Processes older than the root
// never belong. On Windows the system's own tool walks the tree.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { isAlive, type ProcessIdentity, type ProcessRow, readProcStat, readPs } from './process-identity.ts';

/** Environment variable that every child gets and its descendants inherit: a random id per child. */
export const MARKER_VARIABLE = 'PORTOLAN_CHILD';

export interface TreeRoot {
  /** Undefined when only the marker is known. */
  readonly process: ProcessIdentity | undefined;
  readonly marker: string;
  /**
   * True for the process that started the root and never lost sight of it. Otherwise, where markers can be read, the
   * marker alone decides.
   */
  readonly held: boolean;
}

export class ProcessTree {
  readonly #root: TreeRoot;
  readonly #platform: NodeJS.Platform;
  /** Members seen so far, pid → start time: a later look finds them even when their ancestors are gone. */
  readonly #seen = new Map<number, number>();
  #rootEnded = false;

  constructor(root: TreeRoot, platform: NodeJS.Platform = process.platform) {
    this.#root = root;
    this.#platform = platform;
  }

  /**
   * Process ids of the members that live now, and remembers them. A look at the process table: a few milliseconds.
   * @throws the system's error when the table cannot be read, for instance because too many files are open
   */
  alive(): number[] {
    if (this.#platform === 'win32') return this.#aliveOnWindows();
    const members = this.#members();
    for (const { pid, startedAt } of members) this.#seen.set(pid, startedAt);
    return members.map(({ pid }) => pid);
  }

  /** Sends the signal to every living member; gives their number. On Windows only SIGKILL is known. */
  signal(signal: 'SIGTERM' | 'SIGKILL'): number {
    const pids = this.alive();
    if (this.#platform === 'win32') {
      if (signal === 'SIGKILL') for (const pid of pids) taskkill(pid);
      return pids.length;
    }
    for (const pid of pids) {
      try {
        process.kill(pid, signal);
      } catch {
        // It ended meanwhile, or changed its user: the next look tells.
      }
    }
    return pids.length;
  }

  /** Tells that the root's end was seen: its pid means nothing any more. */
  rootEnded(): void {
    this.#rootEnded = true;
  }

  #aliveOnWindows(): number[] {
    const root = this.#root.process;
    if (root === undefined || this.#rootEnded) return [];
    return (this.#root.held ? exists(root.pid) : isAlive(root)) ? [root.pid] : [];
  }

  #members(): ProcessRow[] {
    const table = this.#platform === 'linux' ? procTable() : readPs(['-ax']);
    const self = table.find(({ pid }) => pid === process.pid);
    const since = this.#root.process?.startedAt ?? 0;
    const others = table.filter(
      (row) =>
        !row.dead && row.pid > 1 && row.pid !== process.pid && row.startedAt >= since && row.session !== self?.session,
    );
    const members = new Map(others.filter((row) => this.#isSeed(row, table)).map((row) => [row.pid, row]));
    for (let grown = members.size > 0; grown; ) {
      const sessions = new Set([...members.values()].map(({ session }) => session));
      const found = others.filter(
        ({ pid, ppid, session }) => !members.has(pid) && (members.has(ppid) || sessions.has(session)),
      );
      for (const row of found) members.set(row.pid, row);
      grown = found.length > 0;
    }
    return [...members.values()];
  }

  #isSeed(row: ProcessRow, table: readonly ProcessRow[]): boolean {
    const { process: root, marker, held } = this.#root;
    if (this.#seen.get(row.pid) === row.startedAt) return true;
    if (this.#platform === 'linux' && carriesMarker(row.pid, marker)) return true;
    if (root === undefined) return false;
    const isRoot = row.pid === root.pid && row.startedAt === root.startedAt;
    if (!held) return isRoot && this.#platform !== 'linux' && row.session === row.pid;
    if (isRoot) return true;
    // A session outlives its leader, and its id is not given out again while it has members; so unless the leader's
    // pid has a new owner, this is a descendant of the root.
    return (
      row.session === root.pid && !table.some(({ pid, startedAt }) => pid === root.pid && startedAt !== root.startedAt)
    );
  }
}

/** Does the process have `PORTOLAN_CHILD=marker` in the environment it was started with? False when it cannot be read. */
function carriesMarker(pid: number, marker: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`).includes(`${MARKER_VARIABLE}=${marker}`);
  } catch {
    return false;
  }
}

function procTable(): ProcessRow[] {
  return readdirSync('/proc').flatMap((name) => {
    const row = /^\d+$/.test(name) ? readProcStat(Number(name)) : undefined;
    return row === undefined ? [] : [row];
  });
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function taskkill(pid: number): void {
  try {
    execFileSync('taskkill', ['/PID', String(pid), '/T', '/F'], { stdio: 'ignore', timeout: 5_000, windowsHide: true });
  } catch {
    // It ended meanwhile: the next look tells.
  }
}
