// Names of secrets: values go in and never come out.
import type { HostParts } from '../parts.ts';
import { audited } from './audited.ts';
import type { DomainImplementer } from './implementer.ts';
import { endUsesOf, usersOf } from './secret-uses.ts';

export function secretsApi(os: DomainImplementer<'secrets'>, parts: HostParts) {
  const { audit, catalog, vault } = parts;
  return {
    list: os.list.handler(async () => ({
      // Who asks for the secrets wants to know whether the keychain can be used; before, nobody was disturbed.
      vault: vault.state().state === 'not-probed' ? await vault.probe() : vault.state(),
      secrets: vault.list().map((secret) => ({ ...secret, usedBy: usersOf(secret.name, catalog) })),
    })),
    set: os.set.handler(async ({ input, context }) => {
      const stored = await audited(audit, context, { kind: 'secret.changed', what: `set ${input.name}` }, () =>
        vault.set(input.name, input.value),
      );
      await endUsesOf(input.name, parts);
      return { ...stored, usedBy: usersOf(input.name, catalog) };
    }),
    remove: os.remove.handler(async ({ input, context }) => {
      await audited(audit, context, { kind: 'secret.changed', what: `removed ${input.name}` }, () =>
        vault.remove(input.name),
      );
      await endUsesOf(input.name, parts);
      return {};
    }),
  };
}
