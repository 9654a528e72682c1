// Procedures on registries and cards: finding, reviewing, and adding exactly what was reviewed.
import { entryHash } from '../../core/policy/entry-approvals.ts';
import { PortolanError } from '../../shared/errors.ts';
import type { HostParts, RpcContext } from '../parts.ts';
import { audited } from './audited.ts';
import { definedOnly } from './defined-only.ts';
import type { DomainImplementer } from './implementer.ts';
import { endUsesOf } from './secret-uses.ts';

export function registryApi(os: DomainImplementer<'registry'>, parts: HostParts) {
  const { approvals, audit, catalog, registries, vault } = parts;

  const storeSecrets = async (context: RpcContext, names: Record<string, string>, given: Record<string, string>) => {
    for (const [id, name] of Object.entries(names)) {
      const value = given[id];
      if (value === undefined || value === '') {
        throw new PortolanError('INPUT_INVALID', `The secret ${id} has no value.`, {
          hint: 'Give it, or leave it out.',
        });
      }
      await audited(audit, context, { kind: 'secret.changed', what: `set ${name}` }, () =>
        vault.set(name, value, 'entry'),
      );
      await endUsesOf(name, parts);
    }
  };

  return {
    sources: os.sources.handler(() => registries.sources()),
    search: os.search.handler(({ input }) => registries.search(input)),
    show: os.show.handler(({ input }) => registries.show(input.origin, input.refresh)),
    form: os.form.handler(({ input }) => registries.form(input.origin, input.option)),
    review: os.review.handler(async ({ input }) => (await registries.prepare(input)).review),
    add: os.add.handler(async ({ input, context }) => {
      const { request, digest, secrets } = input;
      const { review, entry } = await registries.prepare(request);
      if (review.digest !== digest) {
        throw new PortolanError('FILE_CHANGED', 'What would be added is not what was shown; nothing was changed.', {
          hint: 'Look at it once more.',
        });
      }
      await storeSecrets(context, review.secretNames, secrets);
      const { name, endpoint, options } = entry;
      const { source } = options;
      const isUpdate = request.update !== undefined;
      const isHeld = review.held !== undefined;
      const write = () =>
        isUpdate
          ? catalog.update(name, { endpoint, options: definedOnly({ source, description: options.description }) })
          : catalog.add(entry);
      const what = `${isUpdate ? 'updated' : 'added'} ${name}`;
      const written = await audited(audit, context, { kind: 'catalog.changed', server: name, what }, () =>
        isHeld ? write() : approvals.approving(entry, 'reviewed', write),
      );
      if (!isHeld) {
        const { registry = source?.url ?? '', version = '', sha256 = '' } = source ?? {};
        const detail = { entry: entryHash(endpoint), from: registry, version, description: sha256 };
        const event = { kind: 'server.approved', what: `approved what ${name} runs`, server: name, detail } as const;
        await audited(audit, context, event, () => undefined);
      }
      return { entry: written, held: isHeld };
    }),
    updateRequest: os.updateRequest.handler(({ input }) =>
      registries.updateRequest(input.name, input.values, input.secrets),
    ),
    outdated: os.outdated.handler(() => registries.outdated()),
    discover: os.discover.handler(({ input }) => registries.discover(input.url)),
  };
}
