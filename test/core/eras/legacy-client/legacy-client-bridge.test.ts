// What a legacy client meets at a modern server, one row per thing that the two generations say differently, over each transport.
import { describe, expect, test } from 'vitest';
import { objectOf } from '../../../../core/base/json-object.ts';
import { memberSource } from '../../../../core/base/json-splice.ts';
import { META, metaOf, OWN_EXTENSIONS as OWN } from '../../../../core/connections/era.ts';
import {
  errorOf,
  gotBy,
  type LegacyClient,
  MODERN_PEERS,
  openBridge,
  resultOf,
  type RigOptions,
  TestHuman,
} from '../../../support/bridge-rig.ts';
import { ELICIT_FORM, STATE, TOOLS_LIST } from '../../../support/scripted-modern.ts';
import { until } from '../../../support/until.ts';

type Transport = keyof typeof MODERN_PEERS;

interface Row {
  readonly title: string;
  readonly with?: RigOptions;
  run(client: LegacyClient, transport: Transport): Promise<void>;
}

const ALL = { roots: { listChanged: true }, sampling: {}, elicitation: { form: {}, url: {} }, tasks: { list: {} } };

const ROWS: readonly Row[] = [
  {
    title: 'BRG-01: initialize is answered from discovery, in the version that the client asked for',
    with: { bare: true },
    run: async (client) => {
      for (const [asked, told] of [
        ['2025-11-25', '2025-11-25'],
        ['2025-03-26', '2025-03-26'],
        ['1999-01-01', '2025-11-25'],
        ['2026-07-28', '2025-11-25'],
      ]) {
        const answer = resultOf(await client.outcome('initialize', { protocolVersion: asked, capabilities: {} }));
        expect(answer['protocolVersion']).toBe(told);
        expect(answer['serverInfo']).toEqual({ name: 'scripted', version: '9', websiteUrl: 'https://example.com' });
        expect(answer['instructions']).toBe('Be kind.');
      }
      expect(new Set(client.sent.map(({ method }) => method))).toEqual(new Set(['server/discover']));
    },
  },
  {
    title: 'BRG-16, BAS-28: the server’s capabilities reach the client without tasks',
    with: { bare: true },
    run: async (client) => {
      const answer = resultOf(await client.outcome('initialize', { protocolVersion: '2025-11-25', capabilities: {} }));
      expect(answer['capabilities']).toEqual({
        tools: { listChanged: true },
        prompts: {},
        resources: { subscribe: true, listChanged: true },
        completions: {},
        logging: {},
        extensions: { 'io.modelcontextprotocol/ui': { mimeTypes: [] } },
      });
    },
  },
  {
    title: 'BRG-16, BAS-28: the client’s capabilities reach the server as far as they can be bridged',
    with: { capabilities: { ...ALL, extensions: { 'a.example/x': {}, 'io.modelcontextprotocol/tasks': {} } } },
    run: async (client) => {
      const meta = objectOf(gotBy(await client.call('echo'))['_meta']);
      expect(meta?.[META.clientCapabilities]).toEqual({
        roots: {},
        sampling: {},
        elicitation: { form: {}, url: {} },
        extensions: { 'a.example/x': {}, ...OWN },
      });
    },
  },
  {
    title: 'BRG-02: what the modern generation does not have is answered here and never sent',
    run: async (client) => {
      expect(resultOf(await client.outcome('ping'))).toEqual({});
      client.notify('notifications/roots/list_changed');
      expect(resultOf(await client.outcome('logging/setLevel', { level: 'info' }))).toEqual({});
      expect(resultOf(await client.outcome('resources/subscribe', { uri: 'a:1' }))).toEqual({});
      expect(resultOf(await client.outcome('resources/unsubscribe', { uri: 'a:1' }))).toEqual({});
      expect(errorOf(await client.outcome('tasks/list'))['code']).toBe(-32_601);
      expect(errorOf(await client.outcome('server/discover'))['code']).toBe(-32_601);
      expect(errorOf(await client.outcome('logging/setLevel', { level: 'loud' }))['code']).toBe(-32_602);
      const allowed = new Set(['server/discover', 'subscriptions/listen', 'notifications/cancelled']);
      expect(client.sent.filter(({ method = '' }) => !allowed.has(method))).toEqual([]);
    },
  },
  {
    title: 'BRG-03: every request carries version, capabilities and client, and keeps its other bytes',
    run: async (client) => {
      client.say(
        '{ "id":"q\\u0031", "jsonrpc":"2.0","method":"tools/call","params":{"name":"echo","arguments":{"n":1.50}} }',
      );
      await client.answerTo('"q\\u0031"');
      const sent = client.sentAt('tools/call', 0);
      expect(metaOf(sent)).toEqual({
        [META.protocolVersion]: '2026-07-28',
        [META.clientCapabilities]: { extensions: OWN },
        [META.clientInfo]: { name: 'test-client', version: '1', title: 'Test' },
      });
      const text = sent.bytes.toString('utf8');
      expect(text.startsWith('{ "id":"q\\u0031", "jsonrpc":"2.0","method":"tools/call","params":{"_meta":{')).toBe(
        true,
      );
      expect(text.endsWith('"name":"echo","arguments":{"n":1.50}} }')).toBe(true);
      const own = ['server/discover', 'subscriptions/listen'].map((method) => client.sentAt(method, 0));
      const declared = own.map((frame) => metaOf(frame)?.[META.clientCapabilities]);
      expect(declared).toEqual([{ extensions: OWN }, { extensions: OWN }]);
    },
  },
  {
    title: 'BRG-15: trace context and foreign metadata stay; baggage does not leave the machine',
    run: async (client, transport) => {
      const meta = { traceparent: '00-a-b-01', tracestate: 'x=1', baggage: 'user=7', 'a.example/k': [1] };
      const { baggage, ...kept } = meta;
      const got = objectOf(gotBy(await client.call('echo', {}, meta))['_meta']);
      expect(got).toMatchObject(kept);
      expect(got?.['baggage']).toBe(transport === 'stdio' ? baggage : undefined);
    },
  },
  {
    title: 'a result passes byte for byte',
    run: async (client) => {
      const id = client.ask('tools/list');
      const answer = await client.answerTo(id);
      expect(memberSource(answer.bytes, ['result'])?.toString()).toBe(TOOLS_LIST);
    },
  },
  {
    title: 'LOG-01: the log level is stamped on requests once it is set, and not before',
    run: async (client) => {
      await client.call('log');
      expect(client.heard('notifications/message')).toEqual([]);
      await client.outcome('logging/setLevel', { level: 'warning' });
      const meta = objectOf(gotBy(await client.call('log'))['_meta']);
      expect(meta?.[META.logLevel]).toBe('warning');
      expect(client.heard('notifications/message').length).toBe(1);
    },
  },
  {
    title: 'progress reaches the client under its own token, related to its own request',
    run: async (client) => {
      await client.call('progress', {}, { progressToken: 'p' });
      const heard = client.heard('notifications/progress');
      expect(heard.map(({ frame }) => frame.message['params'])).toEqual([
        { progressToken: 'p', progress: 1 },
        { progressToken: 'p', progress: 2 },
      ]);
      expect(heard.map(({ relatedTo }) => relatedTo)).toEqual(['2', '2']);
    },
  },
  {
    title: 'BRG-04: a changed list and a changed resource are told without the mark of the subscription',
    run: async (client) => {
      await client.outcome('resources/subscribe', { uri: 'a:1' });
      await client.call('tell', { method: 'notifications/tools/list_changed' });
      await client.call('tell', {
        method: 'notifications/resources/updated',
        params: { uri: 'a:1', _meta: { 'a.example/k': 1 } },
      });
      const [changed] = client.heard('notifications/tools/list_changed');
      expect(changed?.frame.bytes.toString()).not.toContain('subscriptionId');
      const [updated] = client.heard('notifications/resources/updated');
      expect(updated?.frame.message['params']).toEqual({ uri: 'a:1', _meta: { 'a.example/k': 1 } });
    },
  },
  {
    title: 'BRG-05: questions become the server’s requests, and the call is answered once',
    with: { capabilities: ALL },
    run: async (client) => {
      client.answers = (method) => ({ result: { was: method } });
      const answer = await client.call('ask-all');
      const asked = client.got.filter(({ frame }) => frame.kind === 'request');
      expect(asked.map(({ frame }) => frame.method)).toEqual([
        'elicitation/create',
        'sampling/createMessage',
        'roots/list',
      ]);
      expect(asked.map(({ relatedTo }) => relatedTo)).toEqual(['2', '2', '2']);
      expect(asked[0]?.frame.message['params']).toEqual(ELICIT_FORM.params);
      expect(gotBy(answer)['inputResponses']).toEqual({
        who: { was: 'elicitation/create' },
        s: { was: 'sampling/createMessage' },
        r: { was: 'roots/list' },
      });
      const [first, retry] = [client.sentAt('tools/call', 0), client.sentAt('tools/call', 1)];
      expect(memberSource(retry.bytes, ['params', 'requestState'])?.toString()).toBe(STATE);
      expect(retry.id).not.toBe(first.id);
      expect(client.got.filter(({ frame }) => frame.kind === 'response' && frame.id === '2').length).toBe(1);
    },
  },
  {
    title: 'BRG-06: a person answers the elicitation that the client did not declare',
    with: { human: new TestHuman() },
    run: async (client) => {
      const answer = await client.call('ask-form');
      expect(gotBy(answer)['inputResponses']).toEqual({ who: { action: 'accept', content: { name: 'Ada' } } });
      expect(client.heard('elicitation/create')).toEqual([]);
    },
  },
  {
    title: 'BRG-06: what nobody can answer is a clear error',
    run: async (client) => {
      for (const [tool, capability] of [
        ['ask-form', 'elicitation.form'],
        ['ask-url', 'elicitation.url'],
        ['ask-roots', 'roots'],
        ['ask-sampling', 'sampling'],
      ] as const) {
        const error = errorOf(await client.call(tool));
        expect(error['code']).toBe(-32_603);
        expect(error['message']).toContain(`(${capability})`);
      }
    },
  },
  {
    title: 'ELI-08: a link gets an id, and the client hears when the server goes on',
    with: { capabilities: ALL },
    run: async (client) => {
      client.answers = () => ({ result: { action: 'accept' } });
      await client.call('ask-url');
      const params = objectOf(client.heard('elicitation/create')[0]?.frame.message['params']);
      expect(params).toMatchObject({ mode: 'url', url: 'https://pay.example.com/x' });
      expect(params?.['elicitationId']).toEqual(expect.any(String));
      const complete = client.heard('notifications/elicitation/complete')[0]?.frame.message['params'];
      expect(complete).toEqual({ elicitationId: params?.['elicitationId'] });
      const order = client.got.map(({ frame }) => frame.method ?? frame.id);
      expect(order.indexOf('notifications/elicitation/complete')).toBeLessThan(order.lastIndexOf('2'));
    },
  },
  {
    title: 'BRG-08, BAS-28: the result of a task that nobody agreed on is no result',
    run: async (client) => {
      expect(await client.call('task')).toEqual({ failure: 'PROTOCOL_ERROR' });
    },
  },
  {
    title: 'BAS-21: a result of an unknown kind is no result',
    run: async (client) => {
      expect(await client.call('strange-result')).toEqual({ failure: 'PROTOCOL_ERROR' });
    },
  },
  {
    title: 'BRG-07: a cancelled request is taken back from the server',
    run: async (client) => {
      const id = client.ask('tools/call', { name: 'slow' });
      client.notify('notifications/cancelled', { requestId: Number(id), reason: 'enough' });
      expect(client.sentOf('notifications/cancelled').map(({ message }) => message['params'])).toEqual([
        { requestId: Number(id), reason: 'enough' },
      ]);
    },
  },
  {
    title: 'BAS-15: a version that the server refuses is told with both lists',
    run: async (client) => {
      const error = errorOf(await client.call('other-version'));
      expect(error['code']).toBe(-32_603);
      expect(error['message']).toContain('2027-01-01');
      expect(error['message']).toContain('2026-07-28');
    },
  },
  {
    title: 'a capability that the server needs is told by its name',
    run: async (client) => {
      const error = errorOf(await client.call('needs-roots'));
      expect(error['code']).toBe(-32_603);
      expect(error['message']).toContain('roots');
    },
  },
  {
    title: 'BAS-26: a resource that is not found has the number of the client’s generation',
    run: async (client) => {
      expect(errorOf(await client.outcome('resources/read', { uri: 'a:9' }))).toEqual({
        code: -32_002,
        message: 'Resource not found',
        data: { uri: 'a:9' },
      });
    },
  },
  {
    title: 'a lost server fails what was in flight, and then the connection, where there is one',
    run: async (client, transport) => {
      const slow = client.ask('tools/call', { name: 'slow' });
      client.ask('tools/call', { name: 'exit' });
      await until(() => client.failures.length === 2, 'both requests fail');
      if (transport !== 'http') await until(() => client.closed.length === 1, 'the connection is closed');
      expect(new Set(client.failures.map(({ id }) => id))).toEqual(new Set([slow, String(Number(slow) + 1)]));
      expect(client.failures.every(({ error }) => error.data['sent'] === true)).toBe(true);
    },
  },
];

describe.each(Object.keys(MODERN_PEERS) as Transport[])('a legacy client at a modern server over %s', (transport) => {
  test.each(ROWS)('$title', async (row) => {
    await row.run(await openBridge({ ...row.with, transport }), transport);
  });
});
