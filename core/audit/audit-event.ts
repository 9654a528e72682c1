// What the rest of Portolan hands to the audit log. Only metadata, digests and, where a person asked for it, a payload that
// has been cut to size and redacted by the caller. Never a secret or a token.
import type { AuditKind, AuditOutcome } from '../../shared/model/audit-record.ts';

export interface AuditEvent {
  readonly kind: AuditKind;
  readonly outcome: AuditOutcome;
  readonly client?: Caller;
  readonly server?: string;
  readonly tool?: string;
  readonly method?: string;
  readonly session?: string;
  readonly requestId?: string;
  readonly argumentsDigest?: string;
  readonly argumentsBytes?: number;
  readonly resultDigest?: string;
  readonly resultBytes?: number;
  readonly payload?: string;
  readonly tookMs?: number;
  readonly reason?: { readonly code: string; readonly message: string };
  /** Event id of the intent that this outcome closes. */
  readonly related?: string;
  /** What happened in a few words; default: the tool, the method or the kind. */
  readonly what?: string;
  /** Further facts; keys are ASCII letters, digits, `_`, `-` and `.`, at most 64 of them. */
  readonly detail?: Readonly<Record<string, string>>;
}

/**
 * Who called. Everything but `executable`, which is read from the system, and `gatewayClient`, whose token was shown, is the
 * client's own claim.
 */
export interface Caller {
  readonly name: string;
  readonly version?: string;
  readonly title?: string;
  readonly pid?: number;
  readonly executable?: string;
  /** Name of the client of the HTTP gateway. */
  readonly gatewayClient?: string;
}

/** A recorded intent that has no outcome. */
export interface OpenIntent {
  readonly id: string;
  readonly session: string;
  /** Source text of the request's id. */
  readonly requestId?: string;
  readonly server?: string;
  readonly tool?: string;
  readonly method?: string;
  readonly at: string;
}
