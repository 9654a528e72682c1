// Every sample of another client's file gives exactly the result that stands beside it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clientFormat } from '../../../core/clients/client-formats.ts';
import { importResultSchema } from '../../../shared/model/import-result.ts';
import { SAMPLE_FOLDER as FOLDER, SAMPLES } from '../../support/client-samples.ts';

describe('client samples', () => {
  it.each(SAMPLES)('%s reads as its expected result says', (sample) => {
    const {
      sample: _sample,
      notes: _notes,
      ...expected
    } = JSON.parse(readFileSync(join(FOLDER, `${sample}.expected.json`), 'utf8')) as Record<string, unknown> & {
      client: string;
      file: string;
      scope: string;
      warnings: object[];
    };
    const bytes = readFileSync(join(FOLDER, expected.file));
    const { result } = clientFormat(expected.client).parse(bytes, { scope: expected.scope, file: expected.file });
    const { line, column, message, ...error } = result.error ?? { code: '' };
    const plain: unknown = JSON.parse(
      JSON.stringify({ ...result, warnings: sorted(result.warnings), error: result.error === null ? null : error }),
    );
    expect(plain).toEqual({ ...expected, warnings: sorted(expected.warnings) });
    expect(importResultSchema.safeParse(result).success).toBe(true);
    if (result.error !== null) expect([line, typeof column, message]).toEqual([1, 'number', 'it is not valid JSON']);
  });

  it('reading names such as __proto__ changes no prototype', () => {
    clientFormat('cursor').parse(readFileSync(join(FOLDER, 'cursor.duplicates.mcp.json')), { scope: 'user' });
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>)['command']).toBeUndefined();
  });
});

function sorted(warnings: readonly object[]): string[] {
  return warnings.map((warning) => JSON.stringify(warning, ['code', 'path', 'server'])).toSorted();
}
