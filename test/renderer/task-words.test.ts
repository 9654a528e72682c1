// How tasks are told: what needs a person, what became of them, and in which section they stand.
import { describe, expect, test } from 'vitest';
import { askedOf } from '../../renderer/features/tasks/asked-of.ts';
import { attemptsOf } from '../../renderer/features/tasks/attempts-of.ts';
import { type TaskFilter, taskItems } from '../../renderer/features/tasks/task-list-items.ts';
import { timelineOf } from '../../renderer/features/tasks/task-steps.ts';
import { applyEvent } from '../../renderer/state/apply-event.ts';
import { cancelWords, taskGroup, taskTrouble, taskWord, timeLeft } from '../../renderer/words/tasks.ts';
import type { TaskDetail } from '../../shared/model/task.ts';
import { fakeTask, fakeTasks } from '../support/fake-tasks.ts';
import { FakeWorld } from '../support/fake-world.ts';

const NOW = Date.UTC(2026, 10, 22, 12);
const INBOX: TaskFilter = { view: 'inbox', text: '', server: null, client: null, age: null };

const shown = (filter: Partial<TaskFilter>, tasks = fakeTasks(NOW)) =>
  taskItems(tasks, { ...INBOX, ...filter }, NOW).map((item) =>
    item.kind === 'head' ? `${item.group} ${item.count}` : item.task.id,
  );

describe('the words of a task', () => {
  test('every way in which a task can end badly has words of its own', () => {
    const tasks = fakeTasks(NOW);
    const words = new Map(tasks.map((task) => [task.id, taskWord(task).word]));
    const bad = ['expired', 'unknown', 'gone', 'lost', 'large', 'frozen', 'away', 'first'].map((id) => words.get(id));
    expect(new Set(bad).size).toBe(bad.length);
    const titles = tasks.flatMap((task) => taskTrouble(task, NOW)?.title ?? []);
    expect([titles.length, new Set(titles).size]).toEqual([7, 7]);
  });

  test('an unknown status is shown as the server wrote it, with hidden characters made visible', () => {
    expect(taskWord(fakeTask(NOW, 'a', { status: 'odd\u202Eone' })).word).toContain('odd');
    expect(taskWord(fakeTask(NOW, 'a', { status: 'odd\u202Eone' })).word).not.toContain('\u202E');
  });

  test('the countdown is the server’s own time, and a server without one sets no limit', () => {
    expect(timeLeft({ expiresAt: new Date(NOW + 40_000).toISOString() }, NOW)).toBe('40 s left');
    expect(timeLeft({ expiresAt: new Date(NOW - 1).toISOString() }, NOW)).toBe('Time is over');
    expect(timeLeft({}, NOW)).toBe('No limit');
  });

  test('a cancelled task is told so only when its server said so', () => {
    const asked = { cancelAskedAt: new Date(NOW).toISOString() };
    expect(cancelWords({ ...asked, status: 'cancelled' })).toContain('says that it is cancelled');
    expect(cancelWords({ ...asked, status: 'completed' })).toBe('It finished before the cancel arrived.');
    expect(cancelWords({ ...asked, status: 'working' })).toContain('has not said that it did');
    expect(cancelWords({ status: 'cancelled' })).toBeUndefined();
  });
});

describe('the list of tasks', () => {
  test('what asks comes first, then what goes on, then what ended in the last day', () => {
    const day = 86_400_000;
    const old = fakeTask(NOW, 'old', { status: 'completed', settledAt: new Date(NOW - 2 * day).toISOString() });
    const tasks = [old, ...fakeTasks(NOW)];
    const inbox = shown({}, tasks);
    expect(inbox.filter((item) => item.includes(' '))).toEqual(['needs 1', 'active 6', 'done 8']);
    expect(inbox).not.toContain('old');
    expect(shown({ view: 'all' }, tasks)).toContain('old');
  });

  test('a question of a task that another person owns needs nobody now', () => {
    const [asks] = fakeTasks(NOW);
    if (asks === undefined) throw new Error('no task asks');
    expect([taskGroup(asks), taskGroup({ ...asks, isFrozen: true })]).toEqual(['needs', 'active']);
  });

  test('server, client, age and text narrow it together', () => {
    expect(shown({ server: 'tickets', text: 'bulk' })).toEqual(['active 1', 'away']);
    expect(shown({ client: 'Claude Desktop' })).toEqual(['needs 1', 'asks']);
    expect(shown({ age: 60_000 })).toEqual([]);
    expect(shown({ view: 'active', server: 'sentry' })).toEqual(['active 1', 'odd']);
  });
});

