// Where secrets are kept: seen, opened, closed and chosen. A passphrase goes in and never out.
import type { HostParts } from '../parts.ts';
import { audited } from './audited.ts';
import type { DomainImplementer } from './implementer.ts';

export function vaultApi(os: DomainImplementer<'vault'>, { audit, vault }: HostParts) {
  return {
    probe: os.probe.handler(() => vault.probe()),
    unlock: os.unlock.handler(({ input, context }) =>
      audited(audit, context, { kind: 'secret.changed', what: 'unlocked the vault' }, () =>
        vault.unlock(input.passphrase),
      ),
    ),
    lock: os.lock.handler(({ context }) =>
      audited(audit, context, { kind: 'secret.changed', what: 'locked the vault' }, () => vault.lock()),
    ),
    use: os.use.handler(({ input, context }) =>
      audited(audit, context, { kind: 'secret.changed', what: `chose ${input.backend} for secrets` }, () =>
        vault.use(input.backend, input.passphrase),
      ),
    ),
  };
}
