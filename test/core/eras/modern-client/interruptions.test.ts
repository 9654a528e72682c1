// Calls in the middle of which the server asks: what the caller may give back, once, in time, and what becomes of the rest.
import { describe, expect, test } from 'vitest';
import { frameOf } from '../../../../core/connections/frame.ts';
import type { Human } from '../../../../core/eras/human.ts';
import { answersTo, openRig, sent } from '../../../support/modern-bridge-rig.ts';
import { ALL, type Json, textIn } from '../../../support/modern-caller.ts';
import { until } from '../../../support/until.ts';

const ACCEPT = { action: 'accept', content: { age: 7 } };
const MINUTES = 60_000;
const INVALID = { error: { code: -32_602 } };

describe('interruptions', () => {
  test('MRT-08: a state is taken once', async () => {
    const { caller } = await openRig();
    const asked = await caller.call('form');
    expect(await caller.retry('form', asked, { 'question-1': ACCEPT })).toMatchObject({ result: {} });
    expect(await caller.retry('form', asked, { 'question-1': ACCEPT })).toMatchObject(INVALID);
  });

  test('MRT-08: a state that was changed, moved to another request, or comes from another caller is refused', async () => {
    const rig = await openRig();
    const { caller } = rig;
    const asked = await caller.call('form');
    const other = await openRig({ principal: 'os:2' });
    const answers = { 'question-1': ACCEPT };
    expect(await caller.retry('form', { requestState: `${String(asked['requestState'])}A` }, answers)).toMatchObject(
      INVALID,
    );
    expect(await caller.retry('form', { requestState: 5 }, answers)).toMatchObject(INVALID);
    expect(await caller.retry('url', asked, answers)).toMatchObject(INVALID);
    expect(await other.caller.retry('form', asked, answers)).toMatchObject(INVALID);
    expect(answersTo(rig, 's-1')).toEqual([]);
    // None of that has used it up.
    expect(await caller.retry('form', asked, answers)).toMatchObject({ result: {} });
  });

  test('BRG-11: when nobody comes back, the question gets an error, the call is cancelled and the state has expired', async () => {
    const rig = await openRig();
    const asked = await rig.caller.call('form');
    rig.clock.advance(10 * MINUTES - 1);
    expect(answersTo(rig, 's-1')).toEqual([]);
    rig.clock.advance(1);
    expect(answersTo(rig, 's-1')).toEqual([
      { jsonrpc: '2.0', id: 's-1', error: { code: -1, message: 'The client did not answer.' } },
    ]);
    expect(sent(rig, 'notifications/cancelled')).toMatchObject([{ params: { requestId: 1 } }]);
    expect(await rig.caller.retry('form', asked, { 'question-1': ACCEPT })).toMatchObject(INVALID);
  });

  test('a state does not outlive its date when the clock is put forward', async () => {
    const { caller, clock } = await openRig();
    const asked = await caller.call('form');
    clock.jump(10 * MINUTES);
    expect(await caller.retry('form', asked, { 'question-1': ACCEPT })).toMatchObject(INVALID);
  });

  test('BRG-11: a cancelled retry, and a cancel between the two, end the call at the server', async () => {
    const rig = await openRig();
    await rig.caller.call('form');
    rig.caller.notify('notifications/cancelled', { requestId: 1 });
    expect(answersTo(rig, 's-1')).toMatchObject([{ error: { code: -1 } }]);
    const asked = await rig.caller.call('withdrawn');
    const { requestState } = asked;
    const params = { name: 'withdrawn', arguments: {}, requestState, inputResponses: { 'question-1': ACCEPT } };
    const retry = rig.caller.send('tools/call', params);
    rig.caller.notify('notifications/cancelled', { requestId: retry });
    expect(sent(rig, 'notifications/cancelled').map(({ params }) => (params as Json)['requestId'])).toEqual([1, 2]);
  });

  test('several questions of one call are answered together, and what is left out is asked again', async () => {
    const rig = await openRig();
    const first = await rig.caller.call('both');
    expect(Object.keys(first['inputRequests'] as Json)).toEqual(['question-1']);
    await until(() => rig.caller.frames.length > 0, 'the first question is there');
    const second = (await rig.caller.retry('both', first, { 'question-1': 'no object' }))['result'] as Json;
    expect(second['inputRequests']).toMatchObject({
      'question-1': { method: 'elicitation/create' },
      'question-2': { method: 'roots/list' },
    });
    const answers = { 'question-1': ACCEPT, 'question-2': { roots: [] } };
    expect(textIn((await rig.caller.retry('both', second, answers))['result'])).toEqual([ACCEPT, { roots: [] }]);
  });

  test('a server that goes on without the answer is heard at the retry', async () => {
    const rig = await openRig();
    const asked = await rig.caller.call('impatient');
    const { result } = await rig.caller.retry('impatient', asked, { 'question-1': ACCEPT });
    expect(textIn(result)).toBe('without waiting');
    expect(answersTo(rig, 's-1')).toEqual([]);
  });

  test('a call that has ended at the server is not cancelled there when nobody comes back', async () => {
    const rig = await openRig();
    await rig.caller.call('impatient');
    await rig.caller.result('tools/list');
    rig.clock.advance(10 * MINUTES);
    expect(answersTo(rig, 's-1')).toMatchObject([{ error: { code: -1 } }]);
    expect(sent(rig, 'notifications/cancelled')).toEqual([]);
  });

  test('a question that the server takes back is not answered', async () => {
    const rig = await openRig();
    const asked = await rig.caller.call('withdrawn');
    rig.caller.send('tools/call', {
      name: 'withdrawn',
      arguments: {},
      requestState: asked['requestState'],
      inputResponses: { 'question-1': ACCEPT },
    });
    expect(answersTo(rig, 's-1')).toEqual([]);
  });

  test('MRT-06: prompts/get may be interrupted, a list may not', async () => {
    const rig = await openRig();
    const asked = await rig.caller.result('prompts/get', { name: 'p' });
    expect(asked).toMatchObject({ resultType: 'input_required' });
    const { requestState } = asked;
    const retry = { name: 'p', requestState, inputResponses: { 'question-1': ACCEPT } };
    expect(await rig.caller.result('prompts/get', retry)).toMatchObject({ messages: [ACCEPT] });
    rig.server.onSend = () => undefined;
    rig.caller.send('tools/list', {}, {}, 'list');
    const question = { jsonrpc: '2.0', id: 'q', method: 'elicitation/create', params: {} };
    rig.server.events.onFrame(frameOf(question), '"list"');
    rig.server.events.onFrame(frameOf({ ...question, id: 'r' }));
    expect(answersTo(rig, 'q')).toMatchObject([{ error: { code: -32_601 } }]);
    expect(answersTo(rig, 'r')).toMatchObject([{ error: { code: -32_601 } }]);
  });

  test('BRG-12: URLs that are declined leave the call failed', async () => {
    const rig = await openRig();
    const asked = await rig.caller.call('visit');
    expect(await rig.caller.retry('visit', asked, { 'url-1': { action: 'decline' } })).toMatchObject({
      error: { code: -32_603, message: 'Visit first' },
    });
    expect(sent(rig, 'tools/call')).toHaveLength(1);
  });

  test('BAS-16: a demand for URLs to a caller that cannot show them names the capability', async () => {
    const { caller } = await openRig({ capabilities: { elicitation: {} } });
    expect(await caller.ask('tools/call', { name: 'visit' })).toMatchObject({
      error: { code: -32_021, data: { requiredCapabilities: { elicitation: { url: {} } } } },
    });
  });

  test('BRG-14: a question on the stream of a call that has ended is not asked in another', async () => {
    const rig = await openRig({ capabilities: ALL });
    await rig.caller.result('server/discover');
    const gone = rig.caller.send('tools/call', { name: 'hang' });
    rig.caller.notify('notifications/cancelled', { requestId: gone });
    rig.caller.send('tools/call', { name: 'hang' });
    const question = { jsonrpc: '2.0', id: 'q', method: 'roots/list' };
    rig.server.events.onFrame(frameOf(question), String(gone));
    expect(answersTo(rig, 'q')).toMatchObject([{ error: { code: -32_601 } }]);
  });

  test.each([
    [true, { elicitation: { form: {}, url: {} } }],
    [false, { elicitation: {} }],
  ])(
    'BRG-16: elicitation is declared beyond the client only with a person at hand (%s)',
    async (isPresent, declared) => {
      const human: Human = { isPresent: () => isPresent, ask: () => Promise.resolve({ action: 'cancel' }) };
      const rig = await openRig({ capabilities: { elicitation: {} }, human });
      await rig.caller.result('server/discover');
      const [params] = sent(rig, 'initialize').map((initialize) => initialize['params'] as Json);
      expect(params?.['capabilities']).toEqual(declared);
      expect((textIn(await rig.caller.call('url')) as Json)['code']).toBe(-32_602);
    },
  );
});
