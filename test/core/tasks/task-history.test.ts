// The history of a task: every change once, capped, and never longer words than its own.
import { expect, test } from 'vitest';
import { createTask, reduceTask } from '../../../core/tasks/reduce-task.ts';
import type { TaskEvent } from '../../../core/tasks/task-events.ts';
import type { TaskRecord } from '../../../core/tasks/task-record.ts';

const START = Date.UTC(2026, 10, 22, 12);
const MINUTE = 60_000;

function created(): TaskRecord {
  const who = { id: 'a', server: 's', principal: 'p', wire: 'legacy', tool: 't', argsDigest: '', client: 'c' } as const;
  return createTask({ ...who, taskId: 't1', receivedAt: START }, { status: 'working', ttlMs: MINUTE });
}

function after(task: TaskRecord, ...events: TaskEvent[]): TaskRecord {
  return events.reduce(reduceTask, task);
}

const told = (at: number, status: string, statusMessage?: string): TaskEvent => ({
  kind: 'reported',
  at: START + at,
  report: { status, ...(statusMessage !== undefined && { statusMessage }) },
});

test('a step is kept for each change of status, words and result, and none for a look that brings nothing new', () => {
  const task = after(
    created(),
    { kind: 'asked', at: START + 1 },
    told(2, 'working'),
    told(3, 'working', 'half'),
    told(4, 'working', 'half'),
    told(5, 'completed'),
    told(6, 'working'),
    { kind: 'result', at: START + 7, outcome: 'stored' },
  );
  expect(task.history?.map(({ at, ...step }) => [at - START, step])).toEqual([
    [0, { kind: 'status', what: 'working' }],
    [3, { kind: 'status', what: 'working', message: 'half' }],
    [5, { kind: 'status', what: 'completed' }],
    [7, { kind: 'result', what: 'stored' }],
  ]);
});

test('an end without a status is a step too, with its kind', () => {
  const task = after(created(), { kind: 'missed', at: START + 2 * MINUTE });
  expect(task.history?.at(-1)).toEqual({ at: START + 2 * MINUTE, kind: 'end', what: 'expired' });
});

test('a server that changes its words for ever makes no longer record: the first step and the newest stay', () => {
  const long = 'x'.repeat(4096);
  const task = after(created(), ...Array.from({ length: 500 }, (_, at) => told(at + 1, 'working', `${at}${long}`)));
  expect(task.history?.length).toBe(40);
  expect(task.history?.[0]?.at).toBe(START);
  expect(task.history?.at(-1)?.at).toBe(START + 500);
  expect(Math.max(...(task.history ?? []).map(({ message = '' }) => message.length))).toBe(200);
});
