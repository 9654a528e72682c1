// Procedures on other MCP clients' files: what an import or export would do, and doing it.
import type { HostParts } from '../parts.ts';
import { approveShown } from './approve-shown.ts';
import { audited } from './audited.ts';
import { askedBy, clientSyncApi } from './client-sync.ts';
import type { DomainImplementer } from './implementer.ts';

export function clientsApi(
  os: DomainImplementer<'clients'>,
  parts: Pick<HostParts, 'approvals' | 'audit' | 'catalog' | 'clients' | 'connections' | 'inputs'>,
) {
  const { audit, clients } = parts;
  return {
    list: os.list.handler(({ input }) => clients.list(input)),
    planImport: os.planImport.handler(({ input }) => clients.planImport(input)),
    applyImport: os.applyImport.handler(({ input, context }) =>
      audited(audit, context, { kind: 'client.imported', what: 'imported servers' }, async () => {
        const done = await clients.applyImport(input);
        // What came with a project may be somebody else's: each waits for a look of its own.
        approveShown(
          done.added.filter((name) => !done.foreign.includes(name)),
          parts,
        );
        return done;
      }),
    ),
    planExport: os.planExport.handler(({ input }) => clients.planExport(input)),
    applyExport: os.applyExport.handler(({ input, context }) =>
      audited(audit, context, { kind: 'client.exported', what: 'wrote a client’s file' }, () =>
        clients.applyExport({ ...input, by: askedBy(context) }),
      ),
    ),
    exportText: os.exportText.handler(({ input }) => clients.exportText(input)),
    undoExport: os.undoExport.handler(({ input, context }) =>
      audited(audit, context, { kind: 'client.exported', what: `put back the file of ${input.client}` }, () =>
        clients.undoExport(input),
      ),
    ),
    ...clientSyncApi(os, { audit, clients }),
  };
}
