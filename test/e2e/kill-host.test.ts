// The promise of the audit log under the worst end: a host killed in the middle of its work, again and again.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { expect, test } from 'vitest';
import { digest } from '../../core/audit/digest.ts';
import { isAlive, Portolan } from '../support/portolan.ts';
import { EVERYTHING } from '../support/real-servers.ts';
import { until } from '../support/until.ts';

const KILLS = 100;
const CLIENTS = 2;

test(`${KILLS} kill -9 of the host under load lose no acknowledged record and leave no child`, async () => {
  const portolan = new Portolan();
  await portolan.json('add', 'everything', '--', ...EVERYTHING);
  const acknowledged = new Set<string>();
  const answered = Array.from({ length: CLIENTS }, () => 0);
  const children = new Set<number>();
  let stopped = false;
  const loads = Array.from({ length: CLIENTS }, (_, number) => load(number));
  try {
    for (let kill = 0; kill < KILLS; kill += 1) {
      const before = answered.slice();
      await until(
        () => answered.every((count, number) => count > (before[number] ?? 0)),
        `every client is answered before kill ${kill}`,
        60_000,
      );
      for (const pid of childrenOf(portolan)) children.add(pid);
      const pid = portolan.hostPid();
      if (pid !== undefined && isAlive(pid)) process.kill(pid, 'SIGKILL');
    }
  } finally {
    stopped = true;
    await Promise.all(loads);
  }
  expect(children.size).toBeGreaterThan(KILLS * 1.5);
  await until(() => [...children].every((pid) => !isAlive(pid)), 'no child of a killed host lives');

  expect((await portolan.run(['audit', 'verify'])).code).toBe(0);
  await portolan.stop();
  const intents = recordsOf(portolan).filter((record) => record['event_type'] === 'call.intent');
  const written = new Set(
    intents.map((record) => JSON.stringify(record)).map((text) => /sha256:[0-9a-f]{64}/.exec(text)?.[0]),
  );
  expect([...acknowledged].filter((message) => !written.has(digest(JSON.stringify({ message }))))).toEqual([]);

  /** One client that calls without pause; a shim that gave up after too many dead hosts is started again. */
  async function load(number: number): Promise<void> {
    for (let made = 0; !stopped; ) {
      const client = new Client({ name: `load ${number}`, version: '1' });
      try {
        await client.connect(new StdioClientTransport({ ...portolan.connect('everything'), stderr: 'ignore' }));
        while (!stopped) {
          const message = `${number}-${made++}`;
          const result = await client
            .callTool({ name: 'echo', arguments: { message } }, undefined, { timeout: 20_000 })
            .catch(() => undefined);
          if (result?.isError !== true && result?.content) {
            acknowledged.add(message);
            answered[number] = (answered[number] ?? 0) + 1;
          }
          if (client.transport === undefined) break;
        }
      } catch {
        // the host died while this client connected: begin again
      } finally {
        await client.close();
      }
    }
  }
}, 600_000);

/** Process ids of running servers, from the files that the host keeps for the case of its own death. */
function childrenOf(portolan: Portolan): number[] {
  try {
    const folder = join(portolan.home, 'run', 'children');
    return readdirSync(folder).map((name) => {
      const { child } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { child: { pid: number } };
      return child.pid;
    });
  } catch {
    return [];
  }
}

function recordsOf(portolan: Portolan): Record<string, unknown>[] {
  const folder = join(portolan.home, 'audit', 'segments');
  return readdirSync(folder)
    .sort()
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
