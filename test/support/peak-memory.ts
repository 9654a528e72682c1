// Runs a piece of code in a process of its own and tells the most memory it held beyond what it began with.
import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

export interface Peak {
  /** Resident memory above the start, in bytes, at its highest. */
  readonly growth: number;
  /** What the code put into `result`. */
  readonly result: unknown;
}

/**
 * `code` is the body of an async function. It finds `load(path)` (a dynamic import from the repository's root), calls `begin()`
 * when everything is loaded, and sets `result`.
 */
export async function peakMemory(code: string): Promise<Peak> {
  const root = pathToFileURL(`${process.cwd()}/`).href;
  const script = `
    const load = (path) => import(new URL(path, ${JSON.stringify(root)}).href);
    let result;
    let before = 0;
    const begin = () => { before = process.memoryUsage.rss(); };
    await (async () => { ${code} })();
    const peak = process.resourceUsage().maxRSS * 1024;
    process.stdout.write(JSON.stringify({ growth: peak - before, result }));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    timeout: 60_000,
  });
  return JSON.parse(stdout) as Peak;
}
