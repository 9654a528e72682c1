// Procedures on running servers: state, start and stop, approval of what they run, checks, logs, sessions.
import type { LogLine } from '../../shared/model/server-status.ts';
import { runChecks } from '../checks/server-checks.ts';
import type { Caller } from '../../core/audit/audit-event.ts';
import type { HostParts } from '../parts.ts';
import { streamOf } from '../stream.ts';
import { audited } from './audited.ts';
import type { DomainImplementer } from './implementer.ts';

export function serversApi(os: DomainImplementer<'servers'>, parts: HostParts) {
  const { audit, connections, gateway } = parts;

  const start = async (name: string, caller: Caller) => {
    const client = await gateway.localClient(caller, name);
    await client.ping();
    return connections.status(name);
  };
  const stop = async (name: string) => {
    // Throws SERVER_NOT_FOUND before anything is ended.
    connections.status(name);
    await gateway.closeServer(name);
    await connections.stopServer(name);
    return connections.status(name);
  };

  return {
    list: os.list.handler(() => connections.list()),
    start: os.start.handler(({ input, context }) => start(input.name, context.caller)),
    stop: os.stop.handler(({ input }) => stop(input.name)),
    restart: os.restart.handler(async ({ input, context }) => {
      await stop(input.name);
      return start(input.name, context.caller);
    }),
    check: os.check.handler(({ input, signal }) => runChecks(input.name, parts, { signal })),
    logs: os.logs.handler(({ input, signal }) => {
      const ring = connections.logs(input.name);
      return streamOf<LogLine>((push, end) => {
        const stopFollowing = input.follow ? ring.subscribe(push) : undefined;
        for (const line of ring.lines(input.afterSeq)) push(line);
        if (stopFollowing === undefined) end();
        return () => stopFollowing?.();
      }, signal);
    }),
    approval: os.approval.handler(({ input }) => connections.approval(input.name)),
    approve: os.approve.handler(async ({ input, context }) => {
      const { name, digest } = input;
      const { entry, files } = await connections.approval(name);
      const detail: Record<string, string> = { entry: entry.hash };
      if (entry.approved !== undefined) detail['entry_before'] = entry.approved;
      for (const [index, file] of files.entries()) {
        detail[`path.${index}`] = file.path;
        if (file.pinned !== undefined) detail[`approved_before.${index}`] = file.pinned;
        if (file.now !== undefined) detail[`approved.${index}`] = file.now;
      }
      const event = { kind: 'server.approved', what: `approved what ${name} runs`, server: name, detail } as const;
      return audited(audit, context, event, () => connections.approve(name, digest));
    }),
    sessions: os.sessions.handler(() => gateway.sessions()),
  };
}
