// Tasks across the generations: every client gets them in its own form, and one that knows none loses no result.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Task } from '../../shared/model/task.ts';
import { modernRequest } from '../support/http-client.ts';
import { Portolan, ROOT } from '../support/portolan.ts';
import { ShimProcess } from '../support/shim-process.ts';
import { TaskHttpServer } from '../support/task-http-server.ts';
import { until } from '../support/until.ts';

const STDIO = [process.execPath, join(ROOT, 'test', 'fixtures', 'task-server.mjs')] as const;
const CAPABILITIES = {
  'io.modelcontextprotocol/clientCapabilities': { extensions: { 'io.modelcontextprotocol/tasks': {} } },
};

async function rpc(shim: ShimProcess, id: number, method: string, params: object): Promise<Record<string, unknown>> {
  shim.send({ id, method, params });
  const { result, error } = await shim.answer(id);
  return result ?? { error };
}

async function modern(shim: ShimProcess, id: number, method: string, params: Record<string, unknown>) {
  shim.send(modernRequest(id, method, params, CAPABILITIES).body);
  const { result, error } = await shim.answer(id);
  return result ?? { error };
}

test('TSK-09 a legacy client with tasks has those of a server with the extension in its own form', async () => {
  const portolan = new Portolan();
  const server = await TaskHttpServer.start();
  await portolan.json('add', 'remote', '--url', server.url);
  const shim = await new ShimProcess(portolan, 'remote').initialize();
  expect(shim.answers[0]?.result).toMatchObject({
    capabilities: { tasks: { cancel: {}, requests: { tools: { call: {} } } } },
  });
  const { tools } = (await rpc(shim, 1, 'tools/list', {})) as { tools: object[] };
  expect(tools[0]).toMatchObject({ execution: { taskSupport: 'optional' } });

  const call = { name: 'held', arguments: { key: 'a' }, task: { ttl: 60_000 } };
  const { task } = (await rpc(shim, 2, 'tools/call', call)) as { task: { taskId: string } };
  expect(task).toMatchObject({ status: 'working', ttl: 600_000, pollInterval: 50 });
  expect(await rpc(shim, 3, 'tasks/get', { taskId: task.taskId })).toMatchObject({ status: 'working' });
  expect(await rpc(shim, 4, 'tasks/list', {})).toMatchObject({ tasks: [{ taskId: task.taskId }] });
  shim.send({ id: 5, method: 'tasks/result', params: { taskId: task.taskId } });
  server.book.release('a');
  expect((await shim.answer(5)).result).toEqual({
    content: [{ type: 'text', text: 'let go: now' }],
    _meta: { 'io.modelcontextprotocol/related-task': { taskId: task.taskId } },
  });
  expect(await rpc(shim, 6, 'tasks/get', { taskId: task.taskId })).toMatchObject({ status: 'completed' });
  expect(await rpc(shim, 7, 'tasks/cancel', { taskId: task.taskId })).toMatchObject({ error: { code: -32_602 } });
  expect(await rpc(shim, 8, 'tasks/get', { taskId: 'nobody’s' })).toMatchObject({ error: { code: -32_602 } });

  // A tool that reports an error is a failed task here, and a completed one over there.
  const failing = (await rpc(shim, 9, 'tools/call', { name: 'failing_job', task: {} })) as { task: { taskId: string } };
  const ended = await rpc(shim, 10, 'tasks/result', { taskId: failing.task.taskId });
  expect(ended).toMatchObject({ isError: true });
  expect(await rpc(shim, 11, 'tasks/get', { taskId: failing.task.taskId })).toMatchObject({ status: 'failed' });
  // Cancelled is cancelled, and the call itself was answered once.
  const other = (await rpc(shim, 12, 'tools/call', { ...call, arguments: { key: 'b' } })) as {
    task: { taskId: string };
  };
  expect(await rpc(shim, 13, 'tasks/cancel', { taskId: other.task.taskId })).toMatchObject({ status: 'cancelled' });
  expect(shim.answers.filter(({ id }) => id === 2)).toHaveLength(1);
});

