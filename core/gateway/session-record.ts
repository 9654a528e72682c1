// The session's own two records. `session.opened` is written once its client has the answer to `initialize`: whoever finds that
// record after a host has died knows that the client is initialised.
import { toPortolanError } from '../../shared/errors.ts';
import type { AuditEvent } from '../audit/audit-event.ts';
import type { Logger } from '../base/logger.ts';
import type { SessionFacts } from './exchange.ts';
import type { AuditSink } from './ports.ts';

export class SessionRecord {
  readonly #audit: AuditSink;
  readonly #facts: SessionFacts;
  readonly #logger: Logger;
  #isOpen = false;

  constructor(audit: AuditSink, facts: SessionFacts, logger: Logger) {
    this.#audit = audit;
    this.#facts = facts;
    this.#logger = logger;
  }

  /** Written once; `resumed` when the client was initialised by an earlier host. */
  opened(protocolVersion: string, resumed: boolean): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#append({
      kind: 'session.opened',
      outcome: 'allowed',
      detail: { protocolVersion, ...(resumed && { resumed: 'true' }) },
    });
  }

  /** Written only for a session that was opened. */
  closed(reason: string, facts: { calls: number; dropped: number }): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    const detail = { reason, calls: String(facts.calls), dropped: String(facts.dropped) };
    this.#append({ kind: 'session.closed', outcome: 'allowed', detail });
  }

  /** True when an earlier host recorded that this session's client is initialised. */
  async wasOpened(): Promise<boolean> {
    const found = await this.#audit.list({ session: this.#facts.id, kinds: ['session.opened'] }, { limit: 1 });
    return found.matching > 0;
  }

  #append(event: AuditEvent): void {
    const { id, server, caller } = this.#facts;
    try {
      this.#audit.append({ ...event, client: caller, server, session: id });
    } catch (error) {
      // Calls fail closed by themselves; the session as such may stand.
      this.#logger.error('a session could not be recorded', { server, error: toPortolanError(error) });
    }
  }
}
