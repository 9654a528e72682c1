// What a modern caller gets from a legacy server, behind every transport: one test for each thing that the two generations do
// differently.
import { describe, expect, test } from 'vitest';
import { META } from '../../../../core/connections/era.ts';
import { LEGACY_SERVERS, type Open } from '../../../support/legacy-servers.ts';
import { ALL, type Json, ModernCaller, textIn } from '../../../support/modern-caller.ts';
import { until } from '../../../support/until.ts';

const SERVER_INFO = { [META.serverInfo]: { name: 'scripted', version: '1', title: 'Scripted' } };
const ACCEPT = { action: 'accept', content: { age: 7 } };

describe.each(LEGACY_SERVERS)('a legacy server %s', (name, start) => {
  const opened = async (capabilities: object = ALL): Promise<ModernCaller> => {
    const open: Open = await start();
    return ModernCaller.open(open, { capabilities });
  };

  test('BRG-09, BAS-05, BAS-28: server/discover is answered from the handshake', async () => {
    const caller = await opened({ ...ALL, extensions: { 'io.modelcontextprotocol/tasks': {}, 'com.example/x': {} } });
    expect(await caller.result('server/discover')).toEqual({
      resultType: 'complete',
      supportedVersions: ['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'],
      capabilities: {
        tools: { listChanged: true },
        resources: { subscribe: true, listChanged: false },
        prompts: {},
        logging: {},
        completions: {},
        extensions: { 'com.example/extra': {} },
      },
      instructions: 'Be kind.',
      ttlMs: 60_000,
      cacheScope: 'private',
      _meta: SERVER_INFO,
    });
    const [initialize, initialized] = await caller.seen();
    expect(initialize).toMatchObject({
      method: 'initialize',
      params: {
        protocolVersion: '2025-11-25',
        clientInfo: { name: 'caller', version: '2' },
        capabilities: { ...ALL, extensions: { 'com.example/x': {} } },
      },
    });
    expect(initialized).toEqual({ jsonrpc: '2.0', method: 'notifications/initialized' });
  });

  test('BRG-09, CAC-05, BAS-19, BAS-22: results say that they are complete, may not be cached, and whose they are', async () => {
    const caller = await opened();
    const dressed = { resultType: 'complete', ttlMs: 0, cacheScope: 'private', _meta: SERVER_INFO };
    expect(await caller.result('tools/list')).toEqual({
      ...dressed,
      tools: [{ name: 'echo', inputSchema: { type: 'object' } }],
      nextCursor: '',
    });
    expect(await caller.result('prompts/list')).toEqual({ ...dressed, prompts: [] });
    expect(await caller.result('resources/list')).toEqual({
      ...dressed,
      resources: [],
      _meta: { ...SERVER_INFO, 'com.example/kept': [1] },
    });
    expect(await caller.result('resources/templates/list')).toEqual(dressed);
    expect(await caller.result('resources/read', { uri: 'mem:a' })).toEqual({ ...dressed, contents: [] });
    expect(await caller.result('completion/complete')).toEqual({
      resultType: 'complete',
      seen: expect.any(Array) as unknown,
      _meta: SERVER_INFO,
    });
  });

  test('BRG-10, BRG-15: reserved keys stay here, everything else goes on as it is', async () => {
    const caller = await opened();
    const kept = { traceparent: '00-1-2-01', baggage: 'a=1', 'com.example/own': { x: [1] }, progressToken: 'p' };
    const params = textIn(
      await caller.call(
        'echo',
        { a: 1 },
        { ...kept, [META.logLevel]: 'error', [META.subscriptionId]: 1, [META.serverInfo]: 2 },
      ),
    );
    expect(params).toEqual({ name: 'echo', arguments: { a: 1 }, _meta: { ...kept, [META.serverInfo]: 2 } });
    expect(textIn(await caller.call('echo'))).toEqual({ name: 'echo', arguments: {} });
  });

  test('BRG-10: a request without its metadata is refused and never reaches the server', async () => {
    const caller = await opened();
    const refused = async (method: string, meta: Json): Promise<unknown> =>
      ((await caller.ask(method, {}, meta))['error'] as Json)['code'];
    expect(await refused('tools/list', { [META.protocolVersion]: undefined })).toBe(-32_602);
    expect(await refused('tools/list', { [META.clientCapabilities]: undefined })).toBe(-32_602);
    for (const method of ['ping', 'initialize', 'logging/setLevel', 'resources/subscribe', 'tools/none', 'tasks/get']) {
      expect(await refused(method, {})).toBe(-32_601);
    }
    expect(await caller.ask('tools/list', {}, { [META.protocolVersion]: '2099-01-01' })).toMatchObject({
      error: { code: -32_022, data: { supported: ['2026-07-28'], requested: '2099-01-01' } },
    });
    expect((await caller.seen()).map(({ method }) => method)).toEqual([
      'initialize',
      'notifications/initialized',
      'completion/complete',
    ]);
  });

  test('BRG-16, BAS-08, BAS-17: a later request that declares less is answered for the weaker caller', async () => {
    const caller = await opened();
    await caller.result('server/discover');
    const codeOf = async (tool: string, capabilities: object, args: Json = {}): Promise<unknown> => {
      caller.capabilities = capabilities;
      return (textIn(await caller.call(tool, args)) as Json)['code'];
    };
    expect(await codeOf('form', {})).toBe(-32_601);
    expect(await codeOf('form', { elicitation: { url: {} } })).toBe(-32_602);
    expect(await codeOf('url', { elicitation: {} })).toBe(-32_602);
    expect(await codeOf('ask', { elicitation: {} }, { method: 'roots/list' })).toBe(-32_601);
    expect(await codeOf('ask', { roots: {} }, { method: 'sampling/createMessage', params: {} })).toBe(-32_601);
    const withTools = { method: 'sampling/createMessage', params: { tools: [] } };
    expect(await codeOf('ask', { sampling: {} }, withTools)).toBe(-32_602);
    expect(await codeOf('ask', ALL, { method: 'vendor/question' })).toBe(-32_601);
  });

  test('BRG-11: a question of the server during a call becomes input_required, and the retry answers it', async () => {
    const caller = await opened();
    const asked = await caller.call('form');
    expect(asked).toEqual({
      resultType: 'input_required',
      inputRequests: {
        'question-1': {
          method: 'elicitation/create',
          params: {
            message: 'How old?',
            requestedSchema: { type: 'object', properties: { age: { type: 'integer' } }, 'x-keep': 1 },
          },
        },
      },
      requestState: expect.any(String) as unknown,
      _meta: SERVER_INFO,
    });
    const { result } = await caller.retry('form', asked, { 'question-1': ACCEPT });
    expect(textIn(result)).toEqual(ACCEPT);
    expect(result).toMatchObject({ resultType: 'complete' });
    expect((await caller.seen()).filter(({ method }) => method === 'tools/call')).toHaveLength(1);
  });

  test.each([
    ['elicitation/create', { mode: 'url', message: 'Go', url: 'https://example.com/' }, { action: 'decline' }],
    ['sampling/createMessage', { messages: [], maxTokens: 1 }, { role: 'assistant', model: 'm' }],
    ['roots/list', undefined, { roots: [] }],
  ])('BRG-11: %s is asked and answered', async (method, params, response) => {
    const caller = await opened();
    const args = { method, params };
    const first = { name: 'ask', arguments: args };
    const { inputRequests, requestState } = await caller.result('tools/call', first);
    expect(inputRequests).toEqual({ 'question-1': { method, ...(params && { params }) } });
    const retry = { ...first, requestState, inputResponses: { 'question-1': response } };
    expect(textIn(await caller.result('tools/call', retry))).toEqual(response);
  });

  test('BRG-11: one call may ask again and again', async () => {
    const caller = await opened();
    const first = await caller.call('twice');
    const second = (await caller.retry('twice', first, { 'question-1': ACCEPT }))['result'] as Json;
    expect(second['resultType']).toBe('input_required');
    const { result } = await caller.retry('twice', second, { 'question-1': { action: 'cancel' } });
    expect(textIn(result)).toEqual([ACCEPT, { action: 'cancel' }]);
  });

  test('BRG-11: an id of elicitation, which modern MCP does not have, is left out', async () => {
    const { inputRequests } = await (await opened()).call('url');
    expect(inputRequests).toEqual({
      'question-1': {
        method: 'elicitation/create',
        params: { mode: 'url', message: 'Sign in', url: 'https://example.com/sign-in' },
      },
    });
  });

  test('BRG-12: a demand for URLs becomes input_required, and the retry makes the call again', async () => {
    const caller = await opened();
    const asked = await caller.call('visit');
    expect(asked).toMatchObject({
      resultType: 'input_required',
      inputRequests: {
        'url-1': {
          method: 'elicitation/create',
          params: { mode: 'url', message: 'Sign in', url: 'https://example.com/sign-in' },
        },
      },
    });
    const { result } = await caller.retry('visit', asked, { 'url-1': { action: 'accept' } });
    expect(textIn(result)).toBe('visited');
  });

  test('BRG-12, BAS-24, BAS-25, BAS-26: codes that modern MCP does not define are translated', async () => {
    const caller = await opened();
    const code = async (method: string, params: Json): Promise<unknown> =>
      ((await caller.ask(method, params))['error'] as Json)['code'];
    expect(await code('resources/read', { uri: 'mem:none' })).toBe(-32_602);
    const codes = [-32_002, -32_020, -32_021, -32_022, -32_042, -32_099, -32_100, -32_019, -32_000, -32_603, 7];
    const got = [];
    for (const told of codes) got.push(await code('tools/call', { name: 'fail', arguments: { code: told } }));
    expect(got).toEqual([-32_602, -32_603, -32_603, -32_603, -32_603, -32_603, -32_100, -32_019, -32_000, -32_603, 7]);
  });

  test('BAS-09: a ping of the server is answered here', async () => {
    expect(textIn(await (await opened()).call('ping'))).toEqual({});
  });

  test('BRG-16: a question with nothing in flight is refused', async () => {
    const caller = await opened();
    await caller.result('server/discover');
    caller.notify('vendor/ask-me', {});
    const answer = await until(
      async () => (await caller.seen()).find(({ id, method }) => id === 's-1' && method === undefined),
      'the question is answered',
    );
    expect(answer).toMatchObject({ error: { code: -32_601 } });
  });

  test('BRG-14: an id that looks like one of the bridge reaches the server under another', async () => {
    const caller = await opened();
    const id = caller.send('tools/call', { name: 'echo' }, {}, 'portolan-bridge-1');
    expect(await caller.answer(id)).toMatchObject({ result: { resultType: 'complete' } });
    const ids = (await caller.seen()).flatMap(({ id }) => (id === undefined ? [] : [id]));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test(`the bridge names the transport of what it opened (${name})`, async () => {
    const { upstream } = await opened();
    expect(upstream?.transport).toBe(name === 'over HTTP' ? 'streamable-http' : 'stdio');
    expect(upstream?.pid !== undefined).toBe(name === 'over stdio');
  });
});
