// Who a process is: its id alone may be reused, its id with its start time is not. Read from the system, never cached.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { errnoOf } from '../base/errno.ts';

/** A process beyond doubt. `startedAt`: clock ticks since boot on Linux, epoch milliseconds elsewhere. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startedAt: number;
}

/** One line of the process table. */
export interface ProcessRow extends ProcessIdentity {
  readonly ppid: number;
  /** Session id on Linux, process group id elsewhere: what a detached child and its descendants share. */
  readonly session: number;
  /** True for a zombie: it runs nothing and only waits for its parent to ask. */
  readonly dead: boolean;
}

/**
 * The row of `/proc/<pid>/stat` (proc_pid_stat(5): fields 3, 4, 6 and 22), or undefined when there is no such process.
 * @throws the system's error when it cannot be read for another reason: that must not look like an end.
 */
export function readProcStat(pid: number): ProcessRow | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ESRCH') return undefined;
    throw error;
  }
  // The program's name stands in parentheses and may itself hold spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const state = fields[0] ?? '';
  return {
    pid,
    ppid: Number(fields[1]),
    session: Number(fields[3]),
    startedAt: Number(fields[19]),
    dead: state === 'Z' || state === 'X' || state === 'x',
  };
}

const PS_COLUMNS = ['-o', 'pid=,ppid=,pgid=,stat=,lstart='] as const;

/** Rows of `ps`, for systems without /proc. Start times have a resolution of one second. */
export function readPs(selection: readonly string[]): ProcessRow[] {
  let text: string;
  try {
    text = execFileSync('ps', [...selection, ...PS_COLUMNS], {
      encoding: 'utf8',
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC0' },
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 5_000,
      maxBuffer: 16 * 1024 * 1024,
    });
  } catch {
    return [];
  }
  return text.split('\n').flatMap(parsePsLine);
}

/**
 * The identity of a child that was started this very moment and is not waited for yet, so that its pid is its own.
 * @throws the system's error when it cannot be read
 */
export function identityOfNewChild(pid: number): ProcessIdentity | undefined {
  if (process.platform === 'win32') return { pid, startedAt: Date.now() };
  const startedAt = rowOf(pid)?.startedAt;
  return startedAt === undefined ? undefined : { pid, startedAt };
}

let own: ProcessIdentity | undefined;

/** This process. */
export function ownIdentity(): ProcessIdentity {
  own ??=
    process.platform === 'win32'
      ? { pid: process.pid, startedAt: Date.now() - process.uptime() * 1_000 }
      : { pid: process.pid, startedAt: rowOf(process.pid)?.startedAt ?? 0 };
  return own;
}

/** Does exactly this process still live? On Windows start times are compared to two seconds and asking takes 300 ms. */
export function isAlive({ pid, startedAt }: ProcessIdentity): boolean {
  if (process.platform === 'win32') return Math.abs((windowsStartTime(pid) ?? 0) - startedAt) < 2_000;
  const row = rowOf(pid);
  return row !== undefined && !row.dead && row.startedAt === startedAt;
}

function rowOf(pid: number): ProcessRow | undefined {
  return process.platform === 'linux' ? readProcStat(pid) : readPs(['-p', String(pid)])[0];
}

function parsePsLine(line: string): ProcessRow[] {
  const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S.*)$/.exec(line);
  if (match === null) return [];
  const [, pid, ppid, group, state = '', started = ''] = match;
  return [
    {
      pid: Number(pid),
      ppid: Number(ppid),
      session: Number(group),
      startedAt: Date.parse(`${started.trim()} UTC`),
      dead: state.startsWith('Z'),
    },
  ];
}

function windowsStartTime(pid: number): number | undefined {
  const query = `[DateTimeOffset]::new((Get-Process -Id ${pid}).StartTime).ToUnixTimeMilliseconds()`;
  try {
    const text = execFileSync('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', query], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 5_000,
      windowsHide: true,
    });
    return /^\d+\s*$/.test(text) ? Number(text) : undefined;
  } catch {
    return undefined;
  }
}
