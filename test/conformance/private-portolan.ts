// A Portolan of its own for one conformance run: a fresh data directory and the built command line.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface PrivatePortolan {
  readonly cli: string;
  readonly home: string;
  readonly env: Record<string, string>;
  /** Runs one command, which must succeed, and gives what it printed. */
  run(...args: readonly string[]): string;
  /** The same with `input` on its standard input. */
  feed(input: string, ...args: readonly string[]): string;
  /** Ends its host and removes its data. */
  readonly end: () => void;
}

/** `more`: further variables of its environment. */
export function privatePortolan(more: Readonly<Record<string, string>> = {}): PrivatePortolan {
  const cli = join(import.meta.dirname, '..', '..', 'dist', 'cli', 'main.js');
  const home = mkdtempSync(join(tmpdir(), 'portolan-conformance-'));
  const env = { ...(process.env as Record<string, string>), PORTOLAN_HOME: home, ...more };
  const feed = (input: string, ...args: readonly string[]) =>
    execFileSync(process.execPath, [cli, ...args], { env, encoding: 'utf8', input });
  const run = (...args: readonly string[]) => feed('', ...args);
  return {
    cli,
    home,
    env,
    run,
    feed,
    end: () => {
      try {
        endProxies(home);
        run('host', 'stop');
      } finally {
        rmSync(home, { recursive: true, force: true, maxRetries: 5 });
      }
    },
  };
}

/** A proxy whose client failed may live a moment longer, and would start the host again that is stopped next. */
function endProxies(home: string): void {
  if (process.platform !== 'linux') return;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const isOurs = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`PORTOLAN_HOME=${home}`);
      if (isOurs && readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes('connect'))
        process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It has ended meanwhile, or is somebody else's.
    }
  }
}
