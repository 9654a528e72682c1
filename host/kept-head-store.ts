// Where the audit log keeps its head outside its own folder: as a note among the secrets.
import type { AuditLogOptions } from '../core/audit/audit-log-options.ts';
import type { Vault } from '../core/vault/vault.ts';

const AUDIT_HEAD = 'audit-head';

export function headStoreIn(vault: Vault): NonNullable<AuditLogOptions['headStore']> {
  return {
    isOpen: () => vault.state().state === 'unlocked',
    read: () => vault.readNote(AUDIT_HEAD),
    write: (text) => vault.writeNote(AUDIT_HEAD, text),
  };
}
