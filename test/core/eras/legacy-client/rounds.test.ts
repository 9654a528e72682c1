// The rounds of a call in which a modern server asks a legacy client back: what is asked of whom, what is sent again, what ends it.
import { describe, expect, test } from 'vitest';
import { objectOf } from '../../../../core/base/json-object.ts';
import { memberSource } from '../../../../core/base/json-splice.ts';
import { META, metaOf } from '../../../../core/connections/era.ts';
import { errorOf, gotBy, openBridge, TestHuman } from '../../../support/bridge-rig.ts';
import { STATE } from '../../../support/scripted-modern.ts';
import { until } from '../../../support/until.ts';

const ALL = { roots: {}, sampling: {}, elicitation: { form: {}, url: {} } };
const accept = () => ({ result: { action: 'accept', content: { name: 'Ada' } } });

describe('asking', () => {
  test('MRT-01: the call goes again only when all answers are there', async () => {
    const client = await openBridge({ capabilities: ALL });
    const id = client.ask('tools/call', { name: 'ask-all', arguments: {} });
    const asked = await until(() => {
      const requests = client.got.filter(({ frame }) => frame.kind === 'request');
      return requests.length === 3 ? requests : undefined;
    }, 'three questions are asked');
    for (const [index, { frame }] of asked.entries()) {
      expect(client.sentOf('tools/call').length).toBe(1);
      client.say(`{"jsonrpc":"2.0","id":${frame.id},"result":{ "n" : ${index}.0 }}`);
    }
    await client.answerTo(id);
    const retry = client.sentAt('tools/call', 1);
    expect(memberSource(retry.bytes, ['params', 'inputResponses'])?.toString()).toBe(
      '{"who":{ "n" : 0.0 },"s":{ "n" : 1.0 },"r":{ "n" : 2.0 }}',
    );
  });

  test('MRT-02, MRT-03: the state is echoed as it was written, and none is sent when none came', async () => {
    const client = await openBridge({ capabilities: ALL });
    client.answers = accept;
    await client.call('ask-form');
    await client.call('ask-stateless');
    const [withState, without] = [client.sentAt('tools/call', 1), client.sentAt('tools/call', 3)];
    expect(memberSource(withState.bytes, ['params', 'requestState'])?.toString()).toBe(STATE);
    expect(memberSource(without.bytes, ['params', 'requestState'])).toBeUndefined();
  });

  test('MRT-04: a retry has an id of its own; the client sees its own id', async () => {
    const client = await openBridge({ capabilities: ALL });
    client.answers = accept;
    const answer = await client.call('ask-form');
    expect(answer['id']).toBe(2);
    const ids = client.sent.map(({ id }) => id).filter((id) => id !== undefined);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('MRT-05: no round’s answers or state reach the next round or another request', async () => {
    const client = await openBridge({ capabilities: ALL });
    client.answers = accept;
    const [again, other] = await Promise.all([client.call('ask-again'), client.call('echo')]);
    expect(gotBy(again)['requestState']).toBeUndefined();
    expect(gotBy(again)['inputResponses']).toEqual({ who: { action: 'accept', content: { name: 'Ada' } } });
    expect(Object.keys(gotBy(other)).toSorted()).toEqual(['_meta', 'arguments', 'name']);
    const [, , second] = client.sentOf('tools/call').filter((frame) => frame.bytes.includes('ask-again'));
    expect(second?.bytes.toString()).not.toContain('"one"');
  });

  test('the retry carries the params and the metadata of the call', async () => {
    const client = await openBridge({ capabilities: ALL });
    client.answers = accept;
    const answer = await client.call('ask-form', { n: 1 }, { progressToken: 't', traceparent: '00-a-b-01' });
    expect(gotBy(answer)).toMatchObject({ name: 'ask-form', arguments: { n: 1 } });
    expect(metaOf(client.sentAt('tools/call', 1))).toEqual(metaOf(client.sentAt('tools/call', 0)));
  });

  test('MRT-06, MRT-07: an answer that breaks the rules is an error, and nobody is asked', async () => {
    const client = await openBridge({ capabilities: ALL });
    for (const tool of ['ask-nothing', 'ask-unknown', 'ask-strange-mode']) {
      expect(errorOf(await client.call(tool))['data'], tool).toMatchObject({ code: 'PROTOCOL_ERROR' });
    }
    expect(errorOf(await client.outcome('prompts/list'))['data']).toMatchObject({ code: 'PROTOCOL_ERROR' });
    expect(client.sentOf('tools/call').length).toBe(3);
    expect(client.sentOf('prompts/list').length).toBe(1);
    expect(client.got.filter(({ frame }) => frame.kind === 'request')).toEqual([]);
  });

  test('MRT-09, PRX-13: ten rounds are played and the eleventh is refused', async () => {
    const client = await openBridge({ capabilities: ALL });
    const error = errorOf(await client.call('ask-for-ever'));
    expect(error['message']).toContain('10 times');
    expect(client.sentOf('tools/call').length).toBe(11);
  });

  test('PRX-13: a round with one question that nobody can answer asks nothing at all', async () => {
    const client = await openBridge({ capabilities: { elicitation: {} } });
    client.answers = accept;
    expect(errorOf(await client.call('ask-mixed'))['message']).toContain('(roots)');
    expect(client.got.filter(({ frame }) => frame.kind === 'request')).toEqual([]);
  });

  test('tools of a sampling request need their own capability', async () => {
    const client = await openBridge({ capabilities: ALL });
    expect(errorOf(await client.call('ask-sampling-tools'))['message']).toContain('(sampling.tools)');
  });

  test('PRX-17: an answer from elsewhere is no answer to a question', async () => {
    const client = await openBridge({ capabilities: ALL });
    const id = client.ask('tools/call', { name: 'ask-roots', arguments: {} });
    const asked = await until(() => client.heard('roots/list')[0], 'the roots are asked for');
    client.say('{"jsonrpc":"2.0","id":1,"result":{"roots":[{"uri":"file:///not-asked"}]}}');
    client.say(`{"jsonrpc":"2.0","id":${asked.frame.id},"result":{"roots":[]}}`);
    const answer = await client.answerTo(id);
    expect(gotBy(answer.message)['inputResponses']).toEqual({ r: { roots: [] } });
  });
});

describe('not answering', () => {
  test('ELI-07: an error to an elicitation is a cancel', async () => {
    const client = await openBridge({ capabilities: ALL });
    client.answers = () => ({ error: { code: -32_602, message: 'no such mode' } });
    expect(gotBy(await client.call('ask-form'))['inputResponses']).toEqual({ who: { action: 'cancel' } });
  });

  test('declining is an answer', async () => {
    const client = await openBridge({ capabilities: ALL });
    client.answers = () => ({ result: { action: 'decline' } });
    expect(gotBy(await client.call('ask-url'))['inputResponses']).toEqual({ pay: { action: 'decline' } });
    expect(client.heard('notifications/elicitation/complete')).toEqual([]);
  });

  test.each(['ask-sampling', 'ask-roots'])(
    'an error to %s fails the call, and the server hears of no retry',
    async (tool) => {
      const client = await openBridge({ capabilities: ALL });
      client.answers = () => ({ error: { code: -1, message: 'the person said no' } });
      expect(errorOf(await client.call(tool))['message']).toContain('the person said no');
      expect(client.sentOf('tools/call').length).toBe(1);
    },
  );

  test('one failed question takes the others back from the client', async () => {
    const client = await openBridge({ capabilities: ALL });
    client.answers = (method) =>
      method === 'sampling/createMessage' ? { error: { code: -1, message: 'no' } } : undefined;
    await client.call('ask-all');
    const open = client.got.filter(
      ({ frame }) => frame.kind === 'request' && frame.method !== 'sampling/createMessage',
    );
    const taken = client
      .heard('notifications/cancelled')
      .map(({ frame }) => objectOf(frame.message['params'])?.['requestId']);
    expect(new Set(taken)).toEqual(new Set(open.map(({ frame }) => frame.message['id'])));
    expect(taken.length).toBe(2);
  });

  test('a cancelled call takes its questions back, and the server hears of nothing', async () => {
    const client = await openBridge({ capabilities: ALL });
    client.ask('tools/call', { name: 'ask-form' });
    const asked = await until(() => client.heard('elicitation/create')[0], 'the question is asked');
    client.notify('notifications/cancelled', { requestId: 2 });
    await until(() => client.heard('notifications/cancelled').length > 0, 'the question is taken back');
    expect(client.heard('notifications/cancelled')[0]?.frame.message['params']).toEqual({
      requestId: asked.frame.message['id'],
    });
    client.say(`{"jsonrpc":"2.0","id":${asked.frame.id},"result":{"action":"accept"}}`);
    await client.call('echo');
    expect(client.sentOf('notifications/cancelled')).toEqual([]);
    expect(client.sentOf('tools/call').length).toBe(2);
  });

  test('an answer of the server while its questions are open is dropped', async () => {
    const client = await openBridge({ capabilities: ALL });
    const id = client.ask('tools/call', { name: 'ask-roots' });
    const asked = await until(() => client.heard('roots/list')[0], 'the roots are asked for');
    await client.call('say', { text: `{"jsonrpc":"2.0","id":${id},"result":{"early":true}}` });
    client.say(`{"jsonrpc":"2.0","id":${asked.frame.id},"result":{"roots":[]}}`);
    expect(gotBy((await client.answerTo(id)).message)['inputResponses']).toEqual({ r: { roots: [] } });
  });

  test('a call that is cancelled after a retry is taken back under the id of the retry', async () => {
    const client = await openBridge({ capabilities: ALL });
    client.answers = () => ({ result: {} });
    client.ask('tools/call', { name: 'ask-then-slow' });
    await until(() => client.sentOf('tools/call').length === 2, 'the call is made again');
    const [, retry] = client.sentOf('tools/call');
    client.notify('notifications/cancelled', { requestId: 2 });
    expect(client.sentOf('notifications/cancelled')[0]?.message['params']).toEqual({ requestId: retry?.message['id'] });
  });
});

describe('a person', () => {
  test('ELI-01: a client with {} answers forms, with or without a mode; links go to the person', async () => {
    const human = new TestHuman();
    const client = await openBridge({ capabilities: { elicitation: {} }, human });
    client.answers = () => ({ result: { action: 'accept', content: { name: 'client' } } });
    human.answer = { action: 'accept' };
    await client.call('ask-form');
    await client.call('ask-modeless');
    expect(human.asked).toEqual([]);
    expect(client.heard('elicitation/create').length).toBe(2);
    expect(gotBy(await client.call('ask-url'))['inputResponses']).toEqual({ pay: { action: 'accept' } });
    expect(human.asked.map(({ server, client: name, tool }) => [server, name, tool])).toEqual([
      ['scripted-entry', 'Test client', 'ask-url'],
    ]);
    expect(client.heard('elicitation/create').length).toBe(2);
  });

  test('PRX-18: a link that a person is asked about is handed over as it came', async () => {
    const human = new TestHuman();
    const client = await openBridge({ human });
    await client.call('ask-url');
    expect(human.asked[0]?.params).toEqual({ mode: 'url', message: 'Pay', url: 'https://pay.example.com/x' });
  });

  test('BRG-16: elicitation is declared only while somebody is there', async () => {
    const human = new TestHuman();
    const client = await openBridge({ human });
    const declared = async () =>
      objectOf(objectOf(gotBy(await client.call('echo'))['_meta'])?.[META.clientCapabilities]);
    expect(await declared()).toMatchObject({ elicitation: { form: {}, url: {} } });
    human.present = false;
    expect(await declared()).not.toHaveProperty('elicitation');
    expect(errorOf(await client.call('ask-form'))['message']).toContain('(elicitation.form)');
    expect(human.asked).toEqual([]);
  });

  test('the waiting for a person is told, so that the server is not taken for silent', async () => {
    const human = new TestHuman();
    const client = await openBridge({ human });
    await client.call('ask-form');
    expect(client.persons).toEqual(['2 true', '2 false']);
  });

  test('a question is taken back with its call', async () => {
    const human = new TestHuman();
    human.answer = undefined;
    const client = await openBridge({ human });
    client.ask('tools/call', { name: 'ask-form' });
    await until(() => human.asked.length > 0, 'the person is asked');
    client.notify('notifications/cancelled', { requestId: 2 });
    expect(human.aborted).toBe(1);
  });

  test('a question is taken back, and the subscription ended, when the client leaves', async () => {
    const human = new TestHuman();
    human.answer = undefined;
    const client = await openBridge({ human });
    client.ask('tools/call', { name: 'ask-form' });
    await until(() => human.asked.length > 0, 'the person is asked');
    await client.upstream.close();
    expect(human.aborted).toBe(1);
    const ended = client.sentOf('notifications/cancelled').map(({ message }) => message['params']);
    expect(ended).toEqual([{ requestId: client.sentAt('subscriptions/listen', 0).message['id'] }]);
  });

  test('a question is taken back when the server is lost', async () => {
    const human = new TestHuman();
    human.answer = undefined;
    const client = await openBridge({ human });
    const id = client.ask('tools/call', { name: 'ask-form' });
    await until(() => human.asked.length > 0, 'the person is asked');
    client.ask('tools/call', { name: 'exit' });
    await until(() => client.closed.length > 0, 'the connection is closed');
    expect(human.aborted).toBe(1);
    expect(client.failures.map((failure) => failure.id)).toContain(id);
  });
});
