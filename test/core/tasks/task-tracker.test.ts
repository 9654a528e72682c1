// Tasks followed over scripted servers, with the clock by hand: what is asked when, of whom, and what comes of it.
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../core/base/json-object.ts';
import { META } from '../../../core/connections/era.ts';
import { openInputs } from '../../../core/tasks/reduce-task.ts';
import { taskView } from '../../../host/task-view.ts';
import { RELATED_TASK, TASKS_EXTENSION } from '../../../core/tasks/task-wire.ts';
import { type Answer, TaskRig, toldAs } from '../../support/task-rig.ts';

/** A rig whose server has made a task of the first call; `get` answers `tasks/get`. */
async function following(wire: 'legacy' | 'extension', get: () => Answer) {
  const rig = new TaskRig();
  rig.era = wire === 'legacy' ? 'legacy' : 'modern';
  const told = toldAs(wire, 'working');
  rig.answer = (method) => {
    if (method === 'tools/call')
      return { result: wire === 'legacy' ? { task: told } : { resultType: 'task', ...told } };
    return method === 'tasks/get' ? get() : undefined;
  };
  const opened = await rig.open();
  await rig.call(opened.link);
  return { rig, ...opened };
}

const result = (wire: 'legacy' | 'extension', status: string, more: JsonObject = {}): Answer => ({
  result: toldAs(wire, status, more),
});
const ASKS = { a: { method: 'elicitation/create', params: { message: 'Yes?' } } };
const unknown: Answer = { error: { code: -32_602, message: 'expired, or so' } };

