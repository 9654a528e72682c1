// Procedures on sets of changes to clients' files. Every one that writes is recorded with the files it changed.
import type { SetDone } from '../../shared/model/client-sync.ts';
import { type HostParts, type RpcContext, WINDOW } from '../parts.ts';
import { audited } from './audited.ts';
import type { DomainImplementer } from './implementer.ts';

type Parts = Pick<HostParts, 'audit' | 'clients'>;

export function clientSyncApi(os: DomainImplementer<'clients'>, { audit, clients }: Parts) {
  const { sync } = clients;
  return {
    matrix: os.matrix.handler(() => sync.matrix((format) => clients.isFound(format))),
    planSync: os.planSync.handler(({ input }) => sync.plan(input.changes)),
    applySync: os.applySync.handler(({ input, context }) =>
      auditedSet(audit, context, 'wrote clients’ files', () => sync.apply({ ...input, by: askedBy(context) })),
    ),
    history: os.history.handler(() => sync.history()),
    undo: os.undo.handler(({ input, context }) =>
      auditedSet(audit, context, 'put back clients’ files', () => sync.undo(input)),
    ),
    checkDrift: os.checkDrift.handler(async () => [...(await clients.checkDrift())]),
    planRepair: os.planRepair.handler(({ input }) => sync.planRepair(input.ids)),
    forgetDrift: os.forgetDrift.handler(async ({ input }) => {
      await sync.forget(input.ids);
      return {};
    }),
  };
}

/** How the caller is called in the history of exports. */
export function askedBy({ caller }: RpcContext): string {
  return caller.name === WINDOW.name ? 'window' : 'cli';
}

/** Runs `change` and records it once its files are known. */
async function auditedSet(
  audit: Parts['audit'],
  context: RpcContext,
  what: string,
  change: () => Promise<SetDone>,
): Promise<SetDone> {
  const detail: Record<string, string> = {};
  return audited(audit, context, { kind: 'client.exported', what, detail }, async () => {
    const done = await change();
    const changed = done.files.filter((file) => file.changed);
    if (done.id !== undefined) detail['set'] = done.id;
    detail['files'] = String(changed.length);
    detail['clients'] = [...new Set(changed.map(({ client }) => client))].join(' ');
    return done;
  });
}
