// Calls that Portolan itself starts as tasks, in both forms: the id at once, questions at once, and a plain refusal elsewhere.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Task } from '../../shared/model/task.ts';
import { Portolan, ROOT } from '../support/portolan.ts';
import { TaskHttpServer } from '../support/task-http-server.ts';
import { until } from '../support/until.ts';

const STDIO = [process.execPath, join(ROOT, 'test', 'fixtures', 'task-server.mjs')] as const;
const PLAIN = [process.execPath, join(ROOT, 'test', 'fixtures', 'echo-server.mjs')] as const;

test('call --task prints the id of the task at once, the task is Portolan’s own, and its questions come without a client', async () => {
  const portolan = new Portolan();
  const server = await TaskHttpServer.start();
  await portolan.json('add', 'remote', '--url', server.url);
  await portolan.json('add', 'local', '--', ...STDIO);
  for (const name of ['remote', 'local']) {
    const { code, stdout } = await portolan.run(['call', name, 'confirm_delete', '--task', '{"filename":"b.txt"}']);
    const id = stdout.trim();
    expect(code).toBe(0);
    const task = await until(async () => {
      const found = await portolan.json<Task>('tasks', 'show', id);
      return found.inputs.length === 1 ? found : undefined;
    }, `${name} asks`);
    expect(task).toMatchObject({ id, server: name, client: 'Portolan command line', status: 'input_required' });
    await portolan.json('tasks', 'answer', id, '{"action":"accept","content":{"confirm":true}}');
    expect((await portolan.run(['tasks', 'wait', id])).stdout).toContain('deleted b.txt');
  }
});

test('TSK-01 a server without tasks refuses before anything is called', async () => {
  const portolan = new Portolan();
  await portolan.json('add', 'plain', '--', ...PLAIN);
  const { code, stderr } = await portolan.run(['call', 'plain', 'echo', '--task', '{"text":"x"}']);
  expect([code, stderr]).toEqual([1, expect.stringContaining('TASK_REFUSED')]);
  const records = await portolan.json<{ records: { kind: string }[] }>('audit', 'list');
  expect(records.records.filter(({ kind }) => kind === 'call.intent')).toEqual([]);
});
