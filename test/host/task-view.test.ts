// What the window is told of a task: its end has a time, its questions their words, and a form that asks for a password is marked.
import { expect, test } from 'vitest';
import { createTask, reduceTask } from '../../core/tasks/reduce-task.ts';
import { taskDetail, taskView } from '../../host/task-view.ts';

const AT = Date.UTC(2026, 10, 22, 12);

function asking(properties: object) {
  const who = { id: 'a', server: 's', principal: 'p', tool: 't', argsDigest: '', client: 'c', process: '7' } as const;
  const params = { message: `Well?${'!'.repeat(300)}`, requestedSchema: { type: 'object', properties } };
  const inputs = { k: { method: 'elicitation/create', params } };
  return createTask(
    { ...who, wire: 'extension', taskId: 'x', receivedAt: AT },
    { status: 'input_required', inputs, ttlMs: 1e18 },
  );
}

test('TSK-18 a field that looks like a credential is named, as for every other question', () => {
  expect(taskView(asking({ apiKey: { type: 'string' } })).inputs).toMatchObject([{ key: 'k', suspicious: ['apiKey'] }]);
  expect(taskView(asking({ city: { type: 'string' } })).inputs).toMatchObject([{ key: 'k', suspicious: [] }]);
});

test('an end without a status has the time at which it was seen, and questions their words and answers their time', () => {
  const answered = reduceTask(asking({}), { kind: 'answered', at: AT + 10, keys: ['k'] });
  const detail = taskDetail(reduceTask(answered, { kind: 'process-ended', at: AT + 20, process: '7' }));
  expect(detail).toMatchObject({ end: 'restarted', settledAt: '2026-11-22T12:00:00.020Z', inputs: [] });
  expect(detail.asked).toEqual([
    {
      key: 'k',
      at: '2026-11-22T12:00:00.000Z',
      answeredAt: '2026-11-22T12:00:00.010Z',
      message: `Well?${'!'.repeat(195)}`,
    },
  ]);
  expect(detail.history.map(({ kind, what }) => [kind, what])).toEqual([
    ['status', 'input_required'],
    ['end', 'restarted'],
  ]);
});
