// The place where tasks are seen on a connection: what may be a task and what may not, and that nothing is sent twice.
import { expect, it } from 'vitest';
import { frameOf } from '../../../core/connections/frame.ts';
import { PortolanError } from '../../../shared/errors.ts';
import { TaskRig, toldAs } from '../../support/task-rig.ts';

const created = { result: { resultType: 'task', ...toldAs('extension', 'working') } };
const PLAIN = { result: { resultType: 'complete', content: [] } };

it('TSK-12 edge 1: a plain result is normal, though the caller could have taken a task, in both forms', async () => {
  for (const era of ['modern', 'legacy'] as const) {
    const rig = new TaskRig();
    rig.era = era;
    rig.answer = () => PLAIN;
    const { link, received } = await rig.open();
    await rig.call(link);
    expect(received.map(({ message }) => message['result'])).toEqual([PLAIN.result]);
    expect(rig.tracker.list()).toEqual([]);
  }
});

it.each(['server/discover', 'tools/list', 'tasks/get', 'tasks/update', 'prompts/get'])(
  'TSK-13 edge 2: the answer to %s is no task, and is refused when it says so',
  async (method) => {
    const rig = new TaskRig();
    rig.answer = () => created;
    const { link, received } = await rig.open();
    link.send(frameOf({ jsonrpc: '2.0', id: 7, method, params: { taskId: 't1' } }));
    await rig.settle();
    expect(received.map(({ message }) => message['error'])).toMatchObject([{ data: { code: 'TASK_INVALID' } }]);
    expect(rig.tracker.list()).toEqual([]);
  },
);

it('TSK-14 edge 3: a task for a caller that did not declare the extension is refused and not followed', async () => {
  const rig = new TaskRig();
  rig.answer = () => created;
  const { link, received } = await rig.open();
  link.send(frameOf({ jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name: 'slow', arguments: {} } }));
  await rig.settle();
  expect(received.map(({ message }) => message['error'])).toMatchObject([{ data: { code: 'TASK_INVALID' } }]);
  expect(rig.tracker.list()).toEqual([]);
});

it('edge 16: a call whose answer is lost is not sent again, and makes no task', async () => {
  const rig = new TaskRig();
  const { link, line } = await rig.open();
  await rig.call(link);
  line.events.onRequestFailed('1', new PortolanError('CONNECTION_LOST', 'cut'));
  await rig.pass(60_000, 5_000);
  expect(rig.asked('tools/call')).toBe(1);
  expect(rig.tracker.list()).toEqual([]);
});

it.each([
  ['an error', { error: { code: -32_601, message: 'only as a task' } }],
  [
    'a result, as the SDK has it',
    {
      result: {
        isError: true,
        content: [
          { type: 'text', text: "MCP error -32601: Tool slow requires task augmentation (taskSupport: 'required')" },
        ],
      },
    },
  ],
])(
  'TSK-02: a plain call that is refused because it must be a task is made one; the refusal is %s',
  async (_how, refusal) => {
    const rig = new TaskRig();
    rig.era = 'legacy';
    rig.answer = (method, params) => {
      if (method !== 'tools/call') return undefined;
      return params['task'] === undefined ? refusal : { result: { task: toldAs('legacy', 'working') } };
    };
    const { link, received } = await rig.open();
    link.send(frameOf({ jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name: 'slow', arguments: {} } }));
    await rig.settle();
    expect([rig.tracker.list().length, received.length]).toEqual([1, 0]);
  },
);

it('TSK-15 a task is on disk before its creation reaches the caller', async () => {
  const rig = new TaskRig();
  rig.answer = (method) => (method === 'tools/call' ? created : undefined);
  const kept: unknown[] = [];
  const { link } = await rig.open({
    events: {
      onFrame: () =>
        kept.push(
          ...rig.db.db
            .prepare('SELECT task_id FROM tasks')
            .all()
            .map((row) => row['task_id']),
        ),
      onRequestFailed: () => undefined,
      onClosed: () => undefined,
      onLog: () => undefined,
    },
  });
  await rig.call(link);
  expect(kept).toEqual(['t1']);
});
