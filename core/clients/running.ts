// Whether a program runs on this machine, by the name of its executable. It only looks.
import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { posix, win32 } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The look around that is under way: whoever asks meanwhile gets its answer. */
let look: Promise<ReadonlySet<string>> | undefined;

/** True when a process with one of `names` (exact case, without `.exe`) is running; false when that cannot be told. */
export async function isProgramRunning(names: readonly string[], platform: NodeJS.Platform): Promise<boolean> {
  if (names.length === 0) return false;
  look ??= runningPrograms(platform).finally(() => (look = undefined));
  const running = await look;
  return names.some((name) => running.has(name));
}

async function runningPrograms(platform: NodeJS.Platform): Promise<ReadonlySet<string>> {
  return new Set(await programNames(platform).catch(() => []));
}

async function programNames(platform: NodeJS.Platform): Promise<string[]> {
  switch (platform) {
    case 'linux':
      return linuxNames();
    case 'win32': {
      const tasklist = win32.join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'tasklist.exe');
      const { stdout } = await run(tasklist, ['/fo', 'csv', '/nh'], { windowsHide: true });
      return stdout.split(/\r?\n/).map((line) => (/^"([^"]*)"/.exec(line)?.[1] ?? '').replace(/\.exe$/i, ''));
    }
    default: {
      const { stdout } = await run('/bin/ps', ['-axo', 'comm=']);
      return stdout.split('\n').map((line) => posix.basename(line.trim()));
    }
  }
}

async function linuxNames(): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const names = await Promise.all(
    pids.map(async (pid) => {
      const executable = await readlink(`/proc/${pid}/exe`).catch(() => '');
      const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
      return [posix.basename(executable), name.trim()];
    }),
  );
  return names.flat().filter((name) => name !== '');
}
