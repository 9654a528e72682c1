// The built command line against the little parts of this process, with a browser that only notes what it was given.
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { socketPath } from '../../cli/socket-path.ts';
import { type LittleControl, littleControl } from './little-control.ts';
import { type Finished, ROOT } from './portolan.ts';
import { tempDir } from './temp-dir.ts';
import { until } from './until.ts';

const CLI = join(ROOT, 'dist', 'cli', 'main.js');

export interface LittleCli extends LittleControl {
  readonly run: (args: readonly string[], input?: string) => Promise<Finished>;
  /** Starts a command; `interrupt` presses Ctrl-C once stdout holds `text`. */
  readonly start: (args: readonly string[]) => {
    readonly finished: Promise<Finished>;
    readonly interrupt: (text: string) => Promise<void>;
  };
  /** Arguments of each start of the browser. */
  readonly opened: () => string[][];
}

export async function littleCli(options: { browser?: boolean } = {}): Promise<LittleCli> {
  const { browser = true } = options;
  const home = tempDir();
  chmodSync(home, 0o700);
  mkdirSync(join(home, 'run'), { mode: 0o700 });
  const notes = join(home, 'opened');
  const program = join(home, 'browser.mjs');
  writeFileSync(
    program,
    `#!${process.execPath}\nimport { appendFileSync } from 'node:fs';\nappendFileSync(${JSON.stringify(notes)}, JSON.stringify(process.argv.slice(2)) + '\\n');\n`,
    { mode: 0o700 },
  );
  const { NODE_OPTIONS: _options, ...inherited } = process.env;
  const env = { ...inherited, PORTOLAN_HOME: home, BROWSER: browser ? program : join(home, 'no-such-browser') };
  const control = await littleControl(socketPath(env));
  const [some] = control.parts.catalog.list();
  for (const { server } of control.parts.signIns.statuses)
    if (some !== undefined) await control.parts.catalog.add({ ...some, name: server });
  const start = (args: readonly string[], input = '') => {
    const child = spawn(process.execPath, [CLI, ...args], { env, cwd: home });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.stdin.end(input);
    const finished = new Promise<Finished>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, stdout, stderr }));
    });
    const interrupt = async (text: string): Promise<void> => {
      await until(() => stdout.includes(text), `it says ${text}`);
      child.kill('SIGINT');
    };
    return { finished, interrupt };
  };
  return {
    ...control,
    start,
    run: (args, input) => start(args, input).finished,
    opened: () =>
      existsSync(notes)
        ? readFileSync(notes, 'utf8')
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line) as string[])
        : [],
  };
}
