// Procedures on identities. Secrets come in with them and go to the keychain; nothing secret is answered.
import type { HostParts } from '../parts.ts';
import { audited } from './audited.ts';
import type { DomainImplementer } from './implementer.ts';

export function identitiesApi(
  os: DomainImplementer<'identities'>,
  { audit, identities }: Pick<HostParts, 'audit' | 'identities'>,
) {
  return {
    list: os.list.handler(() => identities.list()),
    add: os.add.handler(({ input, context }) =>
      audited(audit, context, { kind: 'identity.changed', what: `added ${input.identity.name}` }, () =>
        identities.add(input),
      ),
    ),
    update: os.update.handler(({ input: { name, identity, clientSecretValue }, context }) =>
      audited(audit, context, { kind: 'identity.changed', what: `changed ${name}` }, () =>
        identities.update(name, identity, clientSecretValue),
      ),
    ),
    remove: os.remove.handler(async ({ input: { name }, context }) => {
      await audited(audit, context, { kind: 'identity.changed', what: `removed ${name}` }, () =>
        identities.remove(name),
      );
      return {};
    }),
    signOut: os.signOut.handler(({ input }) => identities.signOut(input.name)),
    takeIdToken: os.takeIdToken.handler(({ input }) => identities.takeIdToken(input.name, input.idToken)),
  };
}
