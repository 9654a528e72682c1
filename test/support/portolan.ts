// A private Portolan for one test: its own data directory, the built command line, and the end of its host afterwards.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { until } from './until.ts';

export const ROOT = join(import.meta.dirname, '..', '..');
export const CLI = join(ROOT, 'dist', 'cli', 'main.js');

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class Portolan {
  readonly home = realpathSync(mkdtempSync(join(tmpdir(), 'portolan-e2e-')));
  readonly env: Record<string, string>;

  constructor(env: Readonly<Record<string, string>> = {}) {
    const { NODE_OPTIONS: _options, ...inherited } = process.env;
    this.env = { ...(inherited as Record<string, string>), PORTOLAN_HOME: this.home, ...env };
    onTestFinished(async () => {
      await this.stop();
      rmSync(this.home, { recursive: true, force: true, maxRetries: 5 });
    });
  }

  /** Runs one command to its end. */
  run(args: readonly string[], input = ''): Promise<Finished> {
    return this.runCli(CLI, args, input);
  }

  /** The same with another copy of the command line. */
  runCli(cli: string, args: readonly string[], input = ''): Promise<Finished> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [cli, ...args], { env: this.env, cwd: this.home });
      let stdout = '';
      let stderr = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, stdout, stderr }));
      child.stdin.end(input);
    });
  }

  /** Runs one command with `--json`, which must succeed, and gives its document. */
  async json<T>(...args: readonly string[]): Promise<T> {
    const separator = args.indexOf('--');
    const at = separator < 0 ? args.length : separator;
    const { code, stdout, stderr } = await this.run([...args.slice(0, at), '--json', ...args.slice(at)]);
    if (code !== 0) throw new Error(`portolan ${args.join(' ')} ended with ${code}: ${stdout}${stderr}`);
    return JSON.parse(stdout) as T;
  }

  /** What an AI client would start for a server (`NAME`) or profile (`--profile NAME`) of this installation. */
  connect(...words: string[]): { command: string; args: string[]; env: Record<string, string> } {
    return { command: process.execPath, args: [CLI, 'connect', ...words], env: this.env };
  }

  /** Process id of the running host, by its descriptor. */
  hostPid(): number | undefined {
    const file = join(this.home, 'run', 'host.json');
    if (!existsSync(file)) return undefined;
    try {
      return (JSON.parse(readFileSync(file, 'utf8')) as { pid: number }).pid;
    } catch {
      return undefined;
    }
  }

  /** Ends the host, if one runs, and waits until it is gone. */
  async stop(): Promise<void> {
    const pid = this.hostPid();
    await this.run(['host', 'stop']);
    if (pid !== undefined) await until(() => !isAlive(pid), `host ${pid} is gone`);
  }
}

/** True while a process of that id runs; a zombie counts as dead. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
