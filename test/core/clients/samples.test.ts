// Every sample of another client's file gives exactly the result that stands beside it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ClientEnv, ParseContext } from '../../../core/clients/client-format.ts';
import { clientFormat } from '../../../core/clients/client-formats.ts';
import { contextOf, placesAt } from '../../../core/clients/client-places.ts';
import { importResultSchema } from '../../../shared/model/import-result.ts';
import { type ExpectedSample, expectedOf, OWN_SAMPLES, SAMPLE_FOLDER, SAMPLES } from '../../support/client-samples.ts';

describe('client samples', () => {
  it.each([...SAMPLES, ...OWN_SAMPLES])('%s reads as its expected result says', (name) => {
    const { sample, result: expected } = expectedOf(name);
    const bytes = readFileSync(join(SAMPLE_FOLDER, expected.file));
    const context = { ...placeContext(sample), file: expected.file };
    const { result } = clientFormat(expected.client).parse(bytes, context);
    const { line, column, message, ...error } = result.error ?? { code: '' };
    const plain: unknown = JSON.parse(
      JSON.stringify({ ...result, warnings: sorted(result.warnings), error: result.error === null ? null : error }),
    );
    expect(plain).toEqual({ ...expected, warnings: sorted(expected.warnings) });
    expect(importResultSchema.safeParse(result).success).toBe(true);
    if (result.error !== null) expect([line, typeof column, message]).toEqual([1, 'number', 'it is not valid JSON']);
  });

  it('reading names such as __proto__ changes no prototype', () => {
    clientFormat('cursor').parse(readFileSync(join(SAMPLE_FOLDER, 'cursor.duplicates.mcp.json')), { scope: 'user' });
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>)['command']).toBeUndefined();
  });
});

/** What a format is told of a file at the place of the sample; its scope comes from the place, where there is one. */
function placeContext({ client, scope, at, platform = 'linux' }: ExpectedSample): ParseContext {
  if (at === undefined) return { scope };
  const env: ClientEnv = { env: {}, platform, homeDir: platform === 'win32' ? 'C:\\Users\\dana' : '/home/dana' };
  const path = at.replace(/^~/, env.homeDir).replace('<project>', platform === 'win32' ? 'C:\\src\\app' : '/src/app');
  const [place] = placesAt(path, env, [clientFormat(client)]);
  if (place === undefined) throw new Error(`${client} has no file at ${path}`);
  return contextOf(place);
}

function sorted(warnings: readonly object[]): string[] {
  return warnings.map((warning) => JSON.stringify(warning, ['code', 'path', 'server'])).toSorted();
}
