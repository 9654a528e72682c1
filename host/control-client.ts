// How every other program reaches the host: find it or start it, then speak the contract. No zod, no fetch, nothing of
// core but paths: command-line programs load this on their start path.
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createORPCClient } from '@orpc/client';
import { ClientRetryPlugin, type ClientRetryPluginContext } from '@orpc/client/plugins';
import { StandardRPCLink } from '@orpc/client/standard';
import type { ContractRouterClient } from '@orpc/contract';
import { prepareDataDir, type Paths, resolvePaths } from '../core/base/paths.ts';
import type { Contract } from '../shared/contract/index.ts';
import { PortolanError } from '../shared/errors.ts';
import { VERSION } from '../shared/version.ts';
import { compareVersions } from './compare-versions.ts';
import { requestControl } from './control-request.ts';
import type { Health } from './control-socket.ts';
import { nodeLinkClient } from './node-link.ts';
import { HOST_ENTRY, type StartedHost, startHost } from './start-host.ts';

const START_TIMEOUT_MS = 10_000;
const FIRST_POLL_MS = 10;
const LAST_POLL_MS = 100;
const HEALTH_TIMEOUT_MS = 2_000;

/** The contract's client; a call's context may ask for retries (`{ retry: Infinity }` for the event stream). */
export type HostClient = ContractRouterClient<Contract, ClientRetryPluginContext>;

/**
 * Finds the host of the data directory that `env` chooses and starts one, detached, when none answers. A host that is
 * older than `version` is asked to hand over first. Waits ten seconds at most.
 * Throws HOST_UNREACHABLE (it does not start or does not answer), HOST_BUSY (the old one does not finish), DATA_DIR_*.
 */
export async function ensureHost(
  env: NodeJS.ProcessEnv,
  options: { version?: string; entry?: string; timeoutMs?: number } = {},
): Promise<{ socket: string }> {
  const { version = VERSION, entry = HOST_ENTRY, timeoutMs = START_TIMEOUT_MS } = options;
  const paths = resolvePaths(env);
  // Also before connecting: a socket in someone else's directory is someone else's host.
  prepareDataDir(paths);
  const end = performance.now() + timeoutMs;
  let askedToLeave: number | undefined;
  let started: StartedHost | undefined;
  let pause = FIRST_POLL_MS;
  let last: Health | undefined;
  while (performance.now() < end) {
    last = await healthOf(paths.socket);
    if (last !== undefined && !last.draining) {
      const isSuccessor = askedToLeave !== undefined && last.pid !== askedToLeave;
      if (isSuccessor || compareVersions(version, last.version) <= 0) return { socket: paths.socket };
      askedToLeave = last.pid;
      await requestControl(paths.socket, 'POST', '/hand-over', JSON.stringify({ version })).catch(() => undefined);
    }
    if (last === undefined) {
      if (started?.failed() === true) throw unreachable(paths, 'it ended while starting');
      if (started === undefined || started.gone()) started = startHost(env, entry, paths) ?? started;
    }
    await delay(pause);
    pause = Math.min(pause * 2, LAST_POLL_MS);
  }
  if (last?.draining === true || last?.pid === askedToLeave) {
    throw new PortolanError('HOST_BUSY', 'the running host is finishing calls before it leaves', {
      hint: 'Try again when they are done, or end it with: portolan host stop',
    });
  }
  throw unreachable(paths, `nobody answered within ${Math.round(timeoutMs / 1000)} seconds`);
}

/** A client of the host at `socket`. `from`: how the caller appears in the audit log. */
export function createClient(socket: string, options: { from?: 'window' | 'cli' } = {}): HostClient {
  const link = new StandardRPCLink<ClientRetryPluginContext>(
    nodeLinkClient(socket, { 'x-portolan-from': options.from ?? 'cli' }),
    { url: 'http://host/rpc', plugins: [new ClientRetryPlugin()] },
  );
  return createORPCClient(link);
}

/** What the host at `socket` says about itself, or undefined when nobody answers. */
export async function healthOf(socket: string): Promise<Health | undefined> {
  try {
    const { body } = await requestControl(socket, 'GET', '/health', undefined, HEALTH_TIMEOUT_MS);
    return JSON.parse(body) as Health;
  } catch {
    return undefined;
  }
}

function unreachable(paths: Paths, why: string): PortolanError {
  const log = join(paths.logDir, 'host.log');
  return new PortolanError('HOST_UNREACHABLE', `the Portolan host cannot be reached: ${why}`, {
    hint: `See the end of ${log}`,
    data: { log },
  });
}
