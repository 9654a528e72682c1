// A host that already runs: found without starting one, and waited for until it is gone.
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { HostClient } from '../host/control-client.ts';
import { PortolanError } from '../shared/errors.ts';
import { socketPath } from './socket-path.ts';

const GONE_TIMEOUT_MS = 15_000;

/** The running host of this data directory, or undefined where there is none. */
export async function runningHost(env: NodeJS.ProcessEnv): Promise<{ client: HostClient; pid: number } | undefined> {
  const { createClient, healthOf } = await import('../host/control-client.ts');
  const socket = socketPath(env);
  const health = await healthOf(socket);
  return health && { client: createClient(socket), pid: health.pid };
}

/**
 * Asks the host to leave and resolves when its process has ended, with the number of clients whose shims were connected.
 * Throws HOST_BUSY when it stays.
 */
export async function stopHost(
  env: NodeJS.ProcessEnv,
  mode: 'drain' | 'now',
): Promise<{ stopped: boolean; sessions: number }> {
  const running = await runningHost(env);
  if (!running) return { stopped: false, sessions: 0 };
  const open = await running.client.servers.sessions();
  // One shim may have several sessions: a profile's, and one with each of its servers.
  const sessions = new Set(open.flatMap(({ client }) => client.pid ?? [])).size;
  await running.client.system.stop({ mode });
  // Draining waits for calls that may take long; leaving at once does not.
  const end = mode === 'drain' ? Number.POSITIVE_INFINITY : Date.now() + GONE_TIMEOUT_MS;
  while (isAlive(running.pid)) {
    if (Date.now() > end)
      throw new PortolanError('HOST_BUSY', `the host ${running.pid} does not end`, {
        hint: 'see logs/host.log in the data folder',
      });
    await delay(20);
  }
  return { stopped: true, sessions };
}

/** A zombie has ended too: where the first process of a container never asks for its orphans, they stay for good. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  if (process.platform !== 'linux') return true;
  try {
    // proc_pid_stat(5): the state follows the name, which stands in parentheses.
    return !/\) [ZX] [^)]*$/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}
