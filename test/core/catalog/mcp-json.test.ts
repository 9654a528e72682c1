// The draft mcp.json (SEP-2633): what it holds comes back, what it does not is told or left out.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MCP_JSON_LOSSES, writeMcpJson } from '../../../core/catalog/mcp-json.ts';
import { clientFormat } from '../../../core/clients/client-formats.ts';
import { buildImportPlan } from '../../../core/clients/import-plan.ts';
import { entryOf } from '../../support/open-catalog.ts';

const LOCAL = entryOf(
  'local.one',
  { args: ['-y', 'pkg@1.2.3'], env: { K: '${secret:k}', H: '${env:HOME}', D: '${env:D:-x y}' } },
  { title: 'One', timeouts: { totalMs: 500 } },
);
const REMOTE = entryOf(
  'remote',
  { type: 'http-auto', url: 'https://a.example.com/mcp', headers: {}, command: undefined },
  { auth: { clientId: 'abc', scopes: ['a'] } },
);

test('every entry has a type, and names and references of the draft', () => {
  const { text, servers, inputs, losses } = writeMcpJson([REMOTE, LOCAL]);
  expect(JSON.parse(text)).toEqual({
    mcpServers: {
      'local-one': {
        type: 'stdio',
        title: 'One',
        command: 'run',
        args: ['-y', 'pkg@1.2.3'],
        env: { K: '${input:k}', H: '${env:HOME}', D: '${env:D | value:x y}' },
      },
      remote: { type: 'streamable-http', url: 'https://a.example.com/mcp', oauth: { clientId: 'abc', scopes: ['a'] } },
    },
  });
  expect([servers, inputs]).toEqual([['local.one', 'remote'], ['k']]);
  expect(losses.map(({ server, field }) => `${server} ${field}`)).toEqual([
    'local.one name',
    'local.one timeouts',
    'remote type',
  ]);
});

test('what it writes is read as it was meant', () => {
  const format = clientFormat('generic');
  const parsed = format.parse(Buffer.from(writeMcpJson([LOCAL, REMOTE]).text), { scope: 'user' });
  const plan = buildImportPlan(
    [{ format, scope: 'user', parsed }],
    [],
    () => false,
    () => false,
  );
  const [local, remote] = plan.rows.map(({ entry }) => entry);
  expect(local?.endpoint).toMatchObject({ env: { K: '${input:k}', H: '${env:HOME}', D: '${env:D:-x y}' } });
  expect(remote?.endpoint).toMatchObject({ type: 'streamable-http', url: 'https://a.example.com/mcp' });
  expect(remote?.options.auth).toMatchObject({ clientId: 'abc', scopes: ['a'] });
});

test('what it cannot hold is left out with the reason, and every loss is published', () => {
  const { refused, servers } = writeMcpJson([
    entryOf('off', {}, { enabled: false }),
    entryOf('here', { cwd: '/x' }),
    entryOf('bar', { args: ['${env:A:-a|b}'] }),
  ]);
  expect([refused.map(({ server }) => server), servers]).toEqual([['bar', 'here', 'off'], []]);
  const published = readFileSync(join(import.meta.dirname, '../../../docs/portable-files.md'), 'utf8');
  for (const [field, reason] of Object.entries(MCP_JSON_LOSSES))
    expect(published).toContain(`| \`${field}\` | ${reason} |`);
});
