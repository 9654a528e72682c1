// Words for the kinds of audit records, in the order of the filter.
import type { AuditKind } from '../../shared/model/audit-record.ts';

export const KIND_WORDS: Readonly<Record<AuditKind, string>> = {
  'call.intent': 'Call begun',
  'call.outcome': 'Call',
  'session.opened': 'Session opened',
  'session.closed': 'Session closed',
  'server.started': 'Server started',
  'server.stopped': 'Server stopped',
  'server.held': 'Server held',
  'server.approved': 'Server approved',
  'catalog.changed': 'Catalog',
  'secret.changed': 'Secret',
  'signin.started': 'Sign-in begun',
  'signin.finished': 'Signed in',
  'signin.failed': 'Sign-in failed',
  'signin.ended': 'Signed out',
  'token.issued': 'Token issued',
  'token.refreshed': 'Token renewed',
  'token.exchanged': 'Token exchanged',
  'token.refused': 'Token refused',
  'token.revoked': 'Token revoked',
  'oauth.client.registered': 'Client registered',
  'identity.changed': 'Identity',
  'client.exported': 'Export',
  'client.imported': 'Import',
  'gateway.enabled': 'Gateway on',
  'gateway.disabled': 'Gateway off',
  'gateway.client.added': 'Gateway client added',
  'gateway.client.revoked': 'Gateway client revoked',
  'host.started': 'Host started',
  'host.stopped': 'Host stopped',
  'log.verified': 'Verification',
  'log.damaged': 'Log damaged',
  'integrity.rollback': 'Log rolled back',
};

export const AUDIT_KINDS = Object.keys(KIND_WORDS) as readonly AuditKind[];
