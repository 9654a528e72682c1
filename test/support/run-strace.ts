// Runs a script of test/support in a child Node under strace (Debian package `strace`).
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Runs `script` under strace with `options` and gives the lines of the trace and how the child ended. */
export function runStraced(
  options: string[],
  log: string,
  script: string,
  args: string[],
): { trace: string[]; ended: string; output: string } {
  const child = spawnSync(
    'strace',
    [
      '-f',
      '-qq',
      '-y',
      '-o',
      log,
      ...options,
      process.execPath,
      '--no-warnings',
      join(import.meta.dirname, script),
      ...args,
    ],
    // One thread for file work, so that a syscall has the same number in every run.
    {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], UV_THREADPOOL_SIZE: '1' },
      timeout: 60_000,
      killSignal: 'SIGKILL',
    },
  );
  if (child.error !== undefined)
    throw new Error('strace cannot be run: install the package `strace`', { cause: child.error });
  const trace = readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return { trace, ended: child.signal ?? String(child.status), output: child.stdout + child.stderr };
}
