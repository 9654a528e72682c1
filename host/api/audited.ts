// Changes that a person makes through the host are recorded whether they succeed or fail; without a writable log they
// do not happen.
import type { AuditEvent } from '../../core/audit/audit-event.ts';
import { PortolanError, toPortolanError } from '../../shared/errors.ts';
import type { RpcContext } from '../parts.ts';
import type { AuditPort } from '../ports.ts';

type Change = Pick<AuditEvent, 'kind' | 'what' | 'server' | 'detail'>;

/** Runs `change` and records its outcome. Throws AUDIT_NOT_WRITABLE before `change` when nothing could be recorded. */
export async function audited<T>(
  log: Pick<AuditPort, 'append' | 'state'>,
  context: RpcContext,
  event: Change,
  change: () => T | Promise<T>,
): Promise<T> {
  if (!log.state().writable) {
    throw new PortolanError('AUDIT_NOT_WRITABLE', 'the audit log cannot be written, so nothing was changed', {
      hint: 'Free some space or make the audit folder writable, then try again.',
    });
  }
  const client = context.caller;
  try {
    const result = await change();
    log.append({ ...event, client, outcome: 'allowed' });
    return result;
  } catch (error) {
    const { code, message } = toPortolanError(error);
    if (code !== 'AUDIT_NOT_WRITABLE') log.append({ ...event, client, outcome: 'error', reason: { code, message } });
    throw error;
  }
}
