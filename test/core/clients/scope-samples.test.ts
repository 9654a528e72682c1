// Samples of every kind of file that some clients have, read as a file of its scope; expectations are written by hand
// from what is known of the clients.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ClientEnv } from '../../../core/clients/client-format.ts';
import { clientFormat } from '../../../core/clients/client-formats.ts';
import { importResultSchema } from '../../../shared/model/import-result.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'fixtures', 'scope-samples');
const ENV: ClientEnv = { env: {}, platform: 'linux', homeDir: '/home/dana', projectDir: '/src/app' };
/** The clients that these samples cover in all their scopes. */
const COVERED = ['codex', 'crush', 'gemini-cli', 'kilo-code', 'opencode', 'qwen-code', 'zed'];

interface Expected {
  readonly sample: string;
  readonly client: string;
  readonly file: string;
  readonly scope: string;
  readonly warnings: readonly object[];
}

const expectations = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.expected.json'))
  .map((name) => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Expected);

describe('samples of every scope', () => {
  it.each(expectations)('$sample reads as its expected result says', ({ sample: _sample, ...expected }) => {
    const format = clientFormat(expected.client);
    const file = format.files(ENV).find(({ scope }) => scope === expected.scope);
    expect(file).toBeDefined();
    const { result } = format.parse(readFileSync(join(FOLDER, expected.file)), {
      scope: expected.scope,
      file: expected.file,
      ...(file?.readOnly === undefined ? {} : { readOnly: file.readOnly }),
      ...(file?.place === undefined ? {} : { place: file.place }),
      ...(file === undefined ? {} : { format: file.format }),
    });
    const { column: _column, message: _message, ...error } = result.error ?? { code: '' };
    const plain: unknown = JSON.parse(
      JSON.stringify({ ...result, warnings: sorted(result.warnings), error: result.error === null ? null : error }),
    );
    const { notes: _notes, ...wanted } = expected as Expected & { notes?: string };
    expect(plain).toEqual({ ...wanted, warnings: sorted(expected.warnings) });
    expect(importResultSchema.safeParse(result).success).toBe(true);
  });

  it.each(COVERED)('every scope of %s has a sample', (client) => {
    const scopes = new Set(
      clientFormat(client)
        .files(ENV)
        .map(({ scope }) => scope),
    );
    const sampled = new Set(expectations.filter((expected) => expected.client === client).map(({ scope }) => scope));
    expect([...scopes].filter((scope) => !sampled.has(scope))).toEqual([]);
  });
});

function sorted(warnings: readonly object[]): string[] {
  return warnings.map((warning) => JSON.stringify(warning, ['code', 'path', 'server'])).toSorted();
}
