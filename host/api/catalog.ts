// Procedures that read and change the catalog. Literal secrets that come with an entry go to the keychain first.
import { isDeepStrictEqual } from 'node:util';
import type { ServerEntry } from '../../shared/model/server-entry.ts';
import { serverOptionsSchema } from '../../shared/model/server-entry.ts';
import { PortolanError } from '../../shared/errors.ts';
import type { HostParts, RpcContext } from '../parts.ts';
import { audited } from './audited.ts';
import { definedOnly } from './defined-only.ts';
import type { DomainImplementer } from './implementer.ts';
import { endUsesOf, secretsOf, usersOf } from './secret-uses.ts';

export function catalogApi(os: DomainImplementer<'catalog'>, parts: HostParts) {
  const { approvals, audit, catalog, connections, vault } = parts;
  const change = <T>(context: RpcContext, name: string, what: string, run: () => Promise<T>): Promise<T> =>
    audited(audit, context, { kind: 'catalog.changed', server: name, what: `${what} ${name}` }, run);

  const storeSecrets = async (context: RpcContext, secrets: Record<string, string> | undefined): Promise<void> => {
    for (const [name, value] of Object.entries(secrets ?? {})) {
      await audited(audit, context, { kind: 'secret.changed', what: `set ${name}` }, () =>
        vault.set(name, value, 'entry'),
      );
      await endUsesOf(name, parts);
    }
  };

  return {
    list: os.list.handler(() => ({ state: catalog.state(), servers: [...catalog.list()] })),
    get: os.get.handler(({ input }) => existing(catalog.get(input.name), input.name)),
    add: os.add.handler(async ({ input, context }) => {
      if (catalog.get(input.name) !== undefined) throw duplicate(input.name);
      await storeSecrets(context, input.secrets);
      const options = serverOptionsSchema.parse(input.options ?? {});
      const entry = { name: input.name, endpoint: input.endpoint, options };
      // Whoever writes a command or an address here has approved it by that.
      return change(context, input.name, 'added', () => approvals.approving(entry, 'added', () => catalog.add(entry)));
    }),
    update: os.update.handler(async ({ input, context }) => {
      existing(catalog.get(input.name), input.name);
      await storeSecrets(context, input.secrets);
      const patch = {
        ...(input.endpoint === undefined ? {} : { endpoint: input.endpoint }),
        ...(input.options === undefined ? {} : { options: definedOnly(input.options) }),
      };
      const { name, endpoint } = input;
      const update = () => catalog.update(name, patch);
      return change(context, name, 'changed', () =>
        endpoint === undefined || !input.approve ? update() : approvals.approving({ name, endpoint }, 'added', update),
      );
    }),
    remove: os.remove.handler(async ({ input, context }) => {
      const entry = catalog.get(input.name);
      await change(context, input.name, 'removed', () => catalog.remove(input.name));
      if (entry !== undefined) vault.orphan(secretsOf(entry).filter((name) => usersOf(name, catalog).length === 0));
      return {};
    }),
    rename: os.rename.handler(({ input, context }) =>
      change(context, input.name, `renamed to ${input.to}:`, async () => {
        const entry = existing(catalog.get(input.name), input.name);
        const rename = () => catalog.rename(input.name, input.to);
        if (!approvals.isApproved(entry)) return rename();
        return approvals.approving({ name: input.to, endpoint: entry.endpoint }, 'added', rename);
      }),
    ),
    setEnabled: os.setEnabled.handler(({ input, context }) =>
      change(context, input.name, input.enabled ? 'enabled' : 'disabled', () =>
        catalog.setEnabled(input.name, input.enabled),
      ),
    ),
    undo: os.undo.handler(({ context }) =>
      audited(audit, context, { kind: 'catalog.changed', what: 'undid the last change' }, async () => {
        const before = new Map(catalog.list().map((entry) => [entry.name, entry]));
        const undone = await catalog.undo();
        const differs = catalog.list().filter((entry) => !isDeepStrictEqual(entry, before.get(entry.name)));
        for (const entry of differs) {
          approvals.revive(entry);
          connections.approvalChanged(entry.name);
        }
        return undone;
      }),
    ),
  };
}

function existing(entry: ServerEntry | undefined, name: string): ServerEntry {
  if (entry !== undefined) return entry;
  throw new PortolanError('SERVER_NOT_FOUND', `there is no server named ${JSON.stringify(name)} in the catalog`, {
    hint: 'See the names with: portolan list',
  });
}

function duplicate(name: string): PortolanError {
  return new PortolanError('DUPLICATE_NAME', `there is already a server named ${name}`, {
    hint: 'Choose another name, or change the entry that is there.',
  });
}
