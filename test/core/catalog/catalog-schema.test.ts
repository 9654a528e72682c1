import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { catalogJsonSchema, portableJsonSchema } from '../../../core/catalog/catalog-schema.ts';
import { readCatalog } from '../../../core/catalog/catalog-file.ts';

test('the published JSON Schema is the one that the program reads by (update it with vitest -u)', async () => {
  const published = join(import.meta.dirname, '../../../docs/catalog.schema.json');
  await expect(`${JSON.stringify(catalogJsonSchema(), undefined, 2)}\n`).toMatchFileSnapshot(published);
});

test('the published JSON Schema of a portable file is the one that the program reads by', async () => {
  const published = join(import.meta.dirname, '../../../docs/portable.schema.json');
  await expect(`${JSON.stringify(portableJsonSchema(), undefined, 2)}\n`).toMatchFileSnapshot(published);
});

test('the JSON Schema and the program agree on what is an entry', () => {
  const fromJsonSchema = z.fromJSONSchema({ ...catalogJsonSchema() });
  const entries = [
    { command: 'x' },
    { url: 'https://h/' },
    { type: 'http', url: 'https://h/', extra: 1 },
    { command: 'x', portolan: { capture: 'full', later: 1 } },
    {},
    { command: 7 },
    { type: 'ws', url: 'https://h/' },
    { command: 'x', portolan: { capture: 'much' } },
    { url: 'https://h/', headers: [] },
    'x',
  ];
  const bySchema = entries.map((entry) => fromJsonSchema.safeParse({ mcpServers: { e: entry } }).success);
  const byProgram = entries.map(
    (entry) => readCatalog(Buffer.from(JSON.stringify({ mcpServers: { e: entry } }))).entries.size === 1,
  );
  expect(bySchema).toEqual(byProgram);
});
