// Prompts of a client's file come along as inputs of the catalog.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clientFormat } from '../../../core/clients/client-formats.ts';
import { buildImportPlan } from '../../../core/clients/import-plan.ts';
import type { CatalogInput } from '../../../shared/model/catalog-input.ts';
import { SAMPLE_FOLDER } from '../../support/client-samples.ts';

const bytes = readFileSync(join(SAMPLE_FOLDER, 'vscode.user.mcp.json'));

function plan(existing: readonly CatalogInput[]) {
  const format = clientFormat('vscode');
  const source = { format, scope: 'user', parsed: format.parse(bytes, { scope: 'user' }) };
  return buildImportPlan(
    [source],
    [],
    () => false,
    () => false,
    existing,
  ).rows;
}

test('only prompts that a server asks for are defined, secrets without a default', () => {
  expect(plan([]).flatMap(({ inputs }) => inputs)).toEqual([
    { id: 'perplexity-key', kind: 'prompt', secret: true, required: true, description: 'Key for search' },
    {
      id: 'region',
      kind: 'choice',
      secret: false,
      required: true,
      choices: ['eu', 'us'],
      default: 'eu',
      description: 'Region',
    },
    { id: 'tok', kind: 'prompt', secret: true, required: true },
  ]);
});

test('an id that the catalog uses gets a number, so that no file is given a value that is kept here', () => {
  const [key, region] = plan([]).flatMap(({ inputs }) => inputs) as [CatalogInput, CatalogInput];
  const rows = plan([key, region]);
  expect(rows.flatMap(({ inputs }) => inputs.map(({ id }) => id))).toEqual(['perplexity-key-2', 'region-2', 'tok']);
  expect(rows[0]?.entry?.endpoint).toMatchObject({ env: { KEY: '${input:perplexity-key-2}' } });
  expect(rows[1]?.entry?.endpoint).toMatchObject({ url: 'https://corp.example.com/${input:region-2}/mcp' });
});
