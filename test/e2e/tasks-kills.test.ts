// Tasks while things break for real: the host killed at any moment, the server gone for a while, the network cut.
import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Task } from '../../shared/model/task.ts';
import { ChaosProxy } from '../support/chaos-proxy.ts';
import { modernRequest } from '../support/http-client.ts';
import { isAlive, Portolan } from '../support/portolan.ts';
import { ShimProcess } from '../support/shim-process.ts';
import { TaskHttpServer } from '../support/task-http-server.ts';
import { until } from '../support/until.ts';

const CAPABILITIES = {
  'io.modelcontextprotocol/clientCapabilities': { extensions: { 'io.modelcontextprotocol/tasks': {} } },
};
/** Kills in one run; `PORTOLAN_SOAK=1` makes them 200. */
const KILLS = process.env['PORTOLAN_SOAK'] === '1' ? 200 : 2;
/** From before the call has left to after its task has ended. */
const KILL_WITHIN_MS = 600;

/** Starts `tool` from a modern client that may be given a task. */
function start(portolan: Portolan, tool: string, args: object): ShimProcess {
  const shim = new ShimProcess(portolan, 'remote');
  shim.send(modernRequest(1, 'tools/call', { name: tool, arguments: args }, CAPABILITIES).body);
  return shim;
}

function aliveOf(pid: number | undefined): number | undefined {
  return pid !== undefined && isAlive(pid) ? pid : undefined;
}

async function tasksOf(portolan: Portolan): Promise<Task[]> {
  return (await portolan.json<{ tasks: Task[] }>('tasks')).tasks;
}

/** Every task that is followed, once all of them have come to an end. */
function allSettled(portolan: Portolan): Promise<Task[]> {
  return until(
    async () => {
      const tasks = await tasksOf(portolan);
      return tasks.every(({ result }) => result === 'stored') ? tasks : undefined;
    },
    'every task has its result',
    120_000,
  );
}

test(
  `PRX-16: a host killed at ${KILLS} random moments forgets no task and runs none twice`,
  async () => {
    const portolan = new Portolan();
    const server = await TaskHttpServer.start();
    await portolan.json('add', 'remote', '--url', server.url);
    await portolan.stop();
    const told: unknown[] = [];
    let killed = 0;
    while (killed < KILLS) {
      const shim = start(portolan, 'slow_compute', { seconds: 0.2 });
      // The descriptor of a dead host stays until the next one writes its own.
      const pid = await until(() => aliveOf(portolan.hostPid()), 'a host runs', 60_000);
      await until(() => server.book.ran.length > killed || shim.exit !== undefined, 'the call arrives', 60_000);
      await delay(randomInt(KILL_WITHIN_MS));
      process.kill(pid, 'SIGKILL');
      shim.child.kill('SIGKILL');
      await until(() => !isAlive(pid), 'the host is dead');
      killed += 1;
      const answer = shim.answers.find(({ id }) => id === 1)?.result;
      if (answer !== undefined) told.push(answer['taskId']);
    }
    const tasks = await allSettled(portolan);
    // One run for each call, and every task that a client was told of is followed.
    expect(server.book.ran).toHaveLength(KILLS);
    expect(told.filter((id) => !tasks.some(({ taskId }) => taskId === id))).toEqual([]);
    expect(new Set(tasks.map(({ taskId }) => taskId)).size).toBe(tasks.length);
    process.stderr.write(`${KILLS} kills: ${tasks.length} tasks followed, ${told.length} told to clients\n`);
  },
  KILLS * 10_000 + 120_000,
);

test('edge 7: a remote server that comes back knows its tasks, and they are followed to their end', async () => {
  const portolan = new Portolan();
  const server = await TaskHttpServer.start();
  await portolan.json('add', 'remote', '--url', server.url);
  const shim = start(portolan, 'held', { key: 'a' });
  expect(await shim.answer(1)).toMatchObject({ result: { resultType: 'task' } });
  const port = Number(new URL(server.url).port);
  await server.http.stop();
  await until(async () => (await tasksOf(portolan))[0]?.trouble !== undefined, 'the server is missed', 60_000);
  server.book.release('a');
  await server.http.restart(port);
  const [task] = await allSettled(portolan);
  expect([task?.status, server.book.ran]).toEqual(['completed', ['held']]);
});

test('edge 16, edge 17: a network that is cut while a task is asked for costs nothing but time', async () => {
  const portolan = new Portolan();
  const server = await TaskHttpServer.start();
  const proxy = await ChaosProxy.start(Number(new URL(server.url).port));
  await portolan.json('add', 'remote', '--url', `http://127.0.0.1:${proxy.port}/mcp`);
  const shim = start(portolan, 'held', { key: 'a' });
  expect(await shim.answer(1)).toMatchObject({ result: { resultType: 'task' } });
  server.book.release('a');
  proxy.cutAfter(200, 'answer');
  await until(() => proxy.hasCut, 'the answer is cut', 60_000);
  const [task] = await allSettled(portolan);
  expect([task?.status, server.book.ran]).toEqual(['completed', ['held']]);
});

test('edge 6: a time to live that is shortened on the way is what is shown, and the result is kept beyond it', async () => {
  const portolan = new Portolan();
  const server = await TaskHttpServer.start();
  await portolan.json('add', 'remote', '--url', server.url);
  const shim = start(portolan, 'held', { key: 'a' });
  await shim.answer(1);
  const [first] = await tasksOf(portolan);
  server.book.ttlMs = 5_000;
  const shorter = await until(
    async () => {
      const [task] = await tasksOf(portolan);
      return task?.expiresAt === first?.expiresAt ? undefined : task;
    },
    'the shorter time is seen',
    60_000,
  );
  expect(Date.parse(shorter?.expiresAt ?? '') - Date.parse(shorter?.startedAt ?? '')).toBe(5_000);
  server.book.release('a');
  const [task] = await allSettled(portolan);
  server.book.tasks.clear();
  expect((await portolan.run(['tasks', 'result', task?.id ?? ''])).stdout).toContain('let go: now');
});
