// Procedures on other MCP clients' files: what an import or export would do, and doing it.
import type { HostParts } from '../parts.ts';
import { audited } from './audited.ts';
import { askedBy, clientSyncApi } from './client-sync.ts';
import type { DomainImplementer } from './implementer.ts';

export function clientsApi(os: DomainImplementer<'clients'>, { audit, clients }: Pick<HostParts, 'audit' | 'clients'>) {
  return {
    list: os.list.handler(({ input }) => clients.list(input)),
    planImport: os.planImport.handler(({ input }) => clients.planImport(input)),
    applyImport: os.applyImport.handler(({ input, context }) =>
      audited(audit, context, { kind: 'client.imported', what: 'imported servers' }, () => clients.applyImport(input)),
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
