// What the client under test does in each scenario of the conformance suite. Knows not how the client is connected.
import { type Client, SdkError, SdkErrorCode } from '@modelcontextprotocol/client';

/** What the suite says about a scenario beside its name. */
export interface ScenarioContext {
  readonly toolCalls?: readonly { readonly name: string; readonly arguments: Record<string, unknown> }[];
  readonly client_id?: string;
  readonly client_secret?: string;
  readonly private_key_pem?: string;
  readonly signing_algorithm?: string;
  readonly valid_jwt?: string;
  readonly idp_client_id?: string;
  readonly idp_id_token?: string;
  readonly idp_issuer?: string;
  readonly idp_token_endpoint?: string;
}

type Action = (client: Client, context: ScenarioContext) => Promise<unknown>;

/** Lists the tools, then calls `calls` one after the other. */
const calling =
  (...calls: readonly (readonly [name: string, args?: Record<string, unknown>])[]): Action =>
  async (client) => {
    await client.listTools();
    for (const [name, args = {}] of calls) await client.callTool({ name, arguments: args });
  };

/** Does `action`, which must not succeed. */
const failing =
  (action: Action): Action =>
  async (client, context) => {
    const hasFailed = await action(client, context).then(
      () => false,
      () => true,
    );
    if (!hasFailed) throw new Error('the server was used although nobody may be signed in');
  };

/** What a client does at a server that wants a sign-in: it uses its one tool. */
const usingTestTool = calling(['test-tool']);

/** Scenarios in which no sign-in may come about, so that the client's requests fail. */
const FAILS = new Set([
  'auth/iss-normalized',
  'auth/iss-supported-missing',
  'auth/iss-unexpected',
  'auth/iss-wrong-issuer',
  'auth/metadata-issuer-mismatch',
  'auth/resource-mismatch',
  'auth/scope-retry-limit',
]);

/** What to do in `scenario`; undefined for one that is not known. */
export function actionOf(scenario: string): Action | undefined {
  if (FAILS.has(scenario)) return failing(usingTestTool);
  return scenario.startsWith('auth/') ? usingTestTool : ACTIONS[scenario];
}

const ACTIONS: Readonly<Record<string, Action>> = {
  initialize: calling(),
  'request-metadata': calling(),
  'json-schema-ref-no-deref': calling(),
  tools_call: calling(['add_numbers', { a: 5, b: 3 }]),
  'elicitation-sep1034-client-defaults': calling(['test_client_elicitation_defaults']),
  'sse-retry': calling(['test_reconnection']),
  'sep-2322-client-request-state': async (client) => {
    const call = (name: string) => client.callTool({ name, arguments: {} });
    await client.listTools();
    await Promise.all([call('test_mrtr_echo_state'), call('test_mrtr_unrelated')]);
    await call('test_mrtr_no_state');
    // The library refuses a modern result without a type; the scenario only wants that nothing is sent again.
    await call('test_mrtr_no_result_type').catch((error: unknown) => {
      if (!SdkError.isInstance(error) || error.code !== SdkErrorCode.InvalidResult) throw error;
    });
  },
  'http-standard-headers': async (client) => {
    const { tools } = await client.listTools();
    for (const { name } of tools) await client.callTool({ name, arguments: {} });
    const { resources } = await client.listResources();
    for (const { uri } of resources) await client.readResource({ uri });
    const { prompts } = await client.listPrompts();
    for (const { name } of prompts) await client.getPrompt({ name });
  },
  'http-custom-headers': async (client, { toolCalls = [] }) => {
    await client.listTools();
    for (const call of toolCalls) await client.callTool(call);
  },
  'http-invalid-tool-headers': async (client) => {
    const { tools } = await client.listTools();
    for (const { name, inputSchema } of tools) {
      const args = Object.fromEntries((inputSchema.required ?? []).map((key) => [key, 'value']));
      await client.callTool({ name, arguments: args });
    }
  },
  'json-schema-2020-12-preservation': async (client) => {
    const { tools } = await client.listTools();
    const focal = tools.find(({ name }) => name === 'json_schema_2020_12_tool');
    await client.callTool({ name: 'json_schema_echo', arguments: { schema: focal?.inputSchema } });
  },
};
