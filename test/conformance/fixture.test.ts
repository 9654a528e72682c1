// The fixture server in itself: it passes what each revision requires of a server, refuses foreign pages, keeps what a
// reconnecting client missed, and speaks both generations on stdio.
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startFixtureServer } from './fixture-server.ts';
import { runServer } from './run-suite.ts';
import { REVISIONS, required } from './scenarios.ts';

/** How many scenarios a revision requires, and what the fixture passes beyond them. */
const EXPECTED = {
  '2025-11-25': { count: 30, beyond: ['server-session-lifecycle', 'server-sse-polling', 'json-schema-2020-12'] },
  '2026-07-28': {
    count: 37,
    beyond: ['http-header-validation', 'http-custom-header-server-validation', 'json-schema-2020-12'],
  },
};

test.each(REVISIONS)('server %s: the fixture passes every required scenario', async (revision) => {
  const fixture = await startFixtureServer();
  const outcomes = await runServer(fixture.url, revision);
  await fixture.close();
  const names = required('server', revision);
  const { count, beyond } = EXPECTED[revision];
  expect(names).toHaveLength(count);
  for (const name of [...names, ...beyond]) expect(outcomes.get(name)?.problems, name).toEqual([]);
});

test.each(['legacy', 'auto'] as const)('the fixture on stdio answers a client whose mode is %s', async (mode) => {
  class InPlace extends StdioClientTransport {}
  const client = new Client(
    { name: 'test', version: '1' },
    { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode } },
  );
  client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: { name: 'Ada' } }));
  const fixture = join(import.meta.dirname, 'fixture-server.ts');
  await client.connect(new InPlace({ command: process.execPath, args: [fixture, '--stdio'] }));
  expect(client.getProtocolEra()).toBe(mode === 'auto' ? 'modern' : 'legacy');
  const result = await client.callTool({ name: 'test_input_required_result_elicitation', arguments: {} });
  expect(result.content).toEqual([{ type: 'text', text: 'Hello, Ada!' }]);
  await client.close();
});
