// One meaning, one shape, one word: how server states and audit outcomes are named and marked everywhere.
import type { AuditOutcome, AuditSummary } from '../../shared/model/audit-record.ts';
import type { CheckResult, ServerStatus } from '../../shared/model/server-status.ts';

export type MarkKind =
  | 'ready'
  | 'starting'
  | 'running'
  | 'stopped'
  | 'idle'
  | 'sign-in'
  | 'input'
  | 'proof'
  | 'approve'
  | 'degraded'
  | 'failed'
  | 'blocked'
  | 'offline';

export interface StateWord {
  readonly mark: MarkKind;
  readonly word: string;
}

const SERVER_WORDS: Readonly<Record<ServerStatus['state'], StateWord>> = {
  stopped: { mark: 'stopped', word: 'Stopped' },
  starting: { mark: 'starting', word: 'Starting' },
  ready: { mark: 'ready', word: 'Ready' },
  'needs-sign-in': { mark: 'sign-in', word: 'Sign in' },
  'needs-approval': { mark: 'approve', word: 'Held' },
  degraded: { mark: 'degraded', word: 'Unstable' },
  failed: { mark: 'failed', word: 'Failed' },
};

/** Mark and word of a server; a switched-off server reads `Off` whatever it was doing. */
export function serverWord(status: Pick<ServerStatus, 'state' | 'enabled'>): StateWord {
  return status.enabled ? SERVER_WORDS[status.state] : { mark: 'idle', word: 'Off' };
}

const OUTCOME_WORDS: Readonly<Record<AuditOutcome, StateWord>> = {
  allowed: { mark: 'ready', word: 'Done' },
  denied: { mark: 'blocked', word: 'Denied' },
  deferred: { mark: 'approve', word: 'Held' },
  error: { mark: 'failed', word: 'Failed' },
  unknown: { mark: 'degraded', word: 'Unknown' },
  cancelled: { mark: 'stopped', word: 'Cancelled' },
};

/** Mark and word of a record. An allowed intent is `Asked for`, not done: its outcome is a record of its own. */
export function recordWord(record: Pick<AuditSummary, 'kind' | 'outcome'>): StateWord {
  if (record.kind === 'call.intent' && record.outcome === 'allowed') return { mark: 'running', word: 'Begun' };
  return OUTCOME_WORDS[record.outcome];
}

/** Words of the outcome filter. */
export function outcomeLabel(outcome: AuditOutcome): string {
  return OUTCOME_WORDS[outcome].word;
}

const CHECK_WORDS: Readonly<Record<CheckResult['outcome'], StateWord>> = {
  ok: { mark: 'ready', word: 'Passed' },
  warning: { mark: 'degraded', word: 'Passed, with a remark' },
  failed: { mark: 'failed', word: 'Failed' },
  skipped: { mark: 'idle', word: 'Not reached' },
};

export function checkWord(outcome: CheckResult['outcome']): StateWord {
  return CHECK_WORDS[outcome];
}
