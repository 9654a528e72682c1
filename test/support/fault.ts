// Runs the write driver under a fault: a failing system call, a full or read-only file system, a limit.
import { execFile } from 'node:child_process';
import { join } from 'node:path';

export const WRITE_DRIVER = [process.execPath, join(import.meta.dirname, 'write-driver.ts')] as const;

const isRoot = process.getuid?.() === 0;
/** A mount namespace of its own; someone who is not root becomes root in it. */
const IN_OWN_MOUNTS = isRoot ? ['unshare', '-m'] : ['unshare', '-rm'];
/** Root may write everywhere unless it gives up its capabilities. */
export const AS_ORDINARY_USER = isRoot ? ['setpriv', '--inh-caps=-all', '--bounding-set=-all'] : [];

/** What the command printed, trimmed; a command that was killed or failed gives what it printed until then. */
export async function run(command: readonly string[]): Promise<string> {
  const [program = '', ...args] = command;
  const env = { ...process.env, UV_THREADPOOL_SIZE: '1' };
  return new Promise((resolve, reject) => {
    execFile(program, args, { env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error !== null && 'code' in error && error.code === 'ENOENT') reject(error);
      else resolve((stdout.trim() || stderr.trim()).trim());
    });
  });
}

/** A shell script in a mount namespace of its own, where `$1` is the driver's Node, `$2` the driver and `$3` `dir`. */
export function runMounted(script: string, dir: string): Promise<string> {
  return run([...IN_OWN_MOUNTS, 'sh', '-c', script, 'sh', ...WRITE_DRIVER, dir]);
}
