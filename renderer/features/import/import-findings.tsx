// The findings of an import: unreadable files, the table, and where secrets go. Shared by first run and import page.
import { Button } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { ClientInfo } from '../../../shared/model/import-result.ts';
import { Empty } from '../../components/empty.tsx';
import { Reason } from '../../components/reason.tsx';
import { SkeletonRows } from '../../components/skeleton-rows.tsx';
import { type Fault, faultOf, toFault } from '../../words/fault.ts';
import { counted } from '../../words/numbers.ts';
import { ImportTable } from './import-table.tsx';
import { unreadFiles } from './import-words.ts';
import type { ImportState } from './use-import.ts';

export function ImportFindings({
  state,
  clients,
  again,
}: {
  readonly state: ImportState;
  readonly clients: readonly ClientInfo[];
  readonly again: () => void;
}) {
  const { plan } = state;
  const secrets = new Set(plan?.rows.filter((row) => state.chosen.has(row.key)).flatMap((row) => row.secrets));
  return (
    <>
      {state.error !== undefined && (
        <Reason fault={importFault(state.error)} action={{ label: 'Look again', run: again }} />
      )}
      {plan &&
        unreadFiles(plan).map((file) => (
          <Reason
            key={`${file.client} ${file.file}`}
            tone="warn"
            fault={faultOf({ code: file.code, message: file.message })}
          />
        ))}
      {state.planning && (
        <section className="card" aria-label="Servers found">
          <SkeletonRows rows={8} height={44} />
        </section>
      )}
      {plan && plan.rows.length === 0 && (
        <section className="card" aria-label="Servers found">
          <Empty text="No server was found here. Start with a URL or a command.">
            <Button component={Link} href="/add" variant="default">
              Add server
            </Button>
          </Empty>
        </section>
      )}
      {plan && plan.rows.length > 0 && (
        <ImportTable plan={plan} clients={clients} chosen={state.chosen} onChoose={state.choose} />
      )}
      {secrets.size > 0 && (
        <div className="row sm t2">
          <IconLock size={14} aria-hidden />
          {counted(secrets.size, 'secret goes', 'secrets go')} to the keychain of this computer. The catalog file holds
          only {secrets.size === 1 ? 'its name' : 'their names'}.
        </div>
      )}
    </>
  );
}

/** Without a keychain an import adds nothing; the servers that need none can still be taken over. */
function importFault(error: unknown): Fault {
  const fault = toFault(error);
  if (!fault.code.startsWith('KEYCHAIN_')) return fault;
  return { ...fault, hint: `Nothing was added. ${fault.hint} Or untick the servers whose secrets would go there.` };
}
