// The fake host's tasks: one of every state that the pages tell apart, and the procedures on them.
import type { implement } from '@orpc/server';
import type { contract } from '../../shared/contract/index.ts';
import type { Task, TaskDetail } from '../../shared/model/task.ts';
import { fail } from './fake-fail.ts';
import type { FakeWorld } from './fake-world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** One task of a fake server; `more` replaces single facts. */
export function fakeTask(now: number, id: string, more: Partial<Task> = {}): Task {
  return {
    id,
    server: 'github',
    tool: 'rerun_workflow',
    client: 'Cursor',
    wire: 'extension',
    taskId: `t_${id}`,
    status: 'working',
    isFrozen: false,
    startedAt: at(now, -11 * MINUTE),
    heardAt: at(now, -2000),
    expiresAt: at(now, 6 * 24 * HOUR),
    result: 'none',
    inputs: [],
    ...more,
  };
}

function at(now: number, by: number): string {
  return new Date(now + by).toISOString();
}

function elicitation(message: string, properties: Record<string, unknown>, required: readonly string[] = []) {
  return {
    method: 'elicitation/create',
    params: { mode: 'form', message, requestedSchema: { type: 'object', properties, required } },
  };
}

/** A task for every state, newest first. */
export function fakeTasks(now: number): Task[] {
  const ended = { startedAt: at(now, -44 * MINUTE), heardAt: at(now, -32 * MINUTE), settledAt: at(now, -32 * MINUTE) };
  return [
    fakeTask(now, 'asks', {
      tool: 'deploy_preview',
      client: 'Claude Desktop',
      status: 'input_required',
      expiresAt: at(now, 21 * HOUR + 53 * MINUTE),
      retryOf: 'first',
      inputs: [
        {
          key: 'where',
          at: at(now, -7 * MINUTE),
          suspicious: [],
          request: elicitation(
            'The preview needs a region.\u202E Seed data is copied from the nightly snapshot.',
            { region: { type: 'string', enum: ['eu-west', 'us-east'] } },
            ['region'],
          ),
        },
        {
          key: 'sure',
          at: at(now, -7 * MINUTE),
          suspicious: [],
          request: elicitation('Replace the one that runs?', { replace: { type: 'boolean' } }),
        },
      ],
    }),
    fakeTask(now, 'works', { message: '31 of 48 jobs <b>done</b>' }),
    fakeTask(now, 'soon', { server: 'warehouse', tool: 'export_table', client: 'VS Code', expiresAt: at(now, 40_000) }),
    fakeTask(now, 'away', {
      server: 'tickets',
      tool: 'bulk_label',
      trouble: { kind: 'transport', count: 4, since: at(now, -3 * MINUTE) },
    }),
    fakeTask(now, 'frozen', { server: 'tickets', tool: 'triage', isFrozen: true }),
    fakeTask(now, 'odd', { server: 'sentry', tool: 'index', status: 'paused_by_moon' }),
    fakeTask(now, 'cancelling', { tool: 'nightly', cancelAskedAt: at(now, -MINUTE) }),
    fakeTask(now, 'kept', { ...ended, server: 'sentry', tool: 'analyse_crash', status: 'completed', result: 'stored' }),
    fakeTask(now, 'lost', { ...ended, tool: 'report', status: 'completed', result: 'lost' }),
    fakeTask(now, 'large', { ...ended, tool: 'dump', status: 'completed', result: 'too-large' }),
    fakeTask(now, 'expired', {
      ...ended,
      server: 'warehouse',
      tool: 'refresh_cube',
      end: 'expired',
      expiresAt: at(now, -32 * MINUTE),
    }),
    fakeTask(now, 'gone', { ...ended, server: 'filesystem', tool: 'walk', end: 'restarted', wire: 'legacy' }),
    fakeTask(now, 'unknown', { ...ended, tool: 'lint', end: 'unknown' }),
    fakeTask(now, 'first', {
      ...ended,
      tool: 'deploy_preview',
      status: 'failed',
      result: 'stored',
      message: 'timeout',
    }),
    fakeTask(now, 'stopped', { ...ended, tool: 'crawl', status: 'cancelled' }),
  ];
}

export function taskHandlers(os: ReturnType<typeof implement<typeof contract>>, world: FakeWorld) {
  const taskOf = (id: string): Task => {
    const found = world.snapshot.tasks.find((task) => task.id === id);
    if (!found) throw fail('TASK_NOT_FOUND', 'There is no task of that id');
    return found;
  };
  return {
    list: os.tasks.list.handler(() => [...world.snapshot.tasks]),
    get: os.tasks.get.handler(({ input }) => detailOf(taskOf(input.id))),
    refresh: os.tasks.refresh.handler(({ input }) => taskOf(input.id)),
    cancel: os.tasks.cancel.handler(({ input }) => {
      world.received.push({ procedure: 'tasks.cancel', input });
      // It finishes all the same: what the server really says is what is shown.
      const asked = new Date().toISOString();
      return world.setTask({ ...taskOf(input.id), cancelAskedAt: asked, status: 'completed', settledAt: asked });
    }),
    answer: os.tasks.answer.handler(({ input }) => {
      world.received.push({ procedure: 'tasks.answer', input });
      const task = taskOf(input.id);
      const inputs = task.inputs.filter(({ key }) => !Object.hasOwn(input.answers, key));
      return world.setTask({ ...task, inputs, status: inputs.length === 0 ? 'working' : task.status });
    }),
    result: os.tasks.result.handler(({ input }) => {
      taskOf(input.id);
      const isError = input.id === 'first';
      const content = [
        { type: 'text', text: 'Crash in <script>alert(1)</script> at 0x1f' },
        { type: 'image', mimeType: 'image/png', data: PIXEL },
        { type: 'resource_link', uri: 'file:///crash/report.txt', name: 'report.txt', mimeType: 'text/plain' },
        { type: 'resource', resource: { uri: 'mem://trace', mimeType: 'text/plain', text: 'frame 1\nframe 2' } },
      ];
      const value = isError ? { code: -32_603, message: 'timeout' } : { content };
      return { isError, value, digest: `sha256:${'a'.repeat(64)}` };
    }),
  };
}

function detailOf(task: Task): TaskDetail {
  const { end, heardAt, inputs, message, result, settledAt, startedAt, status } = task;
  const words = message === undefined ? {} : { message };
  return {
    ...task,
    history: [
      { at: startedAt, kind: 'status', what: 'working' },
      ...(status === 'working' && message === undefined
        ? []
        : [{ at: settledAt ?? heardAt, kind: 'status' as const, what: status, ...words }]),
      ...(end === undefined ? [] : [{ at: heardAt, kind: 'end' as const, what: end }]),
      ...(result === 'none' ? [] : [{ at: settledAt ?? heardAt, kind: 'result' as const, what: result }]),
    ],
    asked: inputs.map(({ key, at: seen }) => ({ key, at: seen })),
  };
}
