// The system's process table with memory and age, and the trees below our own children. A look costs a few milliseconds
// on Linux and a program's start elsewhere: it is taken when a person looks, never on the way of a call.
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

export interface ProcessFacts {
  readonly pid: number;
  readonly ppid: number;
  /** Session id on Linux, process group id on macOS, 0 on Windows: what a detached child and its descendants share. */
  readonly session: number;
  /** The program's name, without arguments. */
  readonly command: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly rssBytes: number;
}

/** Ticks a second in `/proc/<pid>/stat`: USER_HZ, the same on every Linux architecture that Node supports. */
const TICKS = 100;
const CIM =
  'Get-CimInstance Win32_Process | Select-Object ProcessId,ParentProcessId,Name,WorkingSetSize,' +
  "@{n='Started';e={if($_.CreationDate){([DateTimeOffset]$_.CreationDate).ToUnixTimeMilliseconds()}}} | ConvertTo-Json -Compress";

const run = promisify(execFile);

/** All processes that can be seen; those that end meanwhile are left out. Empty when the system's tool cannot be run. */
export async function listProcesses(platform: NodeJS.Platform = process.platform): Promise<ProcessFacts[]> {
  const options = { encoding: 'utf8', timeout: 5_000, maxBuffer: 16 * 1024 * 1024, windowsHide: true } as const;
  try {
    if (platform === 'linux') return await readProc();
    if (platform === 'win32') {
      const { stdout } = await run('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', CIM], options);
      return parseCim(stdout);
    }
    const { stdout } = await run('ps', ['-axo', 'pid=,ppid=,pgid=,rss=,lstart=,comm='], {
      ...options,
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC0' },
    });
    return parsePs(stdout);
  } catch {
    return [];
  }
}

/** The root with this pid and everything below it, parents before children. Empty when the root does not run. */
export function treeOf(root: number, all: readonly ProcessFacts[]): ProcessFacts[] {
  const found = all.filter(({ pid }) => pid === root);
  const since = found[0]?.startedAt ?? 0;
  const rest = new Set(all.filter(({ pid, startedAt }) => pid !== root && startedAt >= since));
  // A descendant whose parent has ended is known by the session that it shares with the root.
  for (let at = 0; at < found.length; at += 1) {
    const parent = found[at]?.pid;
    for (const one of rest) {
      if (one.ppid !== parent && (parent !== root || one.session !== root)) continue;
      rest.delete(one);
      found.push(one);
    }
  }
  return found;
}

async function readProc(): Promise<ProcessFacts[]> {
  const bootedAt = Number(/^btime (\d+)$/m.exec(await readFile('/proc/stat', 'latin1'))?.[1] ?? 0) * 1_000;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const rows = await Promise.all(pids.map((pid) => readOne(Number(pid), bootedAt)));
  return rows.filter((row) => row !== undefined);
}

/** proc_pid_stat(5), fields 2, 3, 4, 6 and 22; proc_pid_status(5), VmRSS. Zombies are left out. */
async function readOne(pid: number, bootedAt: number): Promise<ProcessFacts | undefined> {
  const texts = await Promise.all(
    ['stat', 'status'].map((name) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => undefined)),
  );
  const [stat, status] = texts;
  if (stat === undefined || status === undefined) return undefined;
  // The program's name stands in parentheses and may itself hold spaces and parentheses.
  const end = stat.lastIndexOf(')');
  const fields = stat.slice(end + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return {
    pid,
    ppid: Number(fields[1]),
    session: Number(fields[3]),
    command: stat.slice(stat.indexOf('(') + 1, end),
    startedAt: bootedAt + (Number(fields[19]) * 1_000) / TICKS,
    rssBytes: Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1_024,
  };
}

/** Lines of `ps -axo pid=,ppid=,pgid=,rss=,lstart=,comm=`; times in UTC, memory in KiB. */
export function parsePs(text: string): ProcessFacts[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\w{3}\s+\w{3}\s+\d+\s+[\d:]{8}\s+\d{4})\s+(\S.*?)\s*$/.exec(
      line,
    );
    if (match === null) return [];
    const [, pid, ppid, group, rss, started = '', path = ''] = match;
    return [
      {
        pid: Number(pid),
        ppid: Number(ppid),
        session: Number(group),
        command: path.slice(path.lastIndexOf('/') + 1),
        startedAt: Date.parse(`${started} UTC`),
        rssBytes: Number(rss) * 1_024,
      },
    ];
  });
}

/** What `ConvertTo-Json` makes of the processes: a list, or one object. */
export function parseCim(text: string): ProcessFacts[] {
  const value: unknown = JSON.parse(text);
  return (Array.isArray(value) ? value : [value]).map((item: Record<string, unknown>) => ({
    pid: Number(item['ProcessId']),
    ppid: Number(item['ParentProcessId']),
    session: 0,
    command: typeof item['Name'] === 'string' ? item['Name'] : '',
    startedAt: Number(item['Started'] ?? 0),
    rssBytes: Number(item['WorkingSetSize']),
  }));
}