describe('PRX-16', () => {
  it('edge 4: a task that is finished when it is created is asked for once, for its result', async () => {
    const rig = new TaskRig();
    rig.answer = (method) => ({
      result:
        method === 'tools/call'
          ? { resultType: 'task', ...toldAs('extension', 'completed') }
          : toldAs('extension', 'completed', { result: { content: [] } }),
    });
    const { link } = await rig.open();
    await rig.call(link);
    await rig.pass(120_000, 10_000);
    expect(rig.asked('tasks/get')).toBe(1);
    expect(rig.task.result).toBe('stored');
  });

  it('TSK-24 edge 7: one miss is not the end; two that lie apart are', async () => {
    const { rig } = await following('extension', () => unknown);
    await rig.pass(5_000);
    expect([rig.task.misses, rig.task.end]).toEqual([1, undefined]);
    await rig.pass(5_000);
    expect(rig.task.end).toBe('unknown');
    await rig.pass(120_000, 10_000);
    expect(rig.asked('tasks/get')).toBe(2);
  });

  it('TSK-10 edge 8: tasks of one person rest while another is signed in, are not asked for in their name, and go on after', async () => {
    const { rig } = await following('extension', () => result('extension', 'working'));
    rig.tracker.principalChanged('remote', undefined);
    rig.lines[0]?.lose();
    rig.principal = 'eve';
    const eves = await rig.open();
    await rig.pass(120_000, 10_000);
    expect([rig.task.frozen, rig.task.trouble]).toEqual([true, undefined]);
    expect(await rig.tracker.refresh(rig.task.id)).toMatchObject({ frozen: true });
    expect(eves.line.frames).toEqual([]);
    eves.line.lose();
    rig.principal = 'ada';
    const adas = await rig.open();
    await rig.pass(10_000);
    expect(rig.task.frozen).toBeUndefined();
    expect(adas.line.frames.map(({ method }) => method)).toContain('tasks/get');
  });

  it('edge 8: after a restart, a task is not asked for as somebody else', async () => {
    const { rig } = await following('extension', () => result('extension', 'working'));
    rig.principal = 'eve';
    await rig.restart();
    await rig.pass(60_000, 5_000);
    expect([rig.asked('tasks/get'), rig.task.frozen, rig.task.end]).toEqual([0, true, undefined]);
  });

  it('edge 9: a lost session is opened again, and the same task is asked for', async () => {
    const { rig, line } = await following('legacy', () => result('legacy', 'working'));
    line.lose();
    await rig.pass(10_000);
    expect(rig.lines).toHaveLength(2);
    expect(rig.lines[1]?.frames.find(({ method }) => method === 'tasks/get')?.message).toMatchObject({
      params: { taskId: 't1' },
    });
    expect(rig.task).toMatchObject({ status: 'working' });
  });

  it('edge 12: the result of a finished task is fetched at once, before anybody could cancel or forget it', async () => {
    const { rig, line } = await following('legacy', () => result('legacy', 'working', { pollInterval: 60_000 }));
    const before = rig.answer;
    rig.answer = (method, params, self) =>
      method === 'tasks/result' ? { result: { content: [] } } : before(method, params, self);
    line.say({ method: 'notifications/tasks/status', params: toldAs('legacy', 'completed') });
    await rig.pass(1);
    expect(rig.task.result).toBe('stored');
  });

  it('TSK-17 edge 13: a question that its server withdraws is not shown, and one that it shows again is', async () => {
    let open: JsonObject = ASKS;
    const { rig } = await following('extension', () => result('extension', 'input_required', { inputRequests: open }));
    await rig.pass(5_000);
    open = { b: ASKS.a };
    await rig.pass(5_000);
    expect(openInputs(rig.task).map(({ key }) => key)).toEqual(['b']);
    await expect(rig.tracker.answer(rig.task.id, { a: {} })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    open = ASKS;
    await rig.pass(5_000);
    expect(openInputs(rig.task).map(({ key }) => key)).toEqual(['a']);
  });

  it('edge 13: of two answers to one question, one is sent', async () => {
    const { rig } = await following('extension', () => result('extension', 'input_required', { inputRequests: ASKS }));
    await rig.pass(5_000);
    const answers = [1, 2].map(() => rig.tracker.answer(rig.task.id, { a: { action: 'accept' } }));
    await expect(answers[1]).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await rig.settle();
    expect(rig.asked('tasks/update')).toBe(1);
    rig.lines[0]?.lose();
    await expect(answers[0]).rejects.toThrow();
  });

  it.each([
    [-32_603, 'the job broke'],
    [-32_602, 'a wrong argument, says the tool'],
  ])('edge 17: what a failed task of 2025-11-25 gives is kept as it came: %i', async (code, message) => {
    const error = { code, message, data: { why: ['disk'] } };
    const { rig } = await following('legacy', () => result('legacy', 'failed'));
    const before = rig.answer;
    rig.answer = (method, ...rest) => (method === 'tasks/result' ? { error } : before(method, ...rest));
    await rig.pass(6_000);
    const stored = rig.tracker.result(rig.task.id);
    expect([stored?.isError, JSON.parse(stored?.text ?? '')]).toEqual([true, error]);
  });

  it('edge 17: a completed task whose result is refused for a while is asked again', async () => {
    let answer: Answer = { error: { code: -32_603, message: 'not now' } };
    const { rig } = await following('legacy', () => result('legacy', 'completed'));
    const before = rig.answer;
    rig.answer = (method, ...rest) => (method === 'tasks/result' ? answer : before(method, ...rest));
    await rig.pass(6_000);
    expect(rig.task).toMatchObject({ result: 'wanted', trouble: { kind: 'server' } });
    answer = { result: { content: [] } };
    await rig.pass(60_000, 5_000);
    expect(rig.task.result).toBe('stored');
  });

  it('TSK-05 edge 17: the long question for a result is asked again over the next connection, and what it brings is shown', async () => {
    const { rig, line } = await following('legacy', () => result('legacy', 'input_required'));
    line.lose();
    await rig.pass(5_000);
    const second = rig.lines[1];
    const asks = { id: 0, method: 'elicitation/create', params: { _meta: { [RELATED_TASK]: { taskId: 't1' } } } };
    expect(rig.asked('tasks/result')).toBe(1);
    second?.say(asks);
    const [first] = openInputs(rig.task);
    second?.lose();
    expect(openInputs(rig.task)).toEqual([]);
    await rig.pass(6_000);
    const third = rig.lines[2];
    third?.say(asks);
    const [again] = openInputs(rig.task);
    expect(again?.key).not.toBe(first?.key);
    await rig.tracker.answer(rig.task.id, { [again?.key ?? '']: { action: 'decline' } });
    expect(third?.frames.filter(({ kind }) => kind === 'response').map(({ message }) => message)).toMatchObject([
      { id: 0, result: { action: 'decline' } },
    ]);
  });

  it('TSK-04: a task of 2025-11-25 comes to its end and its result though its server tells nothing by itself', async () => {
    let status = 'working';
    const { rig, received } = await following('legacy', () => result('legacy', status));
    const before = rig.answer;
    rig.answer = (method, ...rest) =>
      method === 'tasks/result' ? { result: { content: [] } } : before(method, ...rest);
    await rig.pass(10_000);
    status = 'completed';
    await rig.pass(10_000);
    expect([rig.task.status, rig.task.result]).toEqual(['completed', 'stored']);
    expect(received.filter(({ kind }) => kind === 'notification')).toEqual([]);
  });

  it.each(['legacy', 'extension'] as const)(
    'TSK-06 a task (%s) is cancelled by tasks/cancel alone, and stays as its server tells it',
    async (wire) => {
      const { rig, line } = await following(wire, () => result(wire, 'working'));
      const before = rig.answer;
      rig.answer = (method, ...rest) => (method === 'tasks/cancel' ? { result: {} } : before(method, ...rest));
      expect(await rig.tracker.cancel(rig.task.id)).toMatchObject({ status: 'working' });
      expect(
        line.frames.filter(({ method }) => method?.includes('cancel')).map(({ message }) => message),
      ).toMatchObject([{ method: 'tasks/cancel', params: { taskId: 't1' } }]);
    },
  );

  it('edge 18: a status of no revision is asked for slowly, and never taken for an end', async () => {
    const { rig } = await following('extension', () => result('extension', 'pondering', { pollIntervalMs: 1_000 }));
    await rig.pass(120_000, 5_000);
    expect(rig.asked('tasks/get')).toBeLessThanOrEqual(5);
    expect(rig.task).toMatchObject({ status: 'pondering' });
  });

  it('edge 19: a server that knows no tasks any more is left alone; one that misses the extension was told of it', async () => {
    const { rig } = await following('extension', () => ({ error: { code: -32_601, message: 'no such method' } }));
    await rig.pass(120_000, 10_000);
    expect([rig.task.end, rig.asked('tasks/get')]).toEqual(['unsupported', 1]);

    const other = await following('extension', () => ({ error: { code: -32_021, message: 'not declared' } }));
    await other.rig.pass(6_000);
    expect(other.rig.task).toMatchObject({ trouble: { kind: 'server', count: 1 } });
    const [question] = other.line.frames.filter(({ method }) => method === 'tasks/get');
    const declared = { [META.clientCapabilities]: { extensions: { [TASKS_EXTENSION]: {} } } };
    expect(question?.message).toMatchObject({ params: { _meta: declared } });
  });

  it('TSK-23 edge 20: a task is not given up because its time is over, only when its server says that it is gone', async () => {
    let answer = result('extension', 'working', { ttlMs: 2_000 });
    const { rig } = await following('extension', () => answer);
    await rig.pass(60_000, 5_000);
    expect(rig.task.end).toBeUndefined();
    answer = unknown;
    await rig.pass(5_000);
    expect(rig.task.end).toBe('expired');
  });

  it('TSK-18 edge 14: what a task asks stands under the name of its server, and nothing answers it by itself', async () => {
    const { rig } = await following('extension', () => result('extension', 'input_required', { inputRequests: ASKS }));
    await rig.pass(60_000, 5_000);
    expect(taskView(rig.task)).toMatchObject({ server: 'remote', inputs: [{ key: 'a', request: ASKS.a }] });
    expect(rig.asked('tasks/update')).toBe(0);
  });

  it('edge 21: a task that failed is not run again', async () => {
    const error = { code: -32_603, message: 'broke' };
    const { rig } = await following('extension', () => result('extension', 'failed', { error }));
    await rig.pass(120_000, 10_000);
    expect([rig.task.status, rig.task.result, rig.asked('tools/call')]).toEqual(['failed', 'stored', 1]);
  });

  it('TSK-16 edge 22: after a restart nothing is shown to a person before the server has been asked again', async () => {
    let answer = result('extension', 'input_required', { inputRequests: ASKS });
    const { rig } = await following('extension', () => answer);
    await rig.pass(5_000);
    expect(openInputs(rig.task)).toHaveLength(1);
    answer = undefined;
    await rig.restart();
    expect(openInputs(rig.task)).toEqual([]);
    await rig.pass(31_000, 1_000);
    expect(openInputs(rig.task)).toEqual([]);
    answer = result('extension', 'input_required', { inputRequests: ASKS });
    await rig.pass(60_000, 5_000);
    expect(openInputs(rig.task)).toHaveLength(1);
  });
});

it('CON-03: a clock that jumps, back or forth, brings no look early and none late', async () => {
  for (const jump of [-3_600_000, 3_600_000]) {
    const { rig } = await following('extension', () => result('extension', 'working'));
    await rig.pass(5_000);
    expect(rig.asked('tasks/get')).toBe(1);
    rig.clock.jump(jump);
    await rig.pass(4_500);
    expect(rig.asked('tasks/get')).toBe(1);
    await rig.pass(500);
    expect(rig.asked('tasks/get')).toBe(2);
    await rig.pass(5_000);
    expect(rig.asked('tasks/get')).toBe(3);
  }
});

it('a person who asks while a look is under way waits for that one', async () => {
  const { rig } = await following('extension', () => undefined);
  const looks = [rig.tracker.refresh(rig.task.id), rig.tracker.refresh(rig.task.id)];
  await rig.settle();
  expect(rig.asked('tasks/get')).toBe(1);
  rig.lines[0]?.lose();
  await Promise.all(looks);
});

it('an inline refusal of the extension is no result of the task', async () => {
  const { rig, line } = await following('extension', () => ({ error: { code: -32_603, message: 'not now' } }));
  line.say({ method: 'notifications/tasks', params: toldAs('extension', 'completed') });
  await rig.pass(1_000);
  expect(rig.task).toMatchObject({ result: 'wanted', trouble: { kind: 'server' } });
});
