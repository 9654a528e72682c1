// `portolan import --from CLIENT --file PATH --dry-run --json` prints exactly what stands beside each sample, and a scan of
// a client finds its files in every scope.
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { ImportPlan } from '../../../shared/model/import-result.ts';
import { Portolan } from '../../support/portolan.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { type ExpectedSample, expectedOf, OWN_SAMPLES, SAMPLE_FOLDER, SAMPLES } from '../../support/client-samples.ts';

type Result = ReturnType<typeof expectedOf>['result'];

test.each(SAMPLES)('%s', async (name) => {
  const { result: expected } = expectedOf(name);
  const portolan = new Portolan();
  const file = join(SAMPLE_FOLDER, expected.file);
  const { code, stdout } = await portolan.run([
    'import',
    '--from',
    expected.client,
    '--file',
    file,
    '--dry-run',
    '--json',
  ]);
  expect(code).toBe(expected.error === null ? 0 : 1);
  expectResult(JSON.parse(stdout) as Result, expected, file);
});

test('the samples of our own are found at their places, each with all its scope says', async () => {
  const home = tempDir();
  const project = join(home, 'src', 'app');
  const portolan = new Portolan({ HOME: home, XDG_CONFIG_HOME: join(home, '.config') });
  const placed = OWN_SAMPLES.map((name) => expectedOf(name)).filter(({ sample }) => isOfThisMachine(sample));
  const clients = [...new Set(placed.map(({ sample }) => sample.client))];
  expect(clients.length).toBeGreaterThan(15);
  for (const client of clients) {
    const samples = placed.filter(({ sample }) => sample.client === client);
    const paths = samples.map(({ sample }) => pathOf(sample, home, project));
    for (const [index, path] of paths.entries()) {
      mkdirSync(dirname(path), { recursive: true });
      copyFileSync(join(SAMPLE_FOLDER, samples[index]?.sample.file ?? ''), path);
    }
    const { results } = await portolan.json<ImportPlan>('import', '--from', client, '--project', project, '--dry-run');
    for (const [index, { sample, result }] of samples.entries()) {
      const path = paths[index] ?? '';
      const servers = sample.at?.startsWith('<project>') === true ? inProject(result, project) : result.servers;
      const printed = results.find(({ file }) => file === path);
      // A file that a client no longer reads is of interest only with servers in it.
      if (servers.length === 0) expect(printed).toBeUndefined();
      else expectResult(printed as unknown as Result, { ...result, servers }, path);
    }
    for (const path of paths) rmSync(path);
  }
});

function isOfThisMachine({ at, platform }: ExpectedSample): boolean {
  return platform === undefined && (at?.startsWith('~') === true || at?.startsWith('<project>') === true);
}

function pathOf({ at = '' }: ExpectedSample, home: string, project: string): string {
  return at.replace(/^~/, home).replace(/^<project>/, project);
}

/** The servers of a project that was asked about are of that project. */
function inProject({ servers }: Result, projectPath: string): Result['servers'] {
  return servers.map((server) => ({ ...server, projectPath }));
}

function expectResult(printed: Result, expected: Result, file: string): void {
  const { line: _line, column: _column, message: _message, ...error } = { ...printed.error } as Record<string, unknown>;
  const servers = structuredClone(expected.servers) as Record<string, unknown>[];
  for (const [index, server] of servers.entries()) {
    for (const pointer of (server['secretCandidates'] ?? []) as string[]) {
      // Tokens of a sign-in are named and never printed.
      if (pointer.startsWith('/oauth/tokens/')) continue;
      // A field that only that client knows stands among the extras.
      const at = valueAt(server, pointer) === undefined ? `/extras${pointer}` : pointer;
      replace(server, at, String(valueAt(printed.servers[index] ?? {}, at)));
      expect(valueAt(server, at)).toMatch(/\$\{secret:[\w.-]+\}/);
    }
  }
  expect({ ...printed, error: printed.error === null ? null : error, warnings: sorted(printed.warnings) }).toEqual({
    ...expected,
    servers,
    file,
    warnings: sorted(expected.warnings),
  });
}

function keys(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function valueAt(root: unknown, pointer: string): unknown {
  return keys(pointer).reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], root);
}

function replace(root: Record<string, unknown>, pointer: string, value: string): void {
  const path = keys(pointer);
  const last = path.pop() ?? '';
  const parent = path.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], root) as Record<
    string,
    unknown
  >;
  parent[last] = value;
}

function sorted(warnings: readonly object[]): string[] {
  return warnings.map((warning) => JSON.stringify(warning, ['code', 'path', 'server'])).toSorted();
}
