// The audit events of signing in. Ids and digests only: a token is named by its SHA-256 and can be found, not used.
import { createHash } from 'node:crypto';
import type { PortolanError } from '../../shared/errors.ts';
import type { AuditEvent } from '../audit/audit-event.ts';
import type { TokenSet } from './token-set.ts';

export type WriteAudit = (event: AuditEvent) => void;

type TokenKind = 'token.issued' | 'token.refreshed' | 'token.exchanged' | 'token.revoked';

export function tokenEvent(
  kind: TokenKind,
  server: string,
  set: TokenSet,
  more: Record<string, string> = {},
): AuditEvent {
  return {
    kind,
    outcome: 'allowed',
    server,
    what: `${kind.slice('token.'.length)} a token`,
    detail: { ...factsOf(set), ...more },
  };
}

export function refusedEvent(
  server: string,
  { code, message }: PortolanError,
  about: { readonly what: string; readonly set?: TokenSet | undefined },
): AuditEvent {
  return {
    kind: 'token.refused',
    outcome: 'denied',
    server,
    what: about.what,
    reason: { code, message },
    ...(about.set !== undefined && { detail: factsOf(about.set) }),
  };
}

export function signInEvent(
  kind: 'signin.started' | 'signin.finished' | 'signin.failed' | 'signin.ended',
  server: string,
  about: { readonly what: string; readonly error?: PortolanError; readonly detail?: Record<string, string> },
): AuditEvent {
  const { what, error, detail } = about;
  return {
    kind,
    outcome: error === undefined ? 'allowed' : 'error',
    server,
    what,
    ...(error !== undefined && { reason: { code: error.code, message: error.message } }),
    ...(detail !== undefined && { detail }),
  };
}

function factsOf({ issuer, clientId, resource, scope, grant, accessToken, subject }: TokenSet): Record<string, string> {
  return {
    issuer,
    client_id: clientId,
    resource,
    scope: scope.join(' '),
    grant,
    token_sha256: createHash('sha256').update(accessToken).digest('hex'),
    ...(subject !== undefined && { subject }),
  };
}
