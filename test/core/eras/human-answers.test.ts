// A person answers the elicitation that a client did not declare, between a client and a server of the same generation.
import { describe, expect, onTestFinished, test } from 'vitest';
import { type JsonObject, objectOf } from '../../../core/base/json-object.ts';
import { memberSource } from '../../../core/base/json-splice.ts';
import { META } from '../../../core/connections/era.ts';
import type { Era } from '../../../core/connections/era.ts';
import type { UpstreamEvents } from '../../../core/connections/upstream.ts';
import { openWithHumanAnswers } from '../../../core/eras/human-answers.ts';
import { LegacyClient, MODERN_PEERS, TestHuman } from '../../support/bridge-rig.ts';
import { RecordingUpstream } from '../../support/recording-upstream.ts';
import { STATE } from '../../support/scripted-modern.ts';
import { until } from '../../support/until.ts';

async function rig(era: Era) {
  const human = new TestHuman();
  const client = new LegacyClient();
  const opened: RecordingUpstream[] = [];
  const open = async (events: UpstreamEvents) => {
    if (era === 'legacy') {
      const recorder = new RecordingUpstream(events, (frame) => void client.sent.push(frame));
      opened.push(recorder);
      return recorder;
    }
    const upstream = await MODERN_PEERS.memory(events, 'plain');
    return {
      ...upstream,
      send: (frame: (typeof client.sent)[number]) => {
        client.sent.push(frame);
        upstream.send(frame);
      },
    };
  };
  client.upstream = await openWithHumanAnswers(
    { server: 'maps', client: () => 'Editor', open, events: client, human },
    era,
  );
  onTestFinished(() => client.upstream.close());
  return { client, human, server: { say: (text: string) => opened[0]?.say(text) } };
}

describe('legacy', () => {
  const initialize = (capabilities: object, protocolVersion = '2025-11-25') =>
    `{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"${protocolVersion}","capabilities":${JSON.stringify(capabilities)}}}`;
  const question = (id: string, params: object) =>
    `{"jsonrpc":"2.0","id":${id},"method":"elicitation/create","params":${JSON.stringify(params)}}`;
  const FORM = { message: 'Who?', requestedSchema: {} };
  const LINK = { mode: 'url', message: 'Pay', url: 'https://a.b/', elicitationId: 'e1' };
  const declared = (client: LegacyClient) =>
    objectOf(objectOf(client.sent[0]?.message['params'])?.['capabilities'])?.['elicitation'];

  test.each([
    [{}, '2025-11-25', { form: {}, url: {} }],
    [{ roots: {} }, '2025-06-18', { form: {} }],
    [{}, '2025-03-26', undefined],
    [{ elicitation: {} }, '2025-11-25', { form: {}, url: {} }],
    [{ elicitation: { url: { x: 1 } } }, '2025-11-25', { form: {}, url: { x: 1 } }],
    [{ elicitation: { form: {}, url: {} } }, '2025-11-25', { form: {}, url: {} }],
  ])('a client with %j of %s declares %j', async (capabilities, version, told) => {
    const { client } = await rig('legacy');
    client.say(initialize(capabilities, version));
    expect(declared(client)).toEqual(told);
  });

  test('the handshake keeps its bytes when nobody is there, and the server’s questions reach the client', async () => {
    const { client, human, server } = await rig('legacy');
    human.present = false;
    client.say(initialize({}));
    expect(client.sent[0]?.bytes.toString()).toBe(initialize({}));
    server.say(question('1', FORM));
    expect(client.heard('elicitation/create').length).toBe(1);
    expect(human.asked).toEqual([]);
  });

  test('PRX-17: what the client did not declare is answered by the person, the rest by the client', async () => {
    const { client, human, server } = await rig('legacy');
    client.say(initialize({ elicitation: {} }));
    client.say('{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"pay"}}');
    server.say(question('"\\u0061"', LINK));
    await until(() => client.sent.length === 3, 'the person’s answer is sent');
    expect(client.sent[2]?.bytes.toString()).toBe(
      '{"jsonrpc":"2.0","id":"\\u0061","result":{"action":"accept","content":{"name":"Ada"}}}',
    );
    expect(human.asked).toEqual([{ server: 'maps', client: 'Editor', tool: 'pay', params: LINK }]);
    server.say('{"jsonrpc":"2.0","method":"notifications/elicitation/complete","params":{"elicitationId":"e1"}}');
    server.say('{"jsonrpc":"2.0","method":"notifications/elicitation/complete","params":{"elicitationId":"e2"}}');
    expect(client.heard('notifications/elicitation/complete').length).toBe(1);
    server.say(question('2', FORM));
    expect(client.heard('elicitation/create').map(({ frame }) => frame.id)).toEqual(['2']);
    expect(human.asked.length).toBe(1);
  });

  test('a question that the server takes back is taken back from the person and not answered', async () => {
    const { client, human, server } = await rig('legacy');
    human.answer = undefined;
    client.say(initialize({}));
    server.say(question('1', FORM));
    server.say('{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}');
    expect(human.aborted).toBe(1);
    server.say(question('1', FORM));
    expect(human.asked.length).toBe(2);
    await client.upstream.close();
    expect(human.aborted).toBe(2);
    expect(client.got).toEqual([]);
    expect(client.sent.length).toBe(1);
  });
});