test('TSK-20, TSK-21, TSK-22: a client with the extension has the tasks of a legacy server in its own form', async () => {
  const portolan = new Portolan();
  await portolan.json('add', 'local', '--', ...STDIO);
  const shim = new ShimProcess(portolan, 'local');
  const discovered = await modern(shim, 1, 'server/discover', {});
  expect(discovered).toMatchObject({ capabilities: { extensions: { 'io.modelcontextprotocol/tasks': {} } } });
  expect(discovered['capabilities']).not.toHaveProperty('tasks');
  // Only a tool that must be a task is one, even if the call has what asks for a task in 2025-11-25.
  for (const [id, call] of [{ name: 'greet' }, { name: 'slow_compute', task: {} }].entries()) {
    expect(await modern(shim, 20 + id, 'tools/call', { arguments: {}, ...call })).toMatchObject({
      resultType: 'complete',
      content: [{ type: 'text' }],
    });
  }
  const created = (await modern(shim, 3, 'tools/call', { name: 'failing_job', arguments: {} })) as { taskId: string };
  expect(created).toMatchObject({ resultType: 'task', ttlMs: 600_000, pollIntervalMs: 50 });
  expect(await modern(shim, 4, 'tasks/result', { taskId: created.taskId })).toMatchObject({ error: { code: -32_601 } });
  expect(await modern(shim, 5, 'tasks/get', { taskId: 'nobody’s' })).toMatchObject({ error: { code: -32_602 } });
  shim.send(modernRequest(6, 'tasks/get', { taskId: created.taskId }).body);
  expect((await shim.answer(6)).error).toMatchObject({
    code: -32_021,
    data: { requiredCapabilities: { extensions: { 'io.modelcontextprotocol/tasks': {} } } },
  });
  const ended = await until(async () => {
    const task = await modern(shim, 100 + shim.answers.length, 'tasks/get', { taskId: created.taskId });
    return task['status'] === 'working' ? undefined : task;
  }, 'it ends');
  expect(ended).toMatchObject({ status: 'completed', result: { isError: true, content: [{ text: 'it went wrong' }] } });
});

test('a call that outlasts its client’s patience is answered with a handle, and Portolan’s tools give the result', async () => {
  const portolan = new Portolan();
  const server = await TaskHttpServer.start();
  await portolan.json('add', 'remote', '--url', server.url);
  await portolan.json('tasks', 'handles', 'shim test', '--after', '0.2');
  const shim = await new ShimProcess(portolan, 'remote').initialize();
  const { tools } = (await rpc(shim, 1, 'tools/list', {})) as { tools: { name: string }[] };
  expect(tools.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['portolan_task_result', 'portolan_task_status']),
  );
  const answer = (await rpc(shim, 2, 'tools/call', { name: 'held', arguments: { key: 'a' } })) as {
    content: { text: string }[];
  };
  const handle = /"(task-[0-9a-f]{8})"/.exec(answer.content[0]?.text ?? '')?.[1];
  const ask = (id: number, name: string) => rpc(shim, id, 'tools/call', { name, arguments: { handle } });
  expect(await ask(3, 'portolan_task_status')).toMatchObject({ content: [{ text: 'held: working.' }] });
  expect(await ask(4, 'portolan_task_result')).toMatchObject({ content: [{ text: 'held: working.' }] });
  server.book.release('a');
  const result = await until(async () => {
    const given = (await ask(100 + shim.answers.length, 'portolan_task_result')) as { content: { text: string }[] };
    return given.content[0]?.text.startsWith('let go') === true ? given : undefined;
  }, 'the result is there');
  expect(result).toEqual({ content: [{ type: 'text', text: 'let go: now' }] });
  expect(
    await rpc(shim, 5, 'tools/call', { name: 'portolan_task_cancel', arguments: { handle: 'task-00000000' } }),
  ).toMatchObject({
    isError: true,
  });
  // Other clients see no such tools.
  const [task] = (await portolan.json<{ tasks: Task[] }>('tasks')).tasks;
  expect(task).toMatchObject({ client: 'shim test', status: 'completed' });
});
