// Tasks that pass through the built Portolan are followed to their end, whoever started them and whatever dies meanwhile.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Task } from '../../shared/model/task.ts';
import { modernRequest } from '../support/http-client.ts';
import { isAlive, Portolan, ROOT } from '../support/portolan.ts';
import { processesOf } from '../support/secret-canary.ts';
import { ShimProcess } from '../support/shim-process.ts';
import { TaskHttpServer } from '../support/task-http-server.ts';
import { until } from '../support/until.ts';

const EXTENSION = { extensions: { 'io.modelcontextprotocol/tasks': {} } };
const STDIO = [process.execPath, join(ROOT, 'test', 'fixtures', 'task-server.mjs')] as const;

async function tasksOf(portolan: Portolan): Promise<Task[]> {
  return (await portolan.json<{ tasks: Task[] }>('tasks')).tasks;
}

/** A modern client that calls a tool and may be given a task. */
async function callModern(portolan: Portolan, tool: string, args: object): Promise<ShimProcess> {
  const shim = new ShimProcess(portolan, 'remote');
  const capabilities = { 'io.modelcontextprotocol/clientCapabilities': EXTENSION };
  shim.send(modernRequest(1, 'tools/call', { name: tool, arguments: args }, capabilities).body);
  expect(await shim.answer(1)).toMatchObject({ result: { resultType: 'task', status: 'working' } });
  return shim;
}

test('a task of a remote server goes on without its client and through the death of the host, and its result is kept', async () => {
  const portolan = new Portolan();
  const server = await TaskHttpServer.start();
  await portolan.json('add', 'remote', '--url', server.url);
  const shim = await callModern(portolan, 'held', { key: 'a' });
  expect(await tasksOf(portolan)).toMatchObject([
    { server: 'remote', tool: 'held', status: 'working', wire: 'extension' },
  ]);
  shim.child.kill('SIGKILL');

  const pid = portolan.hostPid() ?? 0;
  process.kill(pid, 'SIGKILL');
  await until(() => !isAlive(pid), 'the host is dead');
  server.book.release('a');
  const [task] = await tasksOf(portolan);
  const { code, stdout, stderr } = await portolan.run(['tasks', 'wait', task?.id ?? '', '--timeout', '60']);
  expect(stderr).toContain('completed');
  expect([code, JSON.parse(stdout)]).toEqual([0, { content: [{ type: 'text', text: 'let go: now' }] }]);
  // Nothing was run again.
  expect(server.book.ran).toEqual(['held']);
  // The server may forget it now: the result stays.
  server.book.tasks.clear();
  expect((await portolan.run(['tasks', 'result', task?.id.slice(0, 8) ?? ''])).stdout).toContain('let go: now');
});

test('a task of a server process keeps that process after its client has left, and no longer', async () => {
  const portolan = new Portolan();
  await portolan.json('add', 'local', '--', ...STDIO);
  const shim = await new ShimProcess(portolan, 'local').initialize();
  shim.send({ id: 1, method: 'tools/call', params: { name: 'slow_compute', arguments: { seconds: 1 }, task: {} } });
  expect(await shim.answer(1)).toMatchObject({ result: { task: { status: 'working' } } });
  shim.child.stdin.end();
  await until(() => shim.exit !== undefined, 'the client is gone');
  const [task] = await tasksOf(portolan);
  const { code, stdout, stderr } = await portolan.run(['tasks', 'wait', task?.id ?? '', '--timeout', '60']);
  expect(stderr).toContain('completed');
  expect([code, stdout]).toEqual([0, expect.stringContaining('computed for 1 s')]);
  await until(
    () => !processesOf(portolan).some(({ shown }) => shown.includes('task-server.mjs')),
    'the server is gone',
  );
});

test('a task whose server process died is said to be gone, and not asked for again', async () => {
  const portolan = new Portolan();
  await portolan.json('add', 'local', '--', ...STDIO);
  const shim = await new ShimProcess(portolan, 'local').initialize();
  shim.send({ id: 1, method: 'tools/call', params: { name: 'held', arguments: { key: 'x' }, task: {} } });
  await shim.answer(1);
  const pid = portolan.hostPid() ?? 0;
  process.kill(pid, 'SIGKILL');
  await until(() => !isAlive(pid), 'the host is dead');
  const [task] = await until(async () => {
    const all = await tasksOf(portolan);
    return all[0]?.end === undefined ? undefined : all;
  }, 'it is given up');
  expect(task).toMatchObject({ status: 'working', end: 'restarted', result: 'none' });
  expect((await portolan.run(['tasks', 'cancel', task?.id ?? ''])).stderr).toContain('TASK_ENDED');
});

