// The findings of an import: unreadable files, filters, the table, and where secrets go. Shared by first run and import page.
import { Button, SegmentedControl } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconLock } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import type { ClientInfo, ImportPlan } from '../../../shared/model/import-result.ts';
import { Empty } from '../../components/empty.tsx';
import { FilterInput } from '../../components/filter-input.tsx';
import { Reason } from '../../components/reason.tsx';
import { SkeletonRows } from '../../components/skeleton-rows.tsx';
import { useSnapshot } from '../../state/app-context.ts';
import { type Fault, faultOf, toFault } from '../../words/fault.ts';
import { count, counted } from '../../words/numbers.ts';
import { FILTERS, FILTER_WORDS, filterCounts, type ImportFilter, shownRows } from './import-filter.ts';
import { ImportTable } from './import-table.tsx';
import { unreadFiles } from './import-words.ts';
import type { ImportState } from './use-import.ts';

const SEARCH_AFTER_MS = 80;

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
        <section className="card" aria-label="Servers found" aria-busy>
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
      {plan && plan.rows.length > 0 && <Findings plan={plan} state={state} clients={clients} />}
    </>
  );
}

function Findings({
  plan,
  state,
  clients,
}: {
  readonly plan: ImportPlan;
  readonly state: ImportState;
  readonly clients: readonly ClientInfo[];
}) {
  const single = useSnapshot().settings.singleKeyShortcuts;
  const [filter, setFilter] = useState<ImportFilter>('all');
  const [search, setSearch] = useState('');
  const [searched] = useDebouncedValue(search, search === '' ? 0 : SEARCH_AFTER_MS);
  const counts = useMemo(() => filterCounts(plan.rows), [plan.rows]);
  const rows = useMemo(() => shownRows(plan.rows, filter, searched), [plan.rows, filter, searched]);
  const { chosen } = state;
  const secrets = useMemo(
    () => [...new Set(plan.rows.filter((row) => chosen.has(row.key)).flatMap((row) => row.secrets))],
    [plan.rows, chosen],
  );
  const clear = (): void => {
    setFilter('all');
    setSearch('');
  };
  return (
    <>
      <div className="row wrap">
        <SegmentedControl
          aria-label="Show"
          value={filter}
          onChange={setFilter}
          data={FILTERS.filter((name) => name === 'all' || counts[name] > 0).map((name) => ({
            value: name,
            label: `${FILTER_WORDS[name]} ${count(counts[name])}`,
          }))}
        />
        <FilterInput value={search} onChange={setSearch} label="Filter findings" placeholder="Filter" single={single} />
      </div>
      {rows.length > 0 ? (
        <ImportTable rows={rows} clients={clients} chosen={chosen} onChoose={state.choose} />
      ) : (
        <section className="card" aria-label="Servers found">
          <Empty text="Nothing matches.">
            <Button variant="default" onClick={clear}>
              Clear filter
            </Button>
          </Empty>
        </section>
      )}
      {secrets.length > 0 && <SecretsLine secrets={secrets} />}
    </>
  );
}

/** Where the secrets go, and on request what each will be called there. */
function SecretsLine({ secrets }: { readonly secrets: readonly string[] }) {
  return (
    <details className="sm t2">
      <summary>
        <IconLock size={14} aria-hidden /> {counted(secrets.length, 'secret goes', 'secrets go')} to the keychain of
        this computer. The catalog file holds only {secrets.length === 1 ? 'its name' : 'their names'}.
      </summary>
      <ul className="plain mono">
        {secrets.map((secret) => (
          <li key={secret}>{secret}</li>
        ))}
      </ul>
    </details>
  );
}

/** Without a keychain an import adds nothing; the servers that need none can still be taken over. */
function importFault(error: unknown): Fault {
  const fault = toFault(error);
  if (!fault.code.startsWith('KEYCHAIN_')) return fault;
  return { ...fault, hint: `Nothing was added. ${fault.hint} Or untick the servers whose secrets would go there.` };
}
