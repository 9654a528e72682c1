// The client that the official conformance suite drives: a host program that reaches the suite's server only through the
// built `portolan connect`. The suite passes the server's address as last argument and the scenario in the environment.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

const cli = join(import.meta.dirname, '..', '..', 'dist', 'cli', 'main.js');
const url = process.argv.at(-1) ?? '';
const scenario = process.env['MCP_CONFORMANCE_SCENARIO'] ?? '';
const home = mkdtempSync(join(tmpdir(), 'portolan-conformance-'));
const env = { ...(process.env as Record<string, string>), PORTOLAN_HOME: home };
const portolan = (...args: string[]) => execFileSync(process.execPath, [cli, ...args], { env, encoding: 'utf8' });

const ACTIONS: Readonly<Record<string, (client: Client) => Promise<unknown>>> = {
  initialize: (client) => client.listTools(),
  tools_call: async (client) => {
    await client.listTools();
    await client.callTool({ name: 'add_numbers', arguments: { a: 5, b: 3 } });
  },
  'elicitation-sep1034-client-defaults': async (client) => {
    await client.listTools();
    await client.callTool({ name: 'test_client_elicitation_defaults', arguments: {} });
  },
  'sse-retry': async (client) => {
    await client.listTools();
    await client.callTool({ name: 'test_reconnection', arguments: {} });
  },
};

try {
  portolan('add', 'target', '--url', url, '--type', 'streamable-http');
  const client = new Client(
    { name: 'conformance client', version: '1.0.0' },
    { capabilities: { elicitation: { form: { applyDefaults: true } } } },
  );
  client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: {} }));
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: [cli, 'connect', 'target'], env, stderr: 'inherit' }),
  );
  const action = ACTIONS[scenario];
  if (!action) throw new Error(`no action for the scenario ${scenario}`);
  await action(client);
  await client.close();
} finally {
  portolan('host', 'stop');
  rmSync(home, { recursive: true, force: true });
}