test('TSK-19 cancelling a task asks its server and shows what that says', async () => {
  const portolan = new Portolan();
  const server = await TaskHttpServer.start();
  await portolan.json('add', 'remote', '--url', server.url);
  await callModern(portolan, 'held', { key: 'a' });
  const [task] = await tasksOf(portolan);
  expect(await portolan.json('tasks', 'cancel', task?.id ?? '')).toMatchObject({ status: 'cancelled' });
  expect([...server.book.tasks.values()].map(({ status }) => status)).toEqual(['cancelled']);
});

test('a client that knows no tasks gets the result of one as of any other call, from a modern server and from a legacy one', async () => {
  const portolan = new Portolan();
  const server = await TaskHttpServer.start();
  await portolan.json('add', 'remote', '--url', server.url);
  await portolan.json('add', 'local', '--', ...STDIO);
  const remote = await new ShimProcess(portolan, 'remote').initialize();
  remote.call(1, 'held', { key: 'a' });
  const [waiting] = await until(async () => {
    const tasks = await tasksOf(portolan);
    return tasks.length > 0 ? tasks : undefined;
  }, 'the task is followed');
  expect(waiting).toMatchObject({ tool: 'held', client: 'shim test', wire: 'extension' });
  server.book.release('a');
  expect((await remote.answer(1)).result).toMatchObject({ content: [{ text: 'let go: now' }] });

  // A tool that can only be a task, called as if it were none.
  const local = await new ShimProcess(portolan, 'local').initialize();
  local.call(1, 'failing_job');
  expect((await local.answer(1)).result).toMatchObject({ isError: true, content: [{ text: 'it went wrong' }] });
  expect(await tasksOf(portolan)).toMatchObject([
    { tool: 'failing_job', status: 'failed', wire: 'legacy' },
    { tool: 'held' },
  ]);
});

test('a call that its client gives up goes on as a task, and its result is kept', async () => {
  const portolan = new Portolan();
  const server = await TaskHttpServer.start();
  await portolan.json('add', 'remote', '--url', server.url);
  const remote = await new ShimProcess(portolan, 'remote').initialize();
  remote.call(1, 'held', { key: 'a' });
  await until(async () => (await tasksOf(portolan)).length > 0, 'the task is followed');
  remote.send({ method: 'notifications/cancelled', params: { requestId: 1, reason: 'too long for me' } });
  remote.call(2, 'greet', { name: 'Ada' });
  expect((await remote.answer(2)).result).toMatchObject({ content: [{ text: 'hello Ada' }] });
  server.book.release('a');
  const [task] = await tasksOf(portolan);
  expect((await portolan.run(['tasks', 'wait', task?.id ?? ''])).stdout).toContain('let go: now');
  expect(remote.answers.find(({ id }) => id === 1)).toBeUndefined();
});

test('what a task asks is shown once and answered from the command line, for both kinds of server', async () => {
  const portolan = new Portolan();
  const server = await TaskHttpServer.start();
  await portolan.json('add', 'remote', '--url', server.url);
  await portolan.json('add', 'local', '--', ...STDIO);
  for (const name of ['remote', 'local']) {
    const shim = await new ShimProcess(portolan, name).initialize();
    if (name === 'remote') shim.call(1, 'multi_input');
    // Its client leaves without ever asking for the result: then Portolan stands in for it.
    else shim.send({ id: 1, method: 'tools/call', params: { name: 'multi_input', task: {} } });
    const task = await until(async () => {
      const [newest] = await tasksOf(portolan);
      if (newest?.server !== name) return undefined;
      if (name === 'local' && shim.exit === undefined) shim.child.stdin.end();
      return newest.inputs.length === 2 ? newest : undefined;
    }, `${name} asks`);
    const [first, second] = task.inputs;
    expect((await portolan.run(['tasks', 'answer', task.id, '{"nobody":{}, "asks":{}}'])).stderr).toContain(
      'INPUT_INVALID',
    );
    const one = JSON.stringify({ [first?.key ?? '']: { action: 'accept', content: { name: 'Ada' } } });
    const partly = await portolan.json<Task>('tasks', 'answer', task.id, one);
    expect(partly.inputs.map(({ key }) => key)).toEqual([second?.key]);
    expect((await portolan.run(['tasks', 'answer', task.id, '{"age":36}'])).code).toBe(0);
    expect((await portolan.run(['tasks', 'wait', task.id])).stdout).toContain('Ada is 36');
  }
});
