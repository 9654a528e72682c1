// `portolan import --from CLIENT --file PATH --dry-run --json` prints exactly what stands beside each sample.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Portolan } from '../../support/portolan.ts';
import { SAMPLE_FOLDER as FOLDER, SAMPLES } from '../../support/client-samples.ts';

interface Expected {
  client: string;
  file: string;
  scope: string;
  servers: Record<string, unknown>[];
  warnings: object[];
  error: object | null;
}

test.each(SAMPLES)('%s', async (sample) => {
  const text = readFileSync(join(FOLDER, `${sample}.expected.json`), 'utf8');
  const { sample: _sample, notes: _notes, ...expected } = JSON.parse(text) as Expected & Record<string, unknown>;
  const portolan = new Portolan();
  const file = join(FOLDER, expected.file);
  const { code, stdout } = await portolan.run(['import', '--from', expected.client, '--file', file, '--dry-run', '--json']);
  expect(code).toBe(expected.error === null ? 0 : 1);
  const printed = JSON.parse(stdout) as Expected & Record<string, unknown>;
  const { line: _line, column: _column, message: _message, ...error } = { ...printed.error } as Record<string, unknown>;
  for (const server of expected.servers)
    for (const pointer of (server['secretCandidates'] ?? []) as string[]) {
      const index = expected.servers.indexOf(server);
      // Tokens of a sign-in are named and never printed.
      if (pointer.startsWith('/oauth/tokens/')) continue;
      replace(server, pointer, String(valueAt(printed.servers[index] ?? {}, pointer)));
      expect(valueAt(server, pointer)).toMatch(/\$\{secret:[\w.-]+\}/);
    }
  expect({ ...printed, error: printed.error === null ? null : error, warnings: sorted(printed.warnings) }).toEqual({
    ...expected,
    file,
    warnings: sorted(expected.warnings),
  });
});

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
