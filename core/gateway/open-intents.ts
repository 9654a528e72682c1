// What a host does for a session that another host left in the middle: every call that was under way then gets its outcome,
// `unknown`, and its client gets an error. No call is repeated. (The log is the recovery record.)
// Requests that are not audited (lists, pings) leave no trace here; the shim tells which of them were not answered.
import { PortolanError } from '../../shared/errors.ts';
import type { SessionFacts } from './exchange.ts';
import type { AuditSink } from './ports.ts';

/** Closes the session's open intents and gives the ids (source text) of the requests that wait for an answer. */
export async function closeOpenIntents(audit: AuditSink, facts: SessionFacts): Promise<string[]> {
  const intents = await audit.openIntents(facts.id);
  const { code, message } = outcomeLost();
  for (const { id, requestId, server, tool, method } of intents) {
    audit.append({
      kind: 'call.outcome',
      outcome: 'unknown',
      related: id,
      client: facts.caller,
      session: facts.id,
      server: server ?? facts.server,
      ...(requestId !== undefined && { requestId }),
      ...(tool !== undefined && { tool }),
      ...(method !== undefined && { method }),
      reason: { code, message },
    });
  }
  return intents.flatMap(({ requestId }) => (requestId === undefined ? [] : [requestId]));
}

/** The error for a call whose host died under it. */
export function outcomeLost(): PortolanError {
  return new PortolanError(
    'OUTCOME_UNKNOWN',
    'Portolan ended before the answer came; the call may have been carried out.',
    {
      hint: 'Look at the effect before you call again.',
    },
  );
}
