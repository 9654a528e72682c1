// Runs the official conformance suite as a child process and reads what it checked. Knows nothing of Portolan.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClientScenario, type Revision, SUITE } from './scenarios.ts';

export interface Check {
  readonly id: string;
  readonly status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'INFO' | 'SKIPPED';
  readonly errorMessage?: string;
}

/** What one scenario came to. */
export interface Outcome {
  readonly name: string;
  readonly checks: readonly Check[];
  /** Why it does not count as passed; empty when it does. */
  readonly problems: readonly string[];
}

export const NOTHING_CHECKED = 'nothing was checked';
/** Milliseconds after which the suite gives one scenario up. */
const SCENARIO_MS = 30_000;

/** Runs one client scenario with `command` as the client. */
export async function runClientScenario({ name, revision }: ClientScenario, command: string): Promise<Outcome> {
  // Also what no revision, or none any more, requires.
  const args = ['client', '--command', command, '--scenario', name, '--spec-version', revision, '--force'];
  const { code, output, results } = await runSuite([...args, '--timeout', String(SCENARIO_MS)]);
  const checks = [...results.values()][0] ?? [];
  const problems = judge(checks);
  // The suite ends with an error of its own after a failed check; the client's end counts when it threw, or nothing else failed.
  const thrown = /^\w*Error: .+$/m.exec(output)?.[0];
  if (code !== 0 && (thrown !== undefined || problems.length === 0)) problems.unshift(thrown ?? tail(output));
  return { name, checks, problems };
}

/** Runs all that `revision` requires of a server against the one at `url`; outcomes by scenario. */
export async function runServer(url: string, revision: Revision): Promise<Map<string, Outcome>> {
  const { output, results } = await runSuite(['server', '--url', url, '--requirements', revision]);
  if (results.size === 0) throw new Error(`the suite left no results: ${tail(output)}`);
  return new Map([...results].map(([name, checks]) => [name, { name, checks, problems: judge(checks) }]));
}

/** Runs one server scenario that no revision requires against the server at `url`. */
export async function runServerScenario(url: string, name: string, revision: Revision): Promise<Outcome> {
  const { results } = await runSuite([
    'server',
    '--url',
    url,
    '--scenario',
    name,
    '--spec-version',
    revision,
    '--force',
  ]);
  const checks = [...results.values()][0] ?? [];
  return { name, checks, problems: judge(checks) };
}

/** What speaks against having passed. A scenario that checked nothing but the wire format has not passed. */
function judge(checks: readonly Check[]): string[] {
  if (!checks.some(({ id, status }) => status === 'SUCCESS' && id !== 'wire-schema-valid')) return [NOTHING_CHECKED];
  return checks
    .filter(({ status }) => status === 'FAILURE' || status === 'WARNING')
    .map(({ id, status, errorMessage }) => `${id} ${status}${errorMessage === undefined ? '' : `: ${errorMessage}`}`);
}

async function runSuite(
  args: readonly string[],
): Promise<{ code: number; output: string; results: Map<string, Check[]> }> {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-suite-'));
  try {
    const { code, output } = await new Promise<{ code: number; output: string }>((resolve) => {
      const command = [join(SUITE, 'dist', 'index.js'), ...args, '-o', folder];
      execFile(process.execPath, command, { maxBuffer: 64 * 2 ** 20 }, (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code ?? 1) : 0, output: `${stdout}${stderr}` }),
      );
    });
    return { code, output, results: readResults(folder) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The suite leaves `[server-]SCENARIO-TIME/checks.json`; a scenario's name may hold a slash. */
function readResults(folder: string): Map<string, Check[]> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('checks.json'),
  );
  return new Map(
    files.map((file) => [
      file.replace(/^server-/, '').replace(/-\d{4}-\d\d-\d\dT[^/\\]*[/\\]checks\.json$/, ''),
      JSON.parse(readFileSync(join(folder, file), 'utf8')) as Check[],
    ]),
  );
}

function tail(output: string): string {
  return output.trim().split('\n').slice(-5).join(' | ');
}
