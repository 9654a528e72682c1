// The audit log as this host may use it: a host that lost its place can read, and can write nothing more.
import type { AuditLog } from '../core/audit/audit-log.ts';
import type { AuditEvent } from '../core/audit/audit-event.ts';
import type { AuditSink } from '../core/gateway/ports.ts';
import type { Fence } from './fence.ts';
import type { AuditPort } from './ports.ts';

/** `log` behind `fence`: appending throws HOST_DRAINING when the place is lost. `onEvent` sees what was appended. */
export function fencedAudit(
  log: AuditLog,
  fence: Pick<Fence, 'assertHeld'>,
  onEvent: (event: AuditEvent) => void,
): AuditPort & AuditSink {
  return {
    append: (event) => {
      fence.assertHeld();
      const appended = log.append(event);
      onEvent(event);
      return appended;
    },
    together: (work) => log.together(work),
    flushed: () => log.flushed(),
    openIntents: (session) => log.openIntents(session),
    state: () => log.state(),
    setDurability: (durability) => log.setDurability(durability),
    list: (filter, page) => log.list(filter, page),
    get: (idOrSeq) => log.get(idOrSeq),
    verify: (onProgress, signal) => log.verify(onProgress, signal),
    clientUse: (since) => log.clientUse(since),
    subscribe: (fn) => log.subscribe(fn),
  };
}
