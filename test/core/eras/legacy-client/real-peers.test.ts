// The official client of the legacy generation at the official server of the modern one, with the bridge between.
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  type ClientCapabilities,
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  type ElicitResult,
  type JSONRPCMessage,
  ListRootsRequestSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../../core/base/clock.ts';
import { parseFrame } from '../../../../core/connections/frame.ts';
import type { Upstream } from '../../../../core/connections/upstream.ts';
import type { Human } from '../../../../core/eras/human.ts';
import { bridgeLegacyClient } from '../../../../core/eras/legacy-client/legacy-client-bridge.ts';
import { stdioPeer, TestHuman } from '../../../support/bridge-rig.ts';
import { until } from '../../../support/until.ts';

const SERVER = [process.execPath, fileURLToPath(new URL('../../../fixtures/modern-sdk-server.mjs', import.meta.url))];

/** The bridge as the client's transport. */
class BridgeTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #human: Human | undefined;
  #bridge: Upstream | undefined;

  constructor(human?: Human) {
    this.#human = human;
  }

  async start(): Promise<void> {
    this.#bridge = await bridgeLegacyClient({
      server: 'modern',
      client: () => 'v1',
      open: stdioPeer(SERVER),
      clock: systemClock,
      human: this.#human,
      startMs: 20_000,
      events: {
        onFrame: (frame) => this.onmessage?.(frame.message as unknown as JSONRPCMessage),
        onRequestFailed: (_id, error) => this.onerror?.(error),
        onClosed: () => this.onclose?.(),
        onLog: () => undefined,
      },
    });
  }

  async send(message: JSONRPCMessage): Promise<void> {
    this.#bridge?.send(parseFrame(Buffer.from(JSON.stringify(message)), 'client'));
  }

  async close(): Promise<void> {
    await this.#bridge?.close();
  }
}

async function connect(capabilities: ClientCapabilities, human?: Human): Promise<Client> {
  const client = new Client({ name: 'v1', version: '1' }, { capabilities });
  await client.connect(new BridgeTransport(human));
  onTestFinished(() => client.close());
  return client;
}

const textOf = (result: unknown): string =>
  (result as { content: readonly { readonly text?: string }[] }).content[0]?.text ?? '';

test('BRG-01: the handshake, the list and a call', async () => {
  const client = await connect({});
  expect(client.getServerVersion()).toMatchObject({ name: 'modern-only', version: '2.0.0' });
  expect(client.getInstructions()).toBe('Ask away.');
  expect(client.getServerCapabilities()).toMatchObject({ tools: { listChanged: true } });
  await client.ping();
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(['greet', 'where', 'look', 'pay', 'grow']);
  expect(textOf(await client.callTool({ name: 'greet', arguments: { city: 'Rome' } }))).toBe('Hello, Rome');
});

test.each<[ElicitResult, string]>([
  [{ action: 'accept', content: { city: 'Rome' } }, 'You are in Rome'],
  [{ action: 'decline' }, 'You would not say'],
])('BRG-05: the client answers the server’s question by %j', async (answer, said) => {
  const client = await connect({ elicitation: {} });
  client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
    expect(params.message).toBe('Where are you?');
    return answer;
  });
  expect(textOf(await client.callTool({ name: 'where' }))).toBe(said);
});

test('BRG-06: a person answers what the client cannot', async () => {
  const human = new TestHuman();
  human.answer = { action: 'accept', content: { city: 'Oslo' } };
  const client = await connect({}, human);
  expect(textOf(await client.callTool({ name: 'where' }))).toBe('You are in Oslo');
  expect(human.asked.map(({ tool }) => tool)).toEqual(['where']);
});

test('BRG-06: with nobody to answer the call fails clearly', async () => {
  const client = await connect({});
  await expect(client.callTool({ name: 'where' })).rejects.toThrow(/elicitation/i);
  await expect(client.callTool({ name: 'look' })).rejects.toThrow(/roots|sampling/i);
});

test('BRG-05: roots and a sampled message in one round', async () => {
  const client = await connect({ roots: {}, sampling: {} });
  client.setRequestHandler(ListRootsRequestSchema, () => ({ roots: [{ uri: 'file:///a', name: 'a' }] }));
  client.setRequestHandler(CreateMessageRequestSchema, () => ({
    model: 'm',
    role: 'assistant' as const,
    content: { type: 'text' as const, text: 'hm' },
  }));
  expect(JSON.parse(textOf(await client.callTool({ name: 'look' })))).toMatchObject({
    roots: { roots: [{ uri: 'file:///a', name: 'a' }] },
    thought: { model: 'm', content: { text: 'hm' } },
  });
});

test('ELI-08: a link, with the id that the client’s generation needs', async () => {
  const client = await connect({ elicitation: { url: {} } });
  client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
    expect(params).toMatchObject({
      mode: 'url',
      url: 'https://pay.example.com/1',
      elicitationId: expect.any(String) as string,
    });
    return { action: 'accept' };
  });
  expect(textOf(await client.callTool({ name: 'pay' }))).toBe('accept');
});

test('BRG-04: the client hears that the list has changed', async () => {
  const client = await connect({});
  let heard = 0;
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => {
    heard += 1;
  });
  await until(async () => {
    await client.callTool({ name: 'grow' }).catch(() => undefined);
    return heard > 0;
  }, 'the change is told');
  expect((await client.listTools()).tools.map(({ name }) => name)).toContain('grown');
});
