// The protocol's own modern client in front of the bridge, and its own legacy example server behind it.
import { Client } from '@modelcontextprotocol/client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../../core/base/clock.ts';
import { META } from '../../../../core/connections/era.ts';
import { parseFrame } from '../../../../core/connections/frame.ts';
import type { Upstream } from '../../../../core/connections/upstream.ts';
import { bridgeModernClient } from '../../../../core/eras/modern-client/modern-client-bridge.ts';
import { type Open, overHttp, overStdio } from '../../../support/legacy-servers.ts';
import { EVERYTHING, everythingOverHttp } from '../../../support/real-servers.ts';
import { until } from '../../../support/until.ts';

type Transport = Parameters<Client['connect']>[0];
type Message = Parameters<NonNullable<Transport['onmessage']>>[0];

const SERVERS: readonly (readonly [string, () => Promise<Open>])[] = [
  ['over stdio', () => Promise.resolve(overStdio(EVERYTHING))],
  ['over HTTP', async () => overHttp(await everythingOverHttp())],
];
const SCHEMA_KEYS = ['name', 'check'];

/** The client's connection to a bridge, without any wire between them. */
class BridgeTransport implements Transport {
  onmessage?: Transport['onmessage'];
  onclose?: Transport['onclose'];
  onerror?: Transport['onerror'];
  readonly #open: Open;
  #upstream: Upstream | undefined;

  constructor(open: Open) {
    this.#open = open;
  }

  async start(): Promise<void> {
    this.#upstream = await bridgeModernClient({
      server: 'everything',
      client: () => 'sdk',
      open: this.#open,
      events: {
        // One at a time: the client forgets the listener of progress that comes in one go with the answer.
        onFrame: ({ bytes }) => void setImmediate(() => this.onmessage?.(JSON.parse(bytes.toString()) as Message)),
        onRequestFailed: (_id, error) => this.onerror?.(error),
        onClosed: () => this.onclose?.(),
        onLog: () => undefined,
      },
      clock: systemClock,
      human: undefined,
      startMs: 20_000,
      stateKey: Buffer.alloc(32, 3),
      principal: 'os:1',
    });
  }

  send(message: object): Promise<void> {
    this.#upstream?.send(parseFrame(Buffer.from(JSON.stringify(message)), 'client'));
    return Promise.resolve();
  }

  async close(): Promise<void> {
    await this.#upstream?.close();
    this.onclose?.();
  }
}

/** A client that answers what it is asked; the server asks for roots by itself, a moment after the handshake. */
async function connected(open: Open, withRoots = true): Promise<{ client: Client; asked: string[] }> {
  const asked: string[] = [];
  const client = new Client(
    { name: 'real', version: '1' },
    {
      capabilities: { elicitation: { form: {}, url: {} }, sampling: {}, ...(withRoots && { roots: {} }) },
      versionNegotiation: { mode: { pin: '2026-07-28' } },
    },
  );
  client.setRequestHandler('elicitation/create', ({ params }) => {
    asked.push(params.mode ?? 'form');
    return params.mode === 'url'
      ? { action: 'accept' }
      : {
          action: 'accept',
          content: Object.fromEntries(SCHEMA_KEYS.map((key) => [key, key === 'name' ? 'Ada' : true])),
        };
  });
  client.setRequestHandler('sampling/createMessage', () => {
    asked.push('sampling');
    return { role: 'assistant', model: 'test-model', content: { type: 'text', text: 'from the model' } };
  });
  if (withRoots)
    client.setRequestHandler('roots/list', () => {
      asked.push('roots');
      return { roots: [{ uri: 'file:///tmp', name: 'tmp' }] };
    });
  await client.connect(new BridgeTransport(open));
  onTestFinished(() => client.close());
  return { client, asked };
}

describe.each(SERVERS)('the real client and server-everything %s', (_name, start) => {
  test('PRX-05: the handshake, tools, prompts and resources', async () => {
    const { client } = await connected(await start());
    expect(client.getServerVersion()).toMatchObject({ name: expect.stringContaining('everything') as unknown });
    expect(client.getServerCapabilities()).toMatchObject({ tools: {}, resources: { subscribe: true }, logging: {} });
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(['echo', 'trigger-elicitation-request']));
    const echo = await client.callTool({ name: 'echo', arguments: { message: 'hello' } });
    expect(echo.content).toEqual([{ type: 'text', text: 'Echo: hello' }]);
    const { resources } = await client.listResources();
    const [first] = resources;
    expect((await client.readResource({ uri: first?.uri ?? '' })).contents).toHaveLength(1);
    expect((await client.listPrompts()).prompts.length).toBeGreaterThan(0);
    await expect(client.readResource({ uri: 'demo://nowhere' })).rejects.toMatchObject({ code: -32_602 });
  });

  test('PRG-02: progress of a long call', async () => {
    // Without roots: this client counts a round of questions as progress of the call.
    const { client } = await connected(await start(), false);
    const progress: number[] = [];
    await client.callTool(
      { name: 'trigger-long-running-operation', arguments: { duration: 0.2, steps: 4 } },
      { onprogress: (each) => void progress.push(each.progress) },
    );
    expect(progress).toEqual([1, 2, 3, 4]);
  });

  test('BRG-11: a form, a sample and a URL in the middle of a call', async () => {
    const { client, asked } = await connected(await start());
    const text = async (name: string, args: Record<string, unknown> = {}): Promise<string> =>
      JSON.stringify((await client.callTool({ name, arguments: args })).content);
    expect(await text('trigger-elicitation-request')).toContain('Ada');
    expect(await text('trigger-sampling-request', { prompt: 'Say it', maxTokens: 5 })).toContain('from the model');
    expect(await text('trigger-url-elicitation', { url: 'https://example.com/' })).toContain('accept');
    expect(asked.filter((what) => what !== 'roots')).toEqual(['form', 'sampling', 'url']);
  });

  test('BRG-12: a URL that is required before the call', async () => {
    const { client, asked } = await connected(await start());
    const args = { url: 'https://example.com/', errorPath: true };
    const { content } = await client.callTool({ name: 'trigger-url-elicitation', arguments: args });
    expect(JSON.stringify(content)).toContain('accept');
    expect(asked.filter((what) => what === 'url')).toHaveLength(2);
  });

  test('SUB-04: a subscription hears of its resource', async () => {
    const { client } = await connected(await start());
    const updated: string[] = [];
    client.setNotificationHandler('notifications/resources/updated', ({ params }) => void updated.push(params.uri));
    const [first] = (await client.listResources()).resources;
    const uri = first?.uri ?? '';
    const listening = await client.listen({ resourceSubscriptions: [uri], toolsListChanged: true });
    expect(listening.honoredFilter).toMatchObject({ resourceSubscriptions: [uri] });
    await client.callTool({ name: 'toggle-subscriber-updates', arguments: {} });
    await until(() => updated.includes(uri), 'the update is told');
    await listening.close();
    expect(await listening.closed).toBe('local');
  });

  test('LOG-01: log messages come with the call that asks for them', async () => {
    const { client } = await connected(await start());
    const levels: string[] = [];
    client.setNotificationHandler('notifications/message', ({ params }) => void levels.push(params.level));
    await client.callTool({ name: 'toggle-simulated-logging', arguments: {} });
    await until(async () => {
      const params = {
        name: 'trigger-long-running-operation',
        arguments: { duration: 2, steps: 1 },
        _meta: { [META.logLevel]: 'debug' },
      };
      await client.callTool(params);
      return levels.length > 0;
    }, 'a message comes');
  });
});