test('the timeline tells what was seen, in order, and keeps the server’s words apart', () => {
  const at = (by: number) => new Date(NOW + by).toISOString();
  const task: TaskDetail = {
    ...fakeTask(NOW, 'a', { startedAt: at(0), cancelAskedAt: at(40) }),
    history: [
      { at: at(0), kind: 'status', what: 'working', message: 'begun' },
      { at: at(10), kind: 'status', what: 'input_required' },
      { at: at(50), kind: 'status', what: 'completed' },
      { at: at(60), kind: 'result', what: 'stored' },
    ],
    asked: [
      { key: 'k', at: at(10), answeredAt: at(30), message: 'Sure?' },
      { key: 'l', at: at(20) },
    ],
  };
  expect(timelineOf(task).map(({ said, state }) => [state.word, said])).toEqual([
    ['Task created', 'begun'],
    ['Waits for an answer', undefined],
    ['Asked', 'Sure?'],
    ['Asked', 'l'],
    ['Answered', 'Sure?'],
    ['Cancel asked', undefined],
    ['Completed', undefined],
    ['Result kept', undefined],
  ]);
});

test('attempts are told oldest first from any of them, and a loop of claims ends', () => {
  const one = fakeTask(NOW, 'one');
  const two = fakeTask(NOW, 'two', { retryOf: 'one' });
  expect(attemptsOf(one, [two, one]).map(({ id }) => id)).toEqual(['one', 'two']);
  expect(attemptsOf(two, [two, one]).map(({ id }) => id)).toEqual(['one', 'two']);
  const loop = [fakeTask(NOW, 'a', { retryOf: 'b' }), fakeTask(NOW, 'b', { retryOf: 'a' })] as const;
  expect(attemptsOf(loop[0], loop).map(({ id }) => id)).toEqual(['b', 'a']);
});

test('only an elicitation is a question for a form; anything else is shown as it came', () => {
  const form = { message: 'm', requestedSchema: { type: 'object' } };
  expect(askedOf({ method: 'elicitation/create', params: form }).kind).toBe('form');
  expect(askedOf({ method: 'elicitation/create', params: { ...form, mode: 'url', url: 'https://a.example' } })).toEqual(
    {
      kind: 'url',
      message: 'm',
      url: 'https://a.example',
    },
  );
  for (const strange of [
    null,
    'x',
    { method: 'sampling/createMessage', params: form },
    { method: 'elicitation/create', params: { message: 'm', requestedSchema: [] } },
    { method: 'elicitation/create', params: { ...form, mode: 'telepathy' } },
  ]) {
    expect(askedOf(strange)).toEqual({ kind: 'other' });
  }
});

test('an event of a task replaces it where it stands, or puts a new one first', () => {
  const { snapshot } = new FakeWorld({ empty: true });
  const [a, b] = [fakeTask(NOW, 'a'), fakeTask(NOW, 'b')];
  const both = applyEvent(applyEvent(snapshot, { type: 'task', task: a }), { type: 'task', task: b });
  expect(both.tasks.map(({ id }) => id)).toEqual(['b', 'a']);
  const ended = applyEvent(both, { type: 'task', task: { ...a, status: 'completed' } });
  expect(ended.tasks.map(({ id, status }) => [id, status])).toEqual([
    ['b', 'working'],
    ['a', 'completed'],
  ]);
});
