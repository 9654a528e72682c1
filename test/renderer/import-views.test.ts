// What the import pages show of a plan: filters, groups of clients, and what a pasted text is taken for.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientOptions } from '../../renderer/features/import/client-options.ts';
import { FILTERS, filterCounts, shownRows } from '../../renderer/features/import/import-filter.ts';
import { importText } from '../../renderer/features/import/import-text.ts';
import { canImport, type ImportRow } from '../../renderer/features/import/import-words.ts';
import { warningWords } from '../../renderer/words/import-warnings.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { manyClients } from '../support/fake-many.ts';
import { ROOT } from '../support/portolan.ts';

const row: fc.Arbitrary<ImportRow> = fc.record({
  key: fc.uuid(),
  name: fc.string({ minLength: 1, maxLength: 12 }),
  transport: fc.constantFrom('stdio', 'sse'),
  where: fc.string({ maxLength: 30 }),
  foundIn: fc.array(fc.record({ client: fc.constantFrom('cursor', 'vscode'), scope: fc.constant('user') }), {
    minLength: 1,
    maxLength: 3,
  }),
  action: fc.constantFrom('add', 'add-renamed', 'same', 'clash', 'skip'),
  secrets: fc.array(fc.string(), { maxLength: 2 }),
  warnings: fc.array(fc.record({ code: fc.constant('BOM') }), { maxLength: 2 }),
});

describe('filters of findings', () => {
  it('every row is new, already here, or a clash, and each filter counts what it shows', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), (rows) => {
        const counts = filterCounts(rows);
        expect(counts.new + counts.same + counts.clash).toBe(rows.length);
        for (const filter of FILTERS) expect(shownRows(rows, filter, '')).toHaveLength(counts[filter]);
        expect(shownRows(rows, 'new', '').every(canImport)).toBe(true);
      }),
    );
  });

  it('a search keeps the order and finds a row by its own name', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), fc.nat(), (rows, at) => {
        const wanted = rows[at % rows.length];
        if (!wanted) return;
        const found = shownRows(rows, 'all', wanted.name);
        expect(found).toContain(wanted);
        expect(found).toEqual(rows.filter((one) => found.includes(one)));
      }),
    );
  });
});

it('clients stand in two groups by name, and none is lost', () => {
  const clients = manyClients();
  const groups = clientOptions(clients);
  expect(groups.map(({ group }) => group)).toEqual(['On this computer', 'Not found here']);
  expect(groups[0]?.items.map(({ label }) => label)).toEqual(['Claude Desktop', 'Codex', 'Cursor', 'VS Code']);
  expect(groups.flatMap(({ items }) => items.map(({ value }) => value)).toSorted()).toEqual(
    clients.map(({ id }) => id).toSorted(),
  );
});

describe('a pasted text', () => {
  it.each([
    [
      'npx -y @acme/tool-mcp --a "b c"',
      { tool: { command: 'npx', args: ['-y', '@acme/tool-mcp', '--a', 'b c'], env: {} } },
    ],
    ['$ A=EXAMPLE uvx mcp-server-time', { time: { command: 'uvx', args: ['mcp-server-time'], env: { A: 'EXAMPLE' } } }],
    ['https://mcp.acme.example/tickets', { tickets: { url: 'https://mcp.acme.example/tickets' } }],
    ['https://dw.acme.example/sse', { acme: { type: 'sse', url: 'https://dw.acme.example/sse' } }],
  ])('%s becomes the entry it means', (text, servers) => {
    expect(JSON.parse(importText(text))).toEqual({ mcpServers: servers });
  });

  it.each([
    '{"mcpServers": {}}',
    '"github": { "command": "x" }',
    '[mcp_servers.github]\ncommand = "x"',
    'mcpServers:\n  github:\n    command: x',
    'cursor://anysphere.cursor-deeplink/mcp/install?name=x&config=e30=',
    '# a comment',
    "npx 'a quote that stays open",
    '',
  ])('%s stays as it is', (text) => {
    expect(importText(text)).toBe(text);
  });
});

it('every warning code of the documentation has words of its own', () => {
  const section = readFileSync(join(ROOT, 'docs', 'client-import.md'), 'utf8').split('### Warning codes')[1] ?? '';
  const codes = [...(section.split('\n## ')[0] ?? '').matchAll(/`([A-Z][A-Z0-9_]+)`/g)].map(([, code]) => code ?? '');
  expect(codes.length).toBeGreaterThan(30);
  expect(codes.filter((code) => warningWords(code) === warningWords('NO_SUCH_CODE'))).toEqual([]);
});
