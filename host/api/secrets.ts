// Names of secrets: values go in and never come out.
import { referencesOf } from '../../core/catalog/resolve.ts';
import type { HostParts } from '../parts.ts';
import { audited } from './audited.ts';
import type { DomainImplementer } from './implementer.ts';

export function secretsApi(
  os: DomainImplementer<'secrets'>,
  { audit, catalog, vault }: Pick<HostParts, 'audit' | 'catalog' | 'vault'>,
) {
  const usedBy = (secret: string): string[] =>
    catalog
      .list()
      .filter((entry) => referencesOf(entry).some((ref) => ref.kind === 'secret' && ref.name === secret))
      .map((entry) => entry.name);

  return {
    list: os.list.handler(async () => ({
      // Who asks for the secrets wants to know whether the keychain can be used; before, nobody was disturbed.
      vault: vault.state().state === 'not-probed' ? await vault.probe() : vault.state(),
      secrets: vault.list().map((secret) => ({ ...secret, usedBy: usedBy(secret.name) })),
    })),
    set: os.set.handler(async ({ input, context }) => {
      const stored = await audited(audit, context, { kind: 'secret.changed', what: `set ${input.name}` }, () =>
        vault.set(input.name, input.value),
      );
      return { ...stored, usedBy: usedBy(input.name) };
    }),
    remove: os.remove.handler(async ({ input, context }) => {
      await audited(audit, context, { kind: 'secret.changed', what: `removed ${input.name}` }, () =>
        vault.remove(input.name),
      );
      return {};
    }),
  };
}