describe('modern', () => {
  const call = (name: string, capabilities: object = {}, id = '"c1"', params: object = {}) =>
    `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":${JSON.stringify({
      name,
      ...params,
      _meta: { [META.protocolVersion]: '2026-07-28', [META.clientCapabilities]: capabilities },
    })}}`;
  const resultOf = (message: JsonObject) => objectOf(message['result']);
  const declared = (client: LegacyClient) =>
    objectOf(objectOf(objectOf(client.sent.at(-1)?.message['params'])?.['_meta'])?.[META.clientCapabilities]);

  test('a call declares elicitation while somebody is there; other requests and other bytes stay', async () => {
    const { client, human } = await rig('modern');
    client.say(call('echo'));
    expect(declared(client)).toEqual({ elicitation: { form: {}, url: {} } });
    client.say(call('echo', { elicitation: { url: {} }, roots: {} }, '"c2"'));
    expect(declared(client)).toEqual({ elicitation: { form: {}, url: {} }, roots: {} });
    const list = call('x', {}, '"c3"').replace('tools/call', 'tools/list');
    client.say(list);
    expect(client.sent.at(-1)?.bytes.toString()).toBe(list);
    human.present = false;
    client.say(call('echo', {}, '"c4"'));
    expect(client.sent.at(-1)?.bytes.toString()).toBe(call('echo', {}, '"c4"'));
  });

  test('the person answers, the call is made again, and the client sees one answer under its own id', async () => {
    const { client, human } = await rig('modern');
    client.say(call('ask-form'));
    const answer = await client.answerTo('"c1"');
    expect(objectOf(resultOf(answer.message)?.['got'])?.['inputResponses']).toEqual({
      who: { action: 'accept', content: { name: 'Ada' } },
    });
    const [first, retry] = [client.sentAt('tools/call', 0), client.sentAt('tools/call', 1)];
    expect(retry.id).not.toBe(first.id);
    expect(memberSource(retry.bytes, ['params', 'requestState'])?.toString()).toBe(STATE);
    expect(client.got.filter(({ frame }) => frame.kind === 'response').length).toBe(1);
    expect(human.asked.map(({ server, client: name, tool }) => [server, name, tool])).toEqual([
      ['maps', 'Editor', 'ask-form'],
    ]);
    expect(client.persons).toEqual(['"c1" true', '"c1" false']);
  });

  test('what the client declared is asked of the client', async () => {
    const { client, human } = await rig('modern');
    for (const [index, name] of ['ask-form', 'ask-roots', 'ask-stateless'].entries()) {
      const id = `"c${index}"`;
      client.say(call(name, { elicitation: {}, roots: {} }, id));
      expect(resultOf((await client.answerTo(id)).message)?.['resultType']).toBe('input_required');
    }
    expect(human.asked).toEqual([]);
  });

  test('a round with parts for both is refused and names what is missing', async () => {
    const { client, human } = await rig('modern');
    client.say(call('ask-mixed', { roots: {} }));
    const answer = await client.answerTo('"c1"');
    expect(answer.message['error']).toMatchObject({
      code: -32_021,
      data: { requiredCapabilities: { elicitation: {} } },
    });
    expect(human.asked).toEqual([]);
  });

  test('a cancelled call takes the question back; a cancelled retry is taken back under its own id', async () => {
    const { client, human } = await rig('modern');
    human.answer = undefined;
    client.say(call('ask-form'));
    await until(() => human.asked.length === 1, 'the person is asked');
    client.notify('notifications/cancelled', { requestId: 'c1' });
    expect(human.aborted).toBe(1);
    expect(client.sentOf('notifications/cancelled')).toEqual([]);
    human.answer = { action: 'decline' };
    client.say(call('ask-form-then-slow', {}, '"c2"'));
    await until(() => client.sentOf('tools/call').length === 3, 'the call is made again');
    client.notify('notifications/cancelled', { requestId: 'c2' });
    expect(client.sentOf('notifications/cancelled')[0]?.message['params']).toEqual({
      requestId: client.sentOf('tools/call')[2]?.message['id'],
    });
  });

  test('an answer of the server while the person is asked is dropped', async () => {
    const { client, human } = await rig('modern');
    human.answer = undefined;
    client.say(call('ask-form'));
    await until(() => human.asked.length === 1, 'the person is asked');
    const text = '{"jsonrpc":"2.0","id":"c1","result":{"early":true}}';
    client.say(call('say', {}, '"c2"', { arguments: { text } }));
    await client.answerTo('"c2"');
    expect(client.got.filter(({ frame }) => frame.id === '"c1"')).toEqual([]);
  });

  test('messages on the stream of the retry belong to the client’s request', async () => {
    const { client } = await rig('modern');
    client.say(call('ask-form-then-progress'));
    await client.answerTo('"c1"');
    expect(client.heard('notifications/progress').map(({ relatedTo }) => relatedTo)).toEqual(['"c1"']);
  });

  test('a lost server ends the question and the call', async () => {
    const { client, human } = await rig('modern');
    human.answer = undefined;
    client.say(call('ask-form'));
    await until(() => human.asked.length === 1, 'the person is asked');
    client.say(call('exit', {}, '"c2"'));
    expect(human.aborted).toBe(1);
    expect(client.failures.map(({ id }) => id).toSorted()).toEqual(['"c1"', '"c2"']);
    expect(client.closed.length).toBe(1);
  });
});
