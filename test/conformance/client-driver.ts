// The client that the official conformance suite drives: a host program that reaches the suite's server only through the
// built `portolan connect`, or without Portolan with `--direct`, which proves the driver itself. The suite passes the
// server's address as last argument, and the scenario in the environment.
import { Client, StreamableHTTPClientTransport, type Transport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { actionOf, type ScenarioContext } from './client-actions.ts';
import { personAt } from './person.ts';
import { privatePortolan } from './private-portolan.ts';
import { setUp, SIGN_IN_ENV } from './sign-in-setup.ts';

/** The library asks a server for its generation in a second process, except behind a transport of somebody's own. */
class OwnStdioTransport extends StdioClientTransport {}

const url = process.argv.at(-1) ?? '';
const scenario = process.env['MCP_CONFORMANCE_SCENARIO'] ?? '';
const modern = process.env['MCP_CONFORMANCE_PROTOCOL_VERSION'] === '2026-07-28';
const context = JSON.parse(process.env['MCP_CONFORMANCE_CONTEXT'] ?? '{}') as ScenarioContext;
const action = actionOf(scenario);
if (!action) throw new Error(`no action for the scenario ${scenario}`);

if (process.argv.includes('--direct')) {
  await act(new StreamableHTTPClientTransport(new URL(url)), action);
} else {
  const portolan = privatePortolan(SIGN_IN_ENV);
  try {
    setUp(scenario, context, url, portolan);
    const person = await personAt(portolan.env);
    const args = [portolan.cli, 'connect', 'target'];
    const server = { command: process.execPath, args, env: portolan.env, stderr: 'inherit' as const };
    await act(new OwnStdioTransport(server), action);
    await person.leave();
  } finally {
    portolan.end();
  }
}

async function act(transport: Transport, action: (client: Client, context: ScenarioContext) => Promise<unknown>) {
  const client = new Client(
    { name: 'conformance client', version: '1.0.0' },
    {
      capabilities: { elicitation: { form: { applyDefaults: true } } },
      versionNegotiation: { mode: modern ? 'auto' : 'legacy', probe: { timeoutMs: 10_000 } },
    },
  );
  client.setRequestHandler('elicitation/create', ({ params }) => {
    const asksForConsent = 'requestedSchema' in params && 'confirmed' in params.requestedSchema.properties;
    return { action: 'accept', content: asksForConsent ? { confirmed: true } : {} };
  });
  try {
    await client.connect(transport);
    await action(client, context);
  } finally {
    // Also after a failure: a proxy that lives on would start the host again that is stopped next.
    await client.close();
  }
}
