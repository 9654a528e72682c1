// Procedures on other MCP clients' files: what an import or export would do, and doing it.
import { commandRisks } from '../../core/policy/command-risks.ts';
import type { ImportDone } from '../../shared/model/import-result.ts';
import type { Endpoint } from '../../shared/model/server-entry.ts';
import type { HostParts } from '../parts.ts';
import { audited } from './audited.ts';
import type { DomainImplementer } from './implementer.ts';

export function clientsApi(
  os: DomainImplementer<'clients'>,
  parts: Pick<HostParts, 'approvals' | 'audit' | 'catalog' | 'clients' | 'connections'>,
) {
  const { approvals, audit, catalog, clients, connections } = parts;
  /** The plan showed the command: a plain one from a person's own file is approved by that word, any other waits. */
  const approveShown = ({ added, foreign }: ImportDone): void => {
    const plain = added.flatMap((name) => {
      const entry = catalog.get(name);
      return entry === undefined || foreign.includes(name) || !isPlain(entry.endpoint) ? [] : [entry];
    });
    approvals.approveAll(plain, 'imported');
    for (const { name } of plain) connections.approvalChanged(name);
  };
  return {
    list: os.list.handler(() => clients.list()),
    planImport: os.planImport.handler(({ input }) => clients.planImport(input)),
    applyImport: os.applyImport.handler(({ input, context }) =>
      audited(audit, context, { kind: 'client.imported', what: 'imported servers' }, async () => {
        const done = await clients.applyImport(input);
        approveShown(done);
        return done;
      }),
    ),
    planExport: os.planExport.handler(({ input }) => clients.planExport(input)),
    applyExport: os.applyExport.handler(({ input, context }) =>
      audited(audit, context, { kind: 'client.exported', what: 'wrote a client’s file' }, () =>
        clients.applyExport(input),
      ),
    ),
    undoExport: os.undoExport.handler(({ input, context }) =>
      audited(audit, context, { kind: 'client.exported', what: `put back the file of ${input.client}` }, () =>
        clients.undoExport(input),
      ),
    ),
  };
}

/** Nothing in it needs a closer look than a row of a plan gives; an open version is told elsewhere. */
function isPlain(endpoint: Endpoint): boolean {
  return commandRisks(endpoint).every(({ code }) => code === 'UNPINNED');
}
