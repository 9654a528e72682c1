// Eight servers of the registry, over both transports, reached by clients of both generations through `portolan connect`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { expect, onTestFinished, test } from 'vitest';
import type { AuditPage } from '../../shared/model/audit-record.ts';
import { Portolan } from '../support/portolan.ts';
import { EVERYTHING, everythingOverHttp, filesystem, MEMORY, other, overHttp } from '../support/real-servers.ts';

interface Case {
  readonly server: string;
  /** Command, or the address of a remote server. */
  readonly at: readonly string[] | string;
  readonly tool: string;
  readonly args: Record<string, unknown>;
  /** Part of the answer. */
  readonly says: string;
}

const THOUGHT = { thought: 'one', nextThoughtNeeded: false, thoughtNumber: 1, totalThoughts: 1 };

/** Their SDK asks its own kind of transport: a subclass is probed in place, as a client's own process would be. */
class InPlace extends StdioClientTransport {}

async function clientOf(portolan: Portolan, server: string, mode: 'legacy' | 'auto'): Promise<Client> {
  const client = new Client(
    { name: `a ${mode} client`, version: '1.0.0' },
    { capabilities: {}, versionNegotiation: { mode } },
  );
  await client.connect(new InPlace({ ...portolan.connect(server), stderr: 'ignore' }));
  onTestFinished(() => client.close());
  return client;
}

test('eight servers of the registry, stdio and HTTP, answer clients of both generations', async () => {
  const portolan = new Portolan();
  const folder = join(portolan.home, 'shared-folder');
  mkdirSync(folder);
  const path = join(folder, 'note.txt');
  writeFileSync(path, 'written by hand');
  const echo = { tool: 'echo', args: { message: 'hello' }, says: 'Echo: hello' };
  const budget = { tool: 'get-budget-data', args: {}, says: 'Default Budget' };
  const time = { tool: 'get-time', args: {}, says: '20' };
  const cases: Case[] = [
    { server: 'everything', at: EVERYTHING, ...echo },
    { server: 'files', at: filesystem(folder), tool: 'read_text_file', args: { path }, says: 'written by hand' },
    { server: 'memory', at: MEMORY, tool: 'read_graph', args: {}, says: 'entities' },
    {
      server: 'thinking',
      at: other('sequential-thinking'),
      tool: 'sequentialthinking',
      args: THOUGHT,
      says: 'thought',
    },
    { server: 'time', at: other('basic-vanillajs'), ...time },
    { server: 'budget', at: other('budget-allocator'), ...budget },
    { server: 'scenarios', at: other('scenario-modeler'), tool: 'get-scenario-data', args: {}, says: 'templates' },
    { server: 'system', at: other('system-monitor'), tool: 'get-system-info', args: {}, says: 'platform' },
    { server: 'everything-http', at: await everythingOverHttp(), ...echo },
    { server: 'budget-http', at: await overHttp('server-budget-allocator'), ...budget },
    { server: 'time-http', at: await overHttp('server-basic-vanillajs'), ...time },
  ];
  for (const { server, at } of cases) {
    await portolan.json('add', server, ...(typeof at === 'string' ? ['--url', at] : ['--', ...at]));
  }
  for (const { server, tool, args, says } of cases) {
    for (const mode of ['legacy', 'auto'] as const) {
      const client = await clientOf(portolan, server, mode);
      const { tools } = await client.listTools();
      expect(
        tools.map(({ name }) => name),
        `${server}, ${mode}`,
      ).toContain(tool);
      expect(JSON.stringify(await client.callTool({ name: tool, arguments: args })), `${server}, ${mode}`).toContain(
        says,
      );
      await client.close();
    }
  }
  const { records } = await portolan.json<AuditPage>('audit', 'list', '--limit', '1000');
  const outcomes = records.filter(({ kind }) => kind === 'call.outcome');
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(Array.from({ length: cases.length * 2 }, () => 'allowed'));
  expect(new Set(outcomes.map(({ server }) => server)).size).toBe(cases.length);
});
