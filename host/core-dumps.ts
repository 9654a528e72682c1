// No memory image of a process that holds tokens is ever written: the host runs with a core file size of zero. The soft
// limit alone is set, so that a server that a person debugs may raise it again for itself.
import { execFile } from 'node:child_process';

interface CommandLine {
  readonly command: string;
  readonly args: string[];
}

/** `line` started so that it leaves no core file when it crashes. The process keeps its id: the shell replaces itself. */
export function withoutCoreDump(line: CommandLine): CommandLine {
  if (process.platform === 'win32') return line;
  return {
    command: '/bin/sh',
    args: ['-c', 'ulimit -S -c 0 2>/dev/null; exec "$0" "$@"', line.command, ...line.args],
  };
}

/** The same for this very process, where the system has a program for it (util-linux); a host in the foreground. */
export async function forbidCoreDump(): Promise<void> {
  if (process.platform !== 'linux') return;
  await new Promise<void>((resolve) => {
    execFile('prlimit', ['--pid', String(process.pid), '--core=0:'], () => resolve());
  });
}
