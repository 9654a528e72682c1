// Which programs run on this machine, by the names of their executables. It only looks.
import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { posix, win32 } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The names of all running programs (exact case, without `.exe`); empty when that cannot be told. */
export async function runningPrograms(platform: NodeJS.Platform): Promise<ReadonlySet<string>> {
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
