// A command of Portolan that prints JSON lines while it runs, such as `portolan login`.
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { CLI, type Portolan } from './portolan.ts';

export class RunningCommand {
  readonly #child: ChildProcess;
  readonly #lines: Record<string, unknown>[] = [];
  #stderr = '';
  #stdout = '';
  readonly #news = new Set<() => void>();
  /** Resolves with the exit status. */
  readonly ended: Promise<number | null>;

  /** Starts it; it is killed with the test at the latest. */
  constructor(portolan: Portolan, args: readonly string[]) {
    this.#child = spawn(process.execPath, [CLI, ...args, '--json'], {
      env: portolan.env,
      cwd: portolan.home,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    onTestFinished(() => void this.#child.kill('SIGKILL'));
    const { stdout, stderr } = this.#child;
    if (stdout === null || stderr === null) throw new Error('the command has no output');
    stderr.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    createInterface({ input: stdout }).on('line', (line) => {
      this.#stdout += `${line}\n`;
      this.#lines.push(JSON.parse(line) as Record<string, unknown>);
      for (const tell of this.#news) tell();
    });
    const { promise, resolve } = Promise.withResolvers<number | null>();
    this.ended = promise;
    this.#child.on('close', (code) => {
      resolve(code);
      for (const tell of this.#news) tell();
    });
  }

  /** Everything that it printed. */
  get output(): string {
    return this.#stdout + this.#stderr;
  }

  /** The first line that `fits`, also when it has come before. Rejects when the command ends without one. */
  async line(fits: (line: Record<string, unknown>) => boolean): Promise<Record<string, unknown>> {
    for (;;) {
      const found = this.#lines.find(fits);
      if (found !== undefined) return found;
      if (this.#child.exitCode !== null) throw new Error(`it ended with ${this.#child.exitCode}: ${this.output}`);
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#news.add(resolve);
      await promise;
      this.#news.delete(resolve);
    }
  }
}
