// `portolan tasks [list|show|wait|result|cancel]`: tool calls that servers go on working on, whoever started them.
import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { PortolanError } from '../../shared/errors.ts';
import type { Task } from '../../shared/model/task.ts';
import type { HostClient } from '../../host/control-client.ts';
import { define, defineGroup, host, interrupted } from '../command.ts';
import { printFacts, printJson, printJsonLine, printLine, printNote, printTable } from '../output.ts';
import { visibleLine } from '../visible.ts';
import { wholeNumber } from '../whole-number.ts';

/** Between two looks at what the host knows; the server is asked at its own pace. */
const LOOK_MS = 250;
const TERMINAL = new Set(['completed', 'failed', 'cancelled']);
const ENDS: Readonly<Record<NonNullable<Task['end']>, string>> = {
  expired: 'expired at the server',
  unknown: 'not known to the server any more',
  restarted: 'gone with the server process',
  unsupported: 'the server no longer has tasks',
};

export function tasksCommand(program: Command): void {
  const group = defineGroup(program, 'tasks', 'tool calls that servers go on working on, whoever started them');
  define(
    group
      .command('list', { isDefault: true })
      .description('tasks, newest first')
      .option('--active', 'only those that go on'),
    async (options) => {
      const all = await (await host()).tasks.list();
      const tasks = options['active'] === true ? all.filter(isOpen) : all;
      if (options.json === true) return printJson({ tasks });
      if (tasks.length === 0) return printLine('No task yet. A server that answers a call later makes one.');
      printTable(
        ['ID', 'STATE', 'SERVER', 'TOOL', 'CLIENT', 'STARTED', 'RESULT'],
        tasks.map((task) => [
          task.id.slice(0, 8),
          stateOf(task),
          task.server,
          visibleLine(task.tool),
          visibleLine(task.client),
          task.startedAt,
          task.result,
        ]),
      );
    },
  );
  define<[string]>(group.command('show').argument('<id>').description('one task'), async (options, id) => {
    const client = await host();
    const task = await client.tasks.refresh({ id: await wholeId(client, id) });
    if (options.json === true) printJson(task);
    else show(task);
  });
  define<[string]>(
    group
      .command('wait')
      .argument('<id>')
      .description('follow a task to its end and print its result')
      .option('--timeout <seconds>', 'give up after so many seconds', wholeNumber('--timeout', 1, 86_400)),
    async (options, id) => {
      const client = await host();
      const whole = await wholeId(client, id);
      const ended = await follow(client, whole, options['timeout'] as number | undefined, options.json === true);
      if (ended.end !== undefined) {
        throw new PortolanError('TASK_NOT_FOUND', `The task is ${ENDS[ended.end]}.`);
      }
      return printResult(client, whole, options.json === true);
    },
  );
  define<[string]>(
    group.command('result').argument('<id>').description('the result of a finished task'),
    async (options, id) => {
      const client = await host();
      return printResult(client, await wholeId(client, id), options.json === true);
    },
  );
  define<[string, string]>(
    group
      .command('answer')
      .argument('<id>')
      .argument('<json>', 'the answer; for several questions an object with one answer for each key')
      .description('answer what a task asks'),
    async (options, id, text) => {
      const client = await host();
      const whole = await wholeId(client, id);
      const answers = answersOf(text, await client.tasks.refresh({ id: whole }));
      const task = await client.tasks.answer({ id: whole, answers });
      if (options.json === true) printJson(task);
      else printLine(task.inputs.length === 0 ? 'Answered.' : `Answered; ${task.inputs.length} more to answer.`);
    },
  );
  define<[string | undefined]>(
    group
      .command('handles')
      .argument('[client]', 'a client, as it calls itself')
      .description('answer long calls of a client that knows no tasks with a handle, and give it tools to come back')
      .option('--after <seconds>', 'how long a call may last', Number)
      .option('--off', 'no longer for this client'),
    async (options, client) => {
      const { system } = await host();
      const { taskHandles: now } = (await system.snapshot()).settings;
      const others = now.clients.filter((name) => name !== client);
      const clients = client === undefined || options['off'] === true ? others : [...others, client];
      const afterSeconds = typeof options['after'] === 'number' ? options['after'] : now.afterSeconds;
      const changed = client !== undefined || options['after'] !== undefined;
      const next = changed ? (await system.setSettings({ taskHandles: { clients, afterSeconds } })).taskHandles : now;
      if (options.json === true) return printJson(next);
      printLine(
        next.clients.length === 0
          ? 'No client gets handles.'
          : `${next.clients.join(', ')}: after ${next.afterSeconds} s.`,
      );
    },
  );
  define<[string]>(
    group.command('cancel').argument('<id>').description('ask the server to cancel a task'),
    async (options, id) => {
      const client = await host();
      const task = await client.tasks.cancel({ id: await wholeId(client, id) });
      if (options.json === true) printJson(task);
      else if (task.status === 'cancelled') printLine('Cancelled.');
      else printLine(`The server has been asked; it says: ${stateOf(task)}.`);
    },
  );
}

