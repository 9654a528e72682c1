// The one public server with tasks, as installed: its research tool can only be a task (2025-11-25), and comes to its result
// through a client of that revision, one of the next, and one that knows no tasks.
import { expect, test } from 'vitest';
import { modernRequest } from '../support/http-client.ts';
import { Portolan } from '../support/portolan.ts';
import { EVERYTHING } from '../support/real-servers.ts';
import { type RpcAnswer, ShimProcess } from '../support/shim-process.ts';
import { until } from '../support/until.ts';

const CAPABILITIES = {
  'io.modelcontextprotocol/clientCapabilities': { extensions: { 'io.modelcontextprotocol/tasks': {} } },
};
const CALL = { name: 'simulate-research-query', arguments: { topic: 'tides' } };
const REPORT = { content: [{ type: 'text', text: expect.stringContaining('tides') as unknown }] };

test('TSK-08 simulate-research-query comes to its result through every kind of client', async () => {
  const portolan = new Portolan();
  await portolan.json('add', 'everything', '--', ...EVERYTHING);

  const legacy = await new ShimProcess(portolan, 'everything').initialize();
  legacy.send({ id: 1, method: 'tools/call', params: { ...CALL, task: { ttl: 120_000 } } });
  const { task } = ((await legacy.answer(1)).result ?? {}) as { task?: { taskId: string; status: string } };
  expect(task?.status).toBe('working');
  legacy.send({ id: 2, method: 'tasks/result', params: { taskId: task?.taskId } });
  expect((await legacy.answer(2)).result).toMatchObject(REPORT);

  const modern = new ShimProcess(portolan, 'everything');
  const ask = (id: number, method: string, params: Record<string, unknown>): Promise<RpcAnswer> => {
    modern.send(modernRequest(id, method, params, CAPABILITIES).body);
    return modern.answer(id);
  };
  const created = (await ask(1, 'tools/call', CALL)).result;
  expect(created).toMatchObject({ resultType: 'task', status: 'working' });
  let id = 1;
  const ended = await until(
    async () => {
      id += 1;
      const { result } = await ask(id, 'tasks/get', { taskId: created?.['taskId'] });
      return result?.['status'] === 'working' ? undefined : result;
    },
    'the task has ended',
    60_000,
  );
  expect(ended).toMatchObject({ status: 'completed', result: REPORT });

  const plain = await new ShimProcess(portolan, 'everything').initialize();
  plain.send({ id: 1, method: 'tools/call', params: CALL });
  expect((await plain.answer(1)).result).toMatchObject(REPORT);
});
