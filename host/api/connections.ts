// Procedures on the live picture: the matrix, the processes, ending one of them, and the trace of a session.
import { listProcesses, treeOf } from '../../core/connections/process-list.ts';
import { systemClock } from '../../core/base/clock.ts';
import { PortolanError } from '../../shared/errors.ts';
import { connectionMatrix } from '../connection-matrix.ts';
import type { HostParts } from '../parts.ts';
import type { DomainImplementer } from './implementer.ts';

const DAY_MS = 86_400_000;

export function connectionsApi(
  os: DomainImplementer<'connections'>,
  { audit, connections, gateway }: Pick<HostParts, 'audit' | 'connections' | 'gateway'>,
) {
  return {
    matrix: os.matrix.handler(async () => {
      const now = systemClock.now();
      const uses = await audit.clientUse(new Date(now - DAY_MS).toISOString());
      return connectionMatrix({
        now,
        uses,
        servers: connections.list(),
        sessions: gateway.sessions(),
        versionOf: (session) => gateway.trace?.protocolVersion(session),
      });
    }),
    processes: os.processes.handler(async () => {
      const roots = Map.groupBy(connections.roots(), ({ pid }) => pid);
      const all = roots.size === 0 ? [] : await listProcesses();
      const clients = new Map(gateway.sessions().map(({ id, client }) => [id, client.title ?? client.name]));
      return [...roots].flatMap(([pid, uses]) => {
        const usedBy = [...new Set(uses.flatMap(({ sessionId }) => clients.get(sessionId) ?? []))];
        return treeOf(pid, all).map((one) => ({
          server: uses[0]?.server ?? '',
          pid: one.pid,
          parentPid: one.ppid,
          command: one.command,
          startedAt: new Date(one.startedAt).toISOString(),
          rssBytes: one.rssBytes,
          usedBy,
        }));
      });
    }),
    stopProcess: os.stopProcess.handler(async ({ input }) => {
      if (await connections.stopRoot(input.pid)) return {};
      throw new PortolanError('NOT_FOUND', `no server of this host has a process ${input.pid} of its own`, {
        hint: 'Look at the list of processes again: it may have ended.',
      });
    }),
    endSession: os.endSession.handler(async ({ input }) => {
      if (await gateway.closeSession(input.session)) return {};
      throw new PortolanError('NOT_FOUND', 'there is no such session any more', {
        hint: 'Look at the connections again: its client may have left.',
      });
    }),
    trace: os.trace.handler(({ input }) => gateway.trace?.frames(input.session) ?? []),
  };
}
