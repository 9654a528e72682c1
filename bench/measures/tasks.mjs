// A thousand tasks that go on at once, on a server over HTTP and on one over stdio: what following them at the default pace
// costs the host, how often the servers are asked, and whether any look comes before its time.
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cpuMs, memory } from '../processes.mjs';
import { RawClient } from '../raw-client.mjs';
import { atLeast, atMost, number } from '../statistics.mjs';

const TASKS = 1_000;
const PACE_MS = 5_000;
const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': { extensions: { 'io.modelcontextprotocol/tasks': {} } },
};
const server = join(import.meta.dirname, '..', 'task-upstream.mjs');

export const tasks = {
  name: 'tasks',
  async run({ world, quick }) {
    const seconds = quick ? 15 : 60;
    const port = await world.portOf(server);
    const ways = [];
    for (const [name, entry] of [
      ['HTTP', `http://127.0.0.1:${port}/mcp`],
      ['stdio', { command: process.execPath, args: [server, 'stdio'], env: {} }],
    ]) {
      ways.push(await follow(world, name, entry, seconds));
    }
    return {
      rows: ways.flatMap(({ name, cpu, earliest }) => [
        atMost(`${TASKS} tasks followed, ${name}: share of a core`, cpu, 5, { unit: '%', digits: 1 }),
        atLeast(`${TASKS} tasks followed, ${name}: earliest look`, earliest / PACE_MS, 0.99, {
          unit: 'x its pace',
          digits: 3,
        }),
      ]),
      tables: [
        {
          title: `${TASKS} tasks followed for ${seconds} s, each every ${PACE_MS / 1000} s`,
          header: ['server', 'core %', 'looks/s', 'earliest look ms', 'host RSS MB before', 'with the tasks'],
          rows: ways.map(({ name, cpu, rate, earliest, before, after }) => [
            name,
            number(cpu, 1),
            number(rate, 0),
            number(earliest, 0),
            number(before, 0),
            number(after, 0),
          ]),
        },
      ],
    };
  },
};

async function follow(world, name, entry, seconds) {
  const isModern = typeof entry === 'string';
  const home = world.home({ tasks: entry });
  const client = new RawClient(home.connect('tasks'));
  const call = (tool) =>
    client.request('tools/call', {
      name: tool,
      arguments: {},
      ...(isModern ? { _meta: META } : tool === 'endless' && { task: {} }),
    });
  if (!isModern) await client.initialize();
  const figures = async () => JSON.parse((await call('figures')).content[0].text);
  await figures();
  const before = memory(home.hostPid).rss;
  for (let made = 0; made < TASKS; made += 50) await Promise.all(Array.from({ length: 50 }, () => call('endless')));
  // Every task has been asked for once before anything is counted.
  await delay(2 * PACE_MS);
  await figures();
  const [started, used] = [performance.now(), cpuMs([home.hostPid])];
  await delay(seconds * 1_000);
  const elapsed = performance.now() - started;
  const cpu = ((cpuMs([home.hostPid]) - used) * 100) / elapsed;
  const { questions, earliest, tasks: seen } = await figures();
  if (seen !== TASKS) throw new Error(`${seen} of ${TASKS} tasks were asked for`);
  const after = memory(home.hostPid).rss;
  await client.close();
  home.stop();
  return { name, cpu, rate: (questions * 1_000) / elapsed, earliest, before, after };
}