/** `{"KEY": {"action": "accept", "content": {...}}}`, or the content alone when the task asks one thing. */
function answersOf(text: string, task: Task): Record<string, Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new PortolanError('INPUT_INVALID', 'The answer is not valid JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new PortolanError('INPUT_INVALID', 'The answer is not a JSON object.');
  }
  const given = value as Record<string, unknown>;
  const [only, another] = task.inputs;
  if (only !== undefined && another === undefined && !Object.hasOwn(given, only.key)) {
    return { [only.key]: Object.hasOwn(given, 'action') ? given : { action: 'accept', content: given } };
  }
  return given as Record<string, Record<string, unknown>>;
}

/** The id that begins with what was typed. Throws TASK_NOT_FOUND, and INPUT_INVALID when several do. */
async function wholeId(client: HostClient, typed: string): Promise<string> {
  const found = (await client.tasks.list()).filter(({ id }) => id.startsWith(typed));
  if (found.length === 1) return found[0]?.id ?? typed;
  if (found.length === 0) throw new PortolanError('TASK_NOT_FOUND', `No task has an id that begins with ${typed}.`);
  throw new PortolanError('INPUT_INVALID', `${found.length} tasks have ids that begin with ${typed}.`, {
    hint: 'Give more of the id.',
  });
}

async function follow(client: HostClient, id: string, seconds: number | undefined, json: boolean): Promise<Task> {
  const signal = interrupted();
  const until = seconds === undefined ? undefined : performance.now() + seconds * 1000;
  let said = '';
  for (;;) {
    const task = await client.tasks.get({ id });
    const state = `${stateOf(task)}${task.message === undefined ? '' : `: ${visibleLine(task.message)}`}`;
    if (state !== said) {
      if (json) printJsonLine({ event: 'status', task });
      else printNote(state);
      said = state;
    }
    if (task.end !== undefined || (TERMINAL.has(task.status) && task.result !== 'wanted')) return task;
    if (until !== undefined && performance.now() > until) {
      throw new PortolanError('REQUEST_TIMEOUT', 'The task has not ended in this time. It goes on.', {
        hint: `Look again with: portolan tasks show ${id.slice(0, 8)}`,
      });
    }
    await delay(LOOK_MS, undefined, { signal });
  }
}

async function printResult(client: HostClient, id: string, json: boolean): Promise<number> {
  const result = await client.tasks.result({ id });
  if (json) printJsonLine({ event: 'result', ...result });
  else printLine(JSON.stringify(result.value, null, 2));
  return result.isError ? 1 : 0;
}

function isOpen(task: Task): boolean {
  return task.end === undefined && !TERMINAL.has(task.status);
}

function stateOf(task: Task): string {
  if (task.end !== undefined) return ENDS[task.end];
  if (task.isFrozen) return 'rests: another person is signed in';
  return visibleLine(task.status.replace('_', ' '));
}

function show(task: Task): void {
  printFacts([
    ['id', task.id],
    ['state', stateOf(task)],
    ['server says', task.message],
    ['server', task.server],
    ['tool', task.tool],
    ['client', task.client],
    ['started', task.startedAt],
    ['ended', task.settledAt],
    ['server keeps it until', task.expiresAt],
    ['result', task.result],
    ...task.inputs.map(({ key, request }) => [`asks ${visibleLine(key)}`, JSON.stringify(request)] as const),
    ['not reached', task.trouble && `${task.trouble.count} times since ${task.trouble.since}`],
  ]);
}
